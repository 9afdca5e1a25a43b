using Gyre.Models.Tokenizers.Normalization;
using Gyre.Models.Tokenizers.Scanning;

namespace Gyre.Models.Tokenizers;

/// <summary>What a loader read, ready to be joined into a tokenizer.</summary>
internal sealed record TokenizerParts
{
    /// <summary>The tokens.</summary>
    public required Vocabulary Vocabulary { get; init; }

    /// <summary>The bytes of each id, in order.</summary>
    public required byte[][] Bytes { get; init; }

    /// <summary>The merging model.</summary>
    public required WordEncoder WordEncoder { get; init; }

    /// <summary>Tokens recognised before the model.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>Rewriting of the text between added tokens.</summary>
    public NormalizerChain Normalizers { get; init; } = new([]);

    /// <summary>Rewriting after the added tokens of normalised text are split off, just before the text is cut.</summary>
    public NormalizerChain PieceNormalizers { get; init; } = new([]);

    /// <summary>Cutting into pieces.</summary>
    public IReadOnlyList<SplitStage> Stages { get; init; } = [];

    /// <summary>Put before the text when special tokens are added.</summary>
    public IReadOnlyList<int> Prefix { get; init; } = [];

    /// <summary>Put after the text when special tokens are added.</summary>
    public IReadOnlyList<int> Suffix { get; init; } = [];

    /// <summary>How special tokens stand round a pair of texts; null when round each as round one.</summary>
    public SequenceTemplate? Template { get; init; }

    /// <summary>Spans leave out white space at the ends of a token.</summary>
    public bool TrimsSpans { get; init; }

    /// <summary>Decoding.</summary>
    public DecodingRules Decoding { get; init; } = new();

    /// <summary>The id that begins a sequence.</summary>
    public int? BeginId { get; init; }

    /// <summary>The ids that end generation.</summary>
    public IReadOnlyList<int> EndIds { get; init; } = [];

    /// <summary>What a GGUF file of this vocabulary needs beside the tokens; null where the loader does not keep it.</summary>
    public VocabularyExport? Export { get; init; }

    /// <summary>These parts with what the files beside the vocabulary say about its special tokens.</summary>
    public TokenizerParts With(TokenizerConfiguration configuration)
    {
        var begin = (configuration.Begin is { } text ? Vocabulary.Find(text) : null) ?? BeginId;
        var end = configuration.End is { } endText ? Vocabulary.Find(endText) : null;
        IEnumerable<int?> declared = end is null ? EndIds.Cast<int?>() : [end];
        var special = AddedTokens.Where(token => token.IsSpecial).Select(token => token.Id);
        IReadOnlyList<int> prefix = configuration.AddsBegin switch { true when begin is { } id => [id], false => [], _ => Prefix };
        IReadOnlyList<int> suffix = configuration.AddsEnd switch { true when end is { } id => [id], false => [], _ => Suffix };
        return this with
        {
            BeginId = begin,
            EndIds = SpecialTokenNames.EndIds(Vocabulary, [.. declared, .. configuration.EndIds.Select(id => (int?)id)], special),
            Prefix = prefix,
            Suffix = suffix,
            Template = prefix.SequenceEqual(Prefix) && suffix.SequenceEqual(Suffix) ? Template : null,
        };
    }
}
