using Gyre.Tensors;

namespace Gyre.Models.Tokenizers.Normalization;

/// <summary>Writes spaces as U+2581, with a dummy one in front, as SentencePiece vocabularies expect.</summary>
/// <param name="scheme">Where the dummy goes.</param>
/// <param name="unlessPresent">No dummy before text that begins with a space already.</param>
internal sealed class SpaceNormalizer(PrefixScheme scheme, bool unlessPresent) : Normalizer
{
    /// <summary>The character that stands for a space: lower one eighth block.</summary>
    public const char Space = '\u2581';

    [HotPath]
    public override void Apply(ReadOnlySpan<char> text, bool isFirst, CharBuffer destination)
    {
        if (scheme == PrefixScheme.Always || (scheme == PrefixScheme.First && isFirst))
        {
            if (!unlessPresent || text[0] is not (' ' or Space))
            {
                destination.Append(Space);
            }
        }

        text.Replace(destination.Extend(text, 0), ' ', Space);
    }
}
