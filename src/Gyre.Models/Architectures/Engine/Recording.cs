namespace Gyre.Models.Architectures.Engine;

/// <summary>A forward pass as it was recorded, before its values have places.</summary>
internal sealed class Recording
{
    public List<PlanStep> Steps { get; } = [];

    /// <summary>The width of each value.</summary>
    public List<int> Widths { get; } = [];

    public List<RotaryTable> Rotaries { get; } = [];

    public List<ActivationSpace> Spaces { get; } = [];

    public List<AttentionWork> Attention { get; } = [];

    /// <summary>The residual stream, which observers see.</summary>
    public Value Stream { get; set; }

    public PlanLimits Limits { get; init; }
}
