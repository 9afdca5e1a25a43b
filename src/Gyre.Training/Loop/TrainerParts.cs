using Gyre.Tensors.Threading;
using Gyre.Training.Checkpoints;
using Gyre.Training.Recipes;
using Gyre.Training.Runs;

namespace Gyre.Training.Loop;

/// <summary>What a <see cref="Trainer"/> works with; everything stays its giver's.</summary>
internal sealed record TrainerParts
{
    public required LoopRecipe Recipe { get; init; }

    public required ITrainingTask Task { get; init; }

    public required CheckpointStore Checkpoints { get; init; }

    public required RunFolder Folder { get; init; }

    public required ThreadTeam Team { get; init; }

    public required ITrainingObserver Observer { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>Writes one text for a prompt with the current weights; the number seeds the choice of tokens.</summary>
    public required Func<string, ulong, string> Sample { get; init; }
}
