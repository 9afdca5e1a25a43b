namespace Gyre.Models.Tokenizers;

/// <summary>A text, or a pair of texts, as a model reads it. All lists have one entry for each token.</summary>
/// <param name="Ids">The token ids.</param>
/// <param name="TypeIds">The segment that each token belongs to, as token-type embeddings count them.</param>
/// <param name="Sources">0 for tokens of the first text, 1 for the second, −1 for special tokens that were added.</param>
/// <param name="Spans">The range of that text that each token stands for; empty for special tokens that were added.</param>
public sealed record EncodedPair(IReadOnlyList<int> Ids, IReadOnlyList<int> TypeIds, IReadOnlyList<int> Sources, IReadOnlyList<TextSpan> Spans)
{
    /// <summary>The range of its text that neighbouring tokens of one text stand for together.</summary>
    /// <param name="first">The first token.</param>
    /// <param name="last">The last token, not before the first and of the same text.</param>
    public TextSpan Between(int first, int last)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(last, first);
        if (Sources[first] < 0 || Sources[first] != Sources[last])
        {
            throw new ArgumentException($"Joining the spans of tokens {first} to {last}: they are of texts {Sources[first]} and {Sources[last]}; expected two tokens of one text.", nameof(last));
        }

        return new TextSpan(Spans[first].Start, Math.Max(Spans[first].Start, Spans[last].End));
    }
}
