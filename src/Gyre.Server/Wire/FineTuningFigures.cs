using System.ComponentModel;
using System.Text.Json.Serialization;

namespace Gyre.Server.Wire;

/// <summary>What was measured at a step; what was not is absent.</summary>
[Description("What was measured at a step; what was not is absent.")]
internal sealed record FineTuningFigures
{
    [Description("The step, counted from 1.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Step { get; init; }

    [Description("The steps of the job.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? TotalSteps { get; init; }

    [Description("Mean cross-entropy of the step's tokens, in nats.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? TrainLoss { get; init; }

    [Description("Mean cross-entropy of the validation file's tokens, in nats.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? ValidLoss { get; init; }
}
