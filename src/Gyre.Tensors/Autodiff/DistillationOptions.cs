namespace Gyre.Tensors.Autodiff;

/// <summary>How a student is held to its teacher's predictions.</summary>
public readonly record struct DistillationOptions
{
    /// <summary>The teacher's distribution is the measure: forward divergence, at a temperature of 1, without labels.</summary>
    public DistillationOptions()
    {
    }

    /// <summary>Divides both models' logits before the softmax; above 1 unlikely tokens weigh more. Default 1.</summary>
    public float Temperature { get; init; } = 1f;

    /// <summary>
    /// Between 0 and 1, the teacher's share β of the mixture m = β·p + (1 − β)·q in β·KL(p‖m) + (1 − β)·KL(q‖m).
    /// Exactly 0 is KL(p‖q), forward; exactly 1 is KL(q‖p), reverse. Default 0.
    /// </summary>
    public float Mixture { get; init; }

    /// <summary>Multiplies the divergence by the square of the temperature, so that its gradient keeps its size. Default false.</summary>
    public bool ScalesByTemperature { get; init; }

    /// <summary>The share of the cross-entropy with the labels in the loss, 0 to 1; the divergence has the rest. Default 0.</summary>
    public float LabelShare { get; init; }

    /// <summary>What the divergence is multiplied by.</summary>
    internal float DivergenceScale => (1f - LabelShare) * (ScalesByTemperature ? Temperature * Temperature : 1f);

    /// <summary>Refuses what has no meaning.</summary>
    internal void Require()
    {
        if (!(Temperature > 0f && float.IsFinite(Temperature)) || !(Mixture is >= 0f and <= 1f) || !(LabelShare is >= 0f and <= 1f))
        {
            throw new ArgumentException($"Distillation: found temperature {Temperature}, mixture {Mixture} and label share {LabelShare}; expected a temperature above 0, the others from 0 to 1.");
        }
    }
}
