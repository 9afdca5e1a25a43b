namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>Several steps, one after the other.</summary>
internal sealed class NormalizerChain(IReadOnlyList<Normalizer> steps)
{
    // The longest that Unicode's forms make of a character is 18 units of one; a chain of replacements could double its text at each step.
    private const int MaxGrowth = 64;
    private const int AlwaysAllowed = 1 << 20;

    private readonly Normalizer[] _steps = [.. steps];

    /// <summary>True when there is nothing to do.</summary>
    public bool IsEmpty => _steps.Length == 0;

    /// <summary>Rewrites a text; the result lies in one of the two buffers and is valid until they change.</summary>
    /// <remarks>Errors: RUN0114 when a step gives more than 64 times the text's units and 1 Mi more.</remarks>
    public ReadOnlySpan<char> Apply(ReadOnlySpan<char> text, bool isFirst, CharBuffer work, CharBuffer other)
    {
        var result = Run(text, isFirst, work, other);
        return result is null ? text : result.Written;
    }

    /// <summary>Rewrites a text; gives the buffer with the result, or null when there is nothing to do.</summary>
    public CharBuffer? Run(ReadOnlySpan<char> text, bool isFirst, CharBuffer work, CharBuffer other)
    {
        var maxLength = (int)Math.Min(((long)text.Length * MaxGrowth) + AlwaysAllowed, int.MaxValue);
        CharBuffer? last = null;
        foreach (var step in _steps)
        {
            if (text.IsEmpty)
            {
                break;
            }

            other.Clear(maxLength);
            step.Apply(text, isFirst, other);
            if (last?.Origins is { } earlier)
            {
                other.Origins?.Through(earlier);
            }

            last = other;
            text = other.Written;
            (work, other) = (other, work);
        }

        return last;
    }

    /// <summary>Rewrites a text.</summary>
    public string Apply(string text) => new(Apply(text, isFirst: false, new CharBuffer(), new CharBuffer()));
}
