namespace Gyre.Training.Translation;

/// <summary>Turns pairs into ids that fit the model.</summary>
/// <param name="tokenizers">One a language.</param>
/// <param name="context">The most tokens of a source and of an answer, special ones included.</param>
/// <param name="longTexts">What becomes of a pair that is too long.</param>
internal sealed class SentenceEncoder(PairTokenizers tokenizers, int context, LongTexts longTexts)
{
    /// <summary>Start or end token.</summary>
    private const int SpecialTokens = 1;

    /// <summary>The pairs that fit, in their order, and how many did not.</summary>
    /// <remarks>Errors: TRN0553 a pair is too long and such pairs are refused.</remarks>
    public (IReadOnlyList<EncodedSentence> Encoded, int LeftOut) Encode(IReadOnlyList<SentencePair> pairs)
    {
        var encoded = new List<EncodedSentence>(pairs.Count);
        var room = context - SpecialTokens;
        var leftOut = 0;
        for (var i = 0; i < pairs.Count; i++)
        {
            var (source, target) = tokenizers.Encode(pairs[i]);
            if (source.Length > room || target.Length > room)
            {
                switch (longTexts)
                {
                    case LongTexts.Refuse:
                        throw new TrainingException("TRN0553", $"Encoding the pairs failed: pair {i + 1} has {source.Length} and {target.Length} tokens; expected at most {room}, which is model.context {context} less a special token. It begins '{Begin(pairs[i].Source)}'. Raise model.context, or set data.long_texts to drop or cut.");
                    case LongTexts.Drop:
                        leftOut++;
                        continue;
                    default:
                        (source, target) = (source[..Math.Min(room, source.Length)], target[..Math.Min(room, target.Length)]);
                        break;
                }
            }

            if (source.Length == 0 || target.Length == 0)
            {
                leftOut++; // Texts of characters that the tokenizer drops.
                continue;
            }

            encoded.Add(new EncodedSentence(source, target));
        }

        return (encoded, leftOut);
    }

    private static string Begin(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
