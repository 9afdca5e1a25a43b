namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>Several steps, one after the other.</summary>
internal sealed class NormalizerChain(IReadOnlyList<Normalizer> steps)
{
    private readonly Normalizer[] _steps = [.. steps];

    /// <summary>True when there is nothing to do.</summary>
    public bool IsEmpty => _steps.Length == 0;

    /// <summary>Rewrites a text; the result lies in one of the two buffers and is valid until they change.</summary>
    public ReadOnlySpan<char> Apply(ReadOnlySpan<char> text, bool isFirst, CharBuffer work, CharBuffer other)
    {
        foreach (var step in _steps)
        {
            if (text.IsEmpty)
            {
                break;
            }

            other.Clear();
            step.Apply(text, isFirst, other);
            text = other.Written;
            (work, other) = (other, work);
        }

        return text;
    }

    /// <summary>Rewrites a text.</summary>
    public string Apply(string text) => new(Apply(text, isFirst: false, new CharBuffer(), new CharBuffer()));
}
