using Gyre.Models.Tokenizers;
using Gyre.Training.Quantization;

namespace Gyre.Training.Compression.Measurement;

/// <summary>Cuts texts into the windows that a model is calibrated and measured on.</summary>
internal static class CalibrationText
{
    /// <summary>The whole windows of a text.</summary>
    /// <param name="tokenizer">The model's.</param>
    /// <param name="text">The text.</param>
    /// <param name="window">Tokens of a window.</param>
    /// <param name="readsSpecialTokens">Whether spellings of special tokens in the text are these.</param>
    /// <remarks>Errors: <see cref="TrainingException"/> <c>TRN0452</c> for a text that fills not even one window of <see cref="DivergenceMeter.FewestTokens"/>.</remarks>
    public static IReadOnlyList<int[]> Windows(ITokenizer tokenizer, string text, int window, bool readsSpecialTokens)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, addSpecialTokens: true, readsSpecialTokens, ids);
        if (ids.Count < DivergenceMeter.FewestTokens)
        {
            throw new TrainingException("TRN0452", $"Reading the text failed: it has {ids.Count} tokens; expected {DivergenceMeter.FewestTokens} or more, and thousands for figures that mean something. Give a longer text.");
        }

        var length = Math.Min(window, ids.Count);
        return [.. Enumerable.Range(0, ids.Count / length).Select(i => ids.GetRange(i * length, length).ToArray())];
    }

    /// <summary>So many of the windows, evenly spread over the text.</summary>
    public static IReadOnlyList<int[]> Spread(IReadOnlyList<int[]> windows, int most) =>
        windows.Count <= most ? windows : [.. Enumerable.Range(0, most).Select(i => windows[(int)((long)i * windows.Count / most)])];

    /// <summary>The first four fifths of the windows and the last fifth, so that what is measured was not calibrated on.</summary>
    public static (IReadOnlyList<int[]> Calibration, IReadOnlyList<int[]> HeldOut) Split(IReadOnlyList<int[]> windows)
    {
        var kept = windows.Count - (windows.Count / 5);
        return ([.. windows.Take(kept)], [.. windows.Skip(kept)]);
    }
}
