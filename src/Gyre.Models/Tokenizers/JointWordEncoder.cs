using System.Runtime.InteropServices;
using Gyre.Tensors;

namespace Gyre.Models.Tokenizers;

/// <summary>Cuts by one vocabulary and numbers the pieces by another, as Marian's two languages share one.</summary>
/// <remarks>What the cutting vocabulary does not know has the id of its text in the other, where it stands there.</remarks>
internal sealed class JointWordEncoder : WordEncoder
{
    private readonly WordEncoder _cutting;
    private readonly Vocabulary _joint;
    private readonly int _unknownId;
    private readonly int[] _ids;

    /// <param name="cutting">Gives ids of <paramref name="pieces"/>.</param>
    /// <param name="pieces">The cutting vocabulary.</param>
    /// <param name="joint">The vocabulary that numbers.</param>
    /// <param name="unknownId">The id in it of what it does not know.</param>
    public JointWordEncoder(WordEncoder cutting, Vocabulary pieces, Vocabulary joint, int unknownId)
    {
        _cutting = cutting;
        _joint = joint;
        _unknownId = unknownId;
        _ids = new int[pieces.Count];
        for (var id = 0; id < _ids.Length; id++)
        {
            // −1: looked up by what stood in the text.
            _ids[id] = pieces.KindOf(id) == TokenKind.Unknown ? -1 : joint.Find(pieces[id]) ?? unknownId;
        }
    }

    [HotPath]
    public override void Encode(ReadOnlySpan<char> piece, EncodingScratch scratch, List<int> destination)
    {
        var from = destination.Count;
        _cutting.Encode(piece, scratch, destination);
        var added = CollectionsMarshal.AsSpan(destination)[from..];
        for (var i = 0; i < added.Length; i++)
        {
            var id = _ids[added[i]];
            if (id < 0)
            {
                // Rare: encoded again with the places of all pieces.
                destination.RemoveRange(from, destination.Count - from);
                EncodeWithSpans(piece, scratch, destination, []);
                return;
            }

            added[i] = id;
        }
    }

    public override void EncodeWithSpans(ReadOnlySpan<char> piece, EncodingScratch scratch, List<int> destination, List<TextSpan> spans)
    {
        var from = destination.Count;
        var firstSpan = spans.Count;
        _cutting.EncodeWithSpans(piece, scratch, destination, spans);
        for (var i = from; i < destination.Count; i++)
        {
            var id = _ids[destination[i]];
            destination[i] = id >= 0 ? id
                : _joint.IdsBySpan.TryGetValue(spans[firstSpan + i - from].Of(piece), out var known) ? known : _unknownId;
        }
    }

    protected override ReadOnlySpan<int> EncodeUncached(ReadOnlySpan<char> word, EncodingScratch scratch) =>
        throw new InvalidOperationException("A joint vocabulary has no words of its own; Encode asks the one that cuts.");
}
