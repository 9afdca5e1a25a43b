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

    public List<RowScratch> RowScratches { get; } = [];

    public List<ScoreBiases> Biases { get; } = [];

    /// <summary>Numbers that steps read and that no file has.</summary>
    public List<NativeBuffer> Constants { get; } = [];

    /// <summary>The embedding and what each layer gives, which observers see.</summary>
    public List<Value> LayerOutputs { get; } = [];

    /// <summary>The indexes of the weights that are multiplied with one input, for each step with products.</summary>
    public List<int[]> SharedInputs { get; } = [];

    /// <summary>Room that the adapters of all steps use.</summary>
    public AdapterSpace Adapters => field ??= new AdapterSpace(Limits);

    public PlanLimits Limits { get; init; }
}
