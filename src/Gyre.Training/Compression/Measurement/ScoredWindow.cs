using Gyre.Tensors.Autodiff;

namespace Gyre.Training.Compression.Measurement;

/// <summary>A stretch of held-out text with what is to be predicted in it.</summary>
/// <param name="Inputs">Token ids.</param>
/// <param name="Targets">The id wanted after each, or <see cref="Tape.IgnoredTarget"/>.</param>
internal sealed record ScoredWindow(int[] Inputs, int[] Targets)
{
    /// <summary>Every token of a window but the first is predicted.</summary>
    public static ScoredWindow OfAll(int[] window) => new(window[..^1], window[1..]);
}
