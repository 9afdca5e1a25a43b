using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>Turns one pre-tokenised piece of text into ids. Immutable and safe for several threads.</summary>
internal abstract class WordEncoder
{
    /// <summary>Appends the ids of a piece.</summary>
    [HotPath]
    public virtual void Encode(ReadOnlySpan<char> piece, EncodingScratch scratch, List<int> destination) =>
        EncodeCached(piece, scratch, destination);

    /// <summary>Appends the ids of a piece, the same as <see cref="Encode"/>, and for each the units of the piece that it stands for.</summary>
    public abstract void EncodeWithSpans(ReadOnlySpan<char> piece, EncodingScratch scratch, List<int> destination, List<TextSpan> spans);

    /// <summary>The ids of a piece by merging; the result lies in the work space.</summary>
    protected abstract ReadOnlySpan<int> EncodeUncached(ReadOnlySpan<char> word, EncodingScratch scratch);

    /// <summary>Appends the ids of a word, remembered or newly merged.</summary>
    [HotPath]
    protected void EncodeCached(ReadOnlySpan<char> word, EncodingScratch scratch, List<int> destination)
    {
        if (word.Length > WordCache.MaxWordLength)
        {
            destination.AddRange(EncodeUncached(word, scratch));
            return;
        }

        if (!scratch.Cache.TryGet(word, out var hash, out var ids))
        {
            ids = EncodeUncached(word, scratch);
            scratch.Cache.Add(word, hash, ids);
        }

        if (ids.Length == 1)
        {
            destination.Add(ids[0]);
        }
        else
        {
            destination.AddRange(ids);
        }
    }
}
