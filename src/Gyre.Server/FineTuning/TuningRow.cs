using System.Text.Json;
using Gyre.Server.Wire;

namespace Gyre.Server.FineTuning;

/// <summary>A row of the tables of fine-tuning.</summary>
internal sealed class TuningRow
{
    public long Number { get; set; }

    public string Body { get; set; } = "";

    public string BasePath { get; set; } = "";

    public string? AdapterPath { get; set; }

    public string Parent { get; set; } = "";

    public string Target { get; set; } = "";

    public string? Recipe { get; set; }

    public StoredTuning ToStored() => new()
    {
        View = JsonSerializer.Deserialize(Body, WireJson.Plain.FineTuningJobView) ?? throw new InvalidOperationException("A kept job is never null."),
        BasePath = BasePath,
        AdapterPath = AdapterPath,
        Parent = Parent,
        Target = Target,
        Recipe = Recipe,
    };
}
