using System.Text.Json;
using Gyre.Models.Tokenizers.Normalization;
using Gyre.Models.Tokenizers.Scanning;

namespace Gyre.Models.Tokenizers;

/// <summary>Reads the normalizer and pre-tokenizer of <c>tokenizer.json</c>.</summary>
internal sealed class PipelineReader(string source)
{
    private const string KnownNormalizers =
        "Sequence, Prepend, Replace, NFC, NFD, NFKC, NFKD, Lowercase, Strip, StripAccents, Precompiled, ByteLevel, BertNormalizer";

    private const string KnownPreTokenizers = "Sequence, ByteLevel, Metaspace, Split, Digits, Punctuation, Whitespace, WhitespaceSplit, BertPreTokenizer";

    private static readonly string SpaceText = SpaceNormalizer.Space.ToString();

    /// <summary>The part before cut at white space.</summary>
    private bool _splitsAtSpace;

    /// <summary>Rewriting before added tokens of normalised text are looked for.</summary>
    public List<Normalizer> Normalizers { get; } = [];

    /// <summary>Rewriting that pre-tokenizers do.</summary>
    public List<Normalizer> PieceNormalizers { get; } = [];

    /// <summary>Cutting.</summary>
    public List<SplitStage> Stages { get; } = [];

    /// <summary>True when the vocabulary is spelled in bytes.</summary>
    public bool IsByteLevel { get; private set; }

    /// <summary>Reads the normalizer; absent means none.</summary>
    public void ReadNormalizer(JsonElement element)
    {
        var part = new JsonPart(element, source, "normalizer");
        if (!part.IsAbsent)
        {
            AddNormalizer(part);
            JoinSpaceSteps();
        }
    }

    /// <summary>Reads the pre-tokenizer; absent means none.</summary>
    public void ReadPreTokenizer(JsonElement element)
    {
        var part = new JsonPart(element, source, "pre-tokenizer");
        if (!part.IsAbsent)
        {
            AddPreTokenizer(part);
        }
    }

    /// <summary>BERT's cutting: words between white space, every punctuation mark alone.</summary>
    public static IReadOnlyList<SplitStage> BertStages() =>
    [
        new SplitStage(new ClassRunScanner(CharacterClass.Space), SplitBehavior.Removed),
        new SplitStage(new ClassRunScanner(CharacterClass.Punctuation | CharacterClass.AsciiPunctuation, maxLength: 1)),
    ];

    private void AddNormalizer(JsonPart part)
    {
        switch (part.Type)
        {
            case "Sequence":
                foreach (var child in part.Children("normalizers"))
                {
                    AddNormalizer(child);
                }

                break;
            case "Prepend":
                Normalizers.Add(new PrependNormalizer(part.Text("prepend") ?? ""));
                break;
            case "Replace":
                var (pattern, isRegex) = part.Pattern();
                Normalizers.Add(new ReplaceNormalizer(isRegex ? PreTokenizers.ByPattern(pattern) : new LiteralScanner(pattern), part.Text("content") ?? ""));
                break;
            case "NFC" or "NFD" or "NFKC" or "NFKD":
                Normalizers.Add(new UnicodeNormalizer(part.Type));
                break;
            case "Lowercase":
                Normalizers.Add(new LowercaseNormalizer());
                break;
            case "Strip":
                Normalizers.Add(new StripNormalizer(part.Flag("strip_left", true), part.Flag("strip_right", true)));
                break;
            case "StripAccents":
                Normalizers.Add(new ReplaceNormalizer(new ClassRunScanner(CharacterClass.Mark), ""));
                break;
            case "BertNormalizer":
                var lowers = part.Flag("lowercase", true);
                Normalizers.Add(new BertNormalizer(
                    part.Flag("clean_text", true), part.Flag("handle_chinese_chars", true), part.Flag("strip_accents", lowers), lowers));
                break;
            case "Precompiled":
                AddCharsmap(part);
                break;
            case "ByteLevel":
                IsByteLevel = true;
                break;
            default:
                throw part.Unsupported(KnownNormalizers);
        }
    }

