using System.ComponentModel;
using System.Text.Json;

namespace Gyre.Server.Wire;

/// <summary>Some rows of a version.</summary>
[Description("Some rows of a version.")]
internal sealed record DatasetRowList
{
    [Description("In their order.")]
    public required IReadOnlyList<NumberedRow> Data { get; init; }

    [Description("How many rows the version has.")]
    public required long Total { get; init; }

    [Description("What to pass as first for the next part; null at the end. A search may give a short part that still has a next one.")]
    public required long? Next { get; init; }

    [Description("A row with its number.")]
    internal sealed record NumberedRow
    {
        [Description("From 0.")]
        public required long Number { get; init; }

        [Description("The row: a JSON object.")]
        public required JsonElement Row { get; init; }
    }
}
