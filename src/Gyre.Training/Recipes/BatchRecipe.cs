namespace Gyre.Training.Recipes;

/// <summary>How many tokens one optimiser step sees.</summary>
public sealed record BatchRecipe
{
    /// <summary>Positions per row.</summary>
    public required int SequenceLength { get; init; }

    /// <summary>Rows per forward and backward pass.</summary>
    public required int Rows { get; init; }

    /// <summary>Passes per optimiser step; their gradients add up, weighted by tokens.</summary>
    public required int Accumulation { get; init; }

    /// <summary>Recomputes activations in the backward pass: less memory, about a third more time.</summary>
    public required bool ActivationCheckpointing { get; init; }

    /// <summary>Positions per optimiser step, padding included.</summary>
    public long TokensPerStep => (long)SequenceLength * Rows * Accumulation;

    internal static BatchRecipe Read(RecipeSection section, int context, int? usualLength = null)
    {
        var batch = new BatchRecipe
        {
            SequenceLength = section.Integer("sequence", usualLength ?? context, 2, 131072),
            Rows = section.Integer("rows", null, 1, 4096),
            Accumulation = section.Integer("accumulation", 1, 1, 4096),
            ActivationCheckpointing = section.Flag("activation_checkpointing", false),
        };
        if (batch.SequenceLength > context)
        {
            section.Fault("sequence", $"{batch.SequenceLength} is longer than model.context {context}.");
        }

        section.Finish();
        return batch;
    }
}
