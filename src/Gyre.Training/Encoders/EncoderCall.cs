using Gyre.Training.Loop;
using Gyre.Training.Recipes;

namespace Gyre.Training.Encoders;

/// <summary>What a job was called with.</summary>
internal sealed record EncoderCall(
    IRunRecipe Recipe, LoopRecipe Loop, string OutputFolder, bool Resume, ITrainingObserver Observer, TimeProvider Time, CancellationToken CancellationToken);
