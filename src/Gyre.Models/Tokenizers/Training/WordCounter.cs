using System.Runtime.InteropServices;
using Gyre.Models.Tokenizers.Scanning;

namespace Gyre.Models.Tokenizers.Training;

/// <summary>Counts the pre-tokenised pieces of a corpus.</summary>
internal sealed class WordCounter
{
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> _lookup;
    private readonly AddedTokenMatcher? _specialTokens;
    private readonly SplitStage _stage;

    public WordCounter(BpeTrainerOptions options)
    {
        _lookup = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
        _specialTokens = AddedTokenMatcher.Create(options.SpecialTokens.Select((token, id) => new AddedToken(id, token, IsSpecial: true)));
        _stage = ByteLevelParts.Stages(options.PreTokenizer)[0];
    }

    /// <summary>UTF-16 units read.</summary>
    public long Characters { get; private set; }

    /// <summary>The different pieces, in the order in which they first occurred, with their counts.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>Counts the pieces of one document.</summary>
    public void Add(ReadOnlySpan<char> text)
    {
        Characters += text.Length;
        for (var from = 0; from < text.Length;)
        {
            var start = text.Length;
            var end = text.Length;
            _specialTokens?.Next(text, from, out start, out end);
            var part = text[from..start];
            var position = 0;
            while (_stage.Next(part, ref position, out var pieceStart, out var pieceEnd))
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_lookup, part[pieceStart..pieceEnd], out _)++;
            }

            from = end;
        }
    }
}
