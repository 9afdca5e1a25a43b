using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>A part of an experiment's rows.</summary>
[Description("A part of an experiment's rows.")]
internal sealed record ExampleList
{
    [Description("By the size of the difference where one candidate and one metric are given, the largest first; otherwise in the dataset's order.")]
    public required IReadOnlyList<ExampleView> Data { get; init; }

    [Description("Rows that match all conditions but the text.")]
    public required long Total { get; init; }

    [Description("How many of those were passed over before this part.")]
    public required long From { get; init; }

    [Description("How many of those this part has looked at.")]
    public required long Looked { get; init; }

    [Description("What to pass as from for the next part; null at the end.")]
    public required long? Next { get; init; }
}
