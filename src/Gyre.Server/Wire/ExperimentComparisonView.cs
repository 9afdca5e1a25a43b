using System.ComponentModel;
using System.Text.Json;

namespace Gyre.Server.Wire;

/// <summary>Two runs on the same version of a dataset, side by side.</summary>
[Description("Two runs on the same version of a dataset, side by side.")]
internal sealed record ExperimentComparisonView
{
    [Description("The first run, A.")]
    public required ExperimentCard First { get; init; }

    [Description("The second run, B.")]
    public required ExperimentCard Second { get; init; }

    [Description("What is in one of them only, or not the same in both.")]
    public required IReadOnlyList<string> LeftOut { get; init; }

    [Description("Both as one result, in the form of result.json: candidates bear the mark of their run, differences are paired by row.")]
    public required JsonElement Result { get; init; }
}