    private void AddCharsmap(JsonPart part)
    {
        var encoded = part.Text("precompiled_charsmap") ?? "";
        var compiled = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, compiled, out var length))
        {
            throw TokenizerErrors.WrongShape(source, "normalizer.precompiled_charsmap", "text that is not base64", "base64");
        }

        if (Charsmap.Read(compiled.AsSpan(0, length)) is { } charsmap)
        {
            Normalizers.Add(new CharsmapNormalizer(charsmap));
        }
    }

    // Llama's "prepend ▁, then write spaces as ▁" is one quick step.
    private void JoinSpaceSteps()
    {
        if (Normalizers is [PrependNormalizer { Prefix: var prefix }, ReplaceNormalizer { Replacement: var replacement, Literal: " " }]
            && prefix == SpaceText && replacement == SpaceText)
        {
            Normalizers.Clear();
            Normalizers.Add(new SpaceNormalizer(PrefixScheme.Always, unlessPresent: false));
        }
        else if (Normalizers is [ReplaceNormalizer { Replacement: var only, Literal: " " }] && only == SpaceText)
        {
            Normalizers.Clear();
            Normalizers.Add(new SpaceNormalizer(PrefixScheme.Never, unlessPresent: false));
        }
    }

    private void AddPreTokenizer(JsonPart part)
    {
        switch (part.Type)
        {
            case "Sequence":
                foreach (var child in part.Children("pretokenizers"))
                {
                    _splitsAtSpace &= child.Type == "Metaspace";
                    AddPreTokenizer(child);
                }

                break;
            case "ByteLevel":
                AddByteLevel(part);
                break;
            case "Metaspace":
                AddMetaspace(part);
                break;
            case "Split":
                AddSplit(part);
                break;
            case "Digits":
                Stages.Add(new SplitStage(new ClassRunScanner(
                    CharacterClass.Number, maxLength: part.Flag("individual_digits", false) ? 1 : int.MaxValue)));
                break;
            case "Punctuation":
                var behavior = part.Text("behavior") ?? "Isolated";
                Stages.Add(new SplitStage(
                    new ClassRunScanner(CharacterClass.Punctuation | CharacterClass.AsciiPunctuation, maxLength: 1), BehaviorOf(part, behavior, false)));
                break;
            case "Whitespace":
                Stages.Add(new SplitStage(new RegexScanner(@"\w+|[^\w\s]+"), SplitBehavior.MatchesOnly));
                break;
            case "BertPreTokenizer":
                Stages.AddRange(BertStages());
                break;
            case "WhitespaceSplit":
                _splitsAtSpace = true;
                Stages.Add(new SplitStage(new ClassRunScanner(CharacterClass.Space), SplitBehavior.Removed));
                break;
            default:
                throw part.Unsupported(KnownPreTokenizers);
        }
    }

    private void AddByteLevel(JsonPart part)
    {
        IsByteLevel = true;
        if (part.Flag("add_prefix_space", true))
        {
            if (Stages.Count > 0)
            {
                throw TokenizerErrors.UnsupportedPart(source, "pre-tokenizer", "ByteLevel with add_prefix_space after a split", "add_prefix_space first or off");
            }

            PieceNormalizers.Add(new PrependNormalizer(" ", unlessSpace: true));
        }

        if (part.Flag("use_regex", true))
        {
            Stages.Add(new SplitStage(new Gpt2Scanner()));
        }
    }

    private void AddMetaspace(JsonPart part)
    {
        if ((part.Text("replacement") ?? SpaceText) != SpaceText)
        {
            throw TokenizerErrors.UnsupportedPart(source, "Metaspace replacement", part.Text("replacement") ?? "", "U+2581");
        }

        var scheme = (part.Text("prepend_scheme") ?? (part.Flag("add_prefix_space", true) ? "always" : "never")) switch
        {
            "always" => PrefixScheme.Always,
            "first" => PrefixScheme.First,
            "never" => PrefixScheme.Never,
            var other => throw TokenizerErrors.UnsupportedPart(source, "Metaspace prepend_scheme", other, "always, first, never"),
        };
        if (_splitsAtSpace)
        {
            // Words first, and then each of them its mark: rewriting comes before all cutting, so both are one step.
            Stages.RemoveAt(Stages.Count - 1);
            PieceNormalizers.Add(scheme == PrefixScheme.Always ? new WordMarkNormalizer() : throw TokenizerErrors.UnsupportedPart(
                source, "pre-tokenizer", "Metaspace after WhitespaceSplit that does not mark every word", "prepend_scheme always, or Metaspace alone"));
        }
        else
        {
            PieceNormalizers.Add(new SpaceNormalizer(scheme, unlessPresent: true));
        }

        if (part.Flag("split", true))
        {
            Stages.Add(new SplitStage(new LiteralScanner(SpaceText), SplitBehavior.MergedWithNext));
        }
    }

    private void AddSplit(JsonPart part)
    {
        var (pattern, isRegex) = part.Pattern();
        var behavior = BehaviorOf(part, part.Text("behavior") ?? "Isolated", part.Flag("invert", false));
        Stages.Add(new SplitStage(isRegex ? PreTokenizers.ByPattern(pattern) : new LiteralScanner(pattern), behavior));
    }

    private static SplitBehavior BehaviorOf(JsonPart part, string behavior, bool isInverted) => (behavior, isInverted) switch
    {
        ("Isolated", _) => SplitBehavior.Isolated,
        ("Removed", false) => SplitBehavior.Removed,
        ("Removed", true) => SplitBehavior.MatchesOnly,
        ("MergedWithPrevious", false) => SplitBehavior.MergedWithPrevious,
        ("MergedWithNext", false) => SplitBehavior.MergedWithNext,
        ("Contiguous", false) => SplitBehavior.Contiguous,
        _ => throw TokenizerErrors.UnsupportedPart(
            part.Source, "split behavior", behavior + (isInverted ? " inverted" : ""), "Isolated, Removed, MergedWithPrevious, MergedWithNext, Contiguous"),
    };
}
