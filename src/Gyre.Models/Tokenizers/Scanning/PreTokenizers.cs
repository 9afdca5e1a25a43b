using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>The published pre-tokenisations, by the names that GGUF files use and by the text of their patterns.</summary>
internal static class PreTokenizers
{
    /// <summary>The names that <see cref="TryByName"/> knows, for messages.</summary>
    public const string KnownNames =
        "default, gpt-2, llama-bpe, llama3, llama-v3, qwen2, stablelm2, starcoder, refact, command-r, smollm, codeshell, exaone, minerva-7b, "
        + "mpt, olmo, jais, phi-2, falcon, deepseek-llm, deepseek-coder, deepseek-v3, gpt-4o, llama4, tekken, dbrx, smaug-bpe, "
        + "chatglm-bpe, glm4, bloom, gpt3-finnish, poro-chat, viking, none";

    private const string Gpt2Pattern = @"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)";
    private const string CasedPattern =
        @"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+@|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*@|#| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private const string Contractions = "(?i:'s|'t|'re|'ve|'m|'ll|'d)";
    private const string BloomUnits = "(.,!?…。，、।۔،|)";

    /// <summary>Finds the stages of a pre-tokenisation by the name under which GGUF files know it.</summary>
    public static bool TryByName(string name, [NotNullWhen(true)] out SplitStage[]? stages)
    {
        Scanner[]? scanners = name switch
        {
            "gpt-2" or "gpt2" or "mpt" or "olmo" or "jais" or "phi-2" or "modern-bert" or "jina-es" or "jina-de" or "jina-v2-es"
                or "jina-v2-de" or "jina-v2-code" or "roberta-bpe" or "trillion" => [new Gpt2Scanner()],
            "llama-bpe" or "llama3" or "llama-v3" or "falcon3" or "dbrx" or "smaug-bpe" or "chatglm-bpe" or "glm4" or "pixtral"
                or "megrez" => [new Cl100kScanner(name == "megrez" ? 1 : 3)],
            "qwen2" or "stablelm2" or "deepseek-r1-qwen" or "hunyuan" => [new Cl100kScanner(1)],
            "starcoder" or "refact" or "command-r" or "smollm" or "codeshell" or "exaone" or "minerva-7b" =>
                [new ClassRunScanner(CharacterClass.Number, maxLength: 1), new Gpt2Scanner()],
            "falcon" => [FalconPunctuation(), new Gpt2Scanner(), new FixedDigitsScanner()],
            "default" => [DefaultPunctuation(), new Gpt2Scanner(), new ClassRunScanner(CharacterClass.Number), new FixedDigitsScanner()],
            "deepseek-coder" =>
            [
                new ClassRunScanner(CharacterClass.NewLine, maxLength: 1),
                new ClassRunScanner(CharacterClass.Letter, withLeadingSpace: true),
                new ClassRunScanner(CharacterClass.Punctuation, withLeadingSpace: true),
                EastAsian(),
                new ClassRunScanner(CharacterClass.Number, maxLength: 1),
            ],
            "deepseek-llm" =>
            [
                new ClassRunScanner(CharacterClass.NewLine, maxLength: 1),
                new RegexScanner(DeepSeekLetters),
                new RegexScanner(@"\s?[!-/:-~！-／：-～‘-‟\u3000-。]+"),
                new TrailingSpaceScanner(),
                EastAsian(),
                new ClassRunScanner(CharacterClass.Number),
            ],
            "deepseek-v3" =>
            [
                new ClassRunScanner(CharacterClass.Number, maxLength: 3),
                UnitSetScanner.OfRanges('\u4E00', '\u9FA5', '\u3040', '\u309F', '\u30A0', '\u30FF'),
                new DeepSeekWordScanner(),
            ],
            "gpt-4o" or "llama4" => [new CasedWordScanner(3, withContractions: true)],
            "tekken" => [new CasedWordScanner(1, withContractions: false)],
            "bloom" or "gpt3-finnish" or "poro-chat" => [Bloom()],
            "viking" => [Bloom(), new ClassRunScanner(CharacterClass.Number, maxLength: 1)],
            "none" => [],
            _ => null,
        };

        stages = scanners is null ? null : [.. scanners.Select(scanner => new SplitStage(scanner))];
        return stages is not null;
    }

    /// <summary>True when tokenizers of this name take a whole piece that is a token without merging its parts.</summary>
    public static bool TakesWholePieces(string name) => name is "llama-bpe" or "llama3" or "llama-v3" or "falcon3" or "pixtral" or "tekken" or "gpt-4o" or "llama4";

    /// <summary>The scanner of a pattern: hand-written when the pattern is a published one, else the framework's engine.</summary>
    public static Scanner ByPattern(string pattern) => pattern switch
    {
        Gpt2Pattern or Gpt2Pattern + @"|\s+" => new Gpt2Scanner(),
        Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
            or @"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
            or @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]++[\r\n]*|\s*[\r\n]|\s+(?!\S)|\s+"
            => new Cl100kScanner(3),
        @"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
            => new Cl100kScanner(3, keepsFinalSpace: true),
        Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+" => new Cl100kScanner(1),
        Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,2}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+" => new Cl100kScanner(2),
        @"[!""#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
            => new DeepSeekWordScanner(),
        "[\r\n]" or @"[\r\n]" => new ClassRunScanner(CharacterClass.NewLine, maxLength: 1),
        @"\s?\p{L}+" => new ClassRunScanner(CharacterClass.Letter, withLeadingSpace: true),
        @"\s?\p{P}+" => new ClassRunScanner(CharacterClass.Punctuation, withLeadingSpace: true),
        @"\p{N}" => new ClassRunScanner(CharacterClass.Number, maxLength: 1),
        @"\p{N}+" => new ClassRunScanner(CharacterClass.Number),
        @"\p{N}{1,3}" => new ClassRunScanner(CharacterClass.Number, maxLength: 3),
        "[一-龥ࠀ-一가-퟿]+" => EastAsian(),
        "[一-龥぀-ゟ゠-ヿ]+" => UnitSetScanner.OfRanges('\u4E00', '\u9FA5', '\u3040', '\u309F', '\u30A0', '\u30FF'),
        "[0-9][0-9][0-9]" => new FixedDigitsScanner(),
        @"\s+$" => new TrailingSpaceScanner(),
        @"\s+" => new ClassRunScanner(CharacterClass.Space),
        ClipScanner.Pattern => new ClipScanner(),
        @" ?[^(\s|[.,!?…。，、।۔،])]+" or @" ?[^(\s|.,!?…。，、।۔،)]+" => Bloom(),
        _ when pattern == Cased("\\p{N}{1,3}", Contractions + "?") => new CasedWordScanner(3, withContractions: true),
        _ when pattern == Cased("\\p{N}", "") => new CasedWordScanner(1, withContractions: false),
        _ => new RegexScanner(pattern),
    };

    /// <summary>The pattern to write into a file for a name that <see cref="Training.BpeTrainerOptions.PreTokenizer"/> allows.</summary>
    public static string PatternOf(string name) =>
        Contractions + @"|[^\r\n\p{L}\p{N}]?\p{L}+|" + (name == "qwen2" ? @"\p{N}" : @"\p{N}{1,3}")
        + @"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

    private static string Cased(string digits, string contraction) =>
        CasedPattern.Replace("@", contraction, StringComparison.Ordinal).Replace("#", digits, StringComparison.Ordinal);

    private static UnitSetScanner EastAsian() => UnitSetScanner.OfRanges('\u4E00', '\u9FA5', '\u0800', '\u4E00', '\uAC00', '\uD7FF');

    private static UnitSetScanner FalconPunctuation() => new(SearchValues.Create(PunctuationAnd("$+<=>^~|`")));

    private static UnitSetScanner DefaultPunctuation() => new(SearchValues.Create(PunctuationAnd("$+<=>^~|")));

    private static UnitSetScanner Bloom()
    {
        var spaces = Enumerable.Range(0, char.MaxValue + 1).Select(unit => (char)unit).Where(char.IsWhiteSpace);
        return new UnitSetScanner(SearchValues.Create([.. spaces, .. BloomUnits]), outside: true, withLeadingSpace: true);
    }

    private static char[] PunctuationAnd(string further) =>
    [
        .. Enumerable.Range(0, char.MaxValue + 1).Select(unit => (char)unit)
            .Where(unit => (CharacterClasses.OfUnit(unit) & CharacterClass.Punctuation) != CharacterClass.None),
        .. further,
    ];

    // The cased letters of all scripts, as DeepSeek LLM lists them; the supplementary ranges are written as surrogate pairs.
    private const string DeepSeekLetters =
        @"\s?(?:[A-Za-zµÀ-ÖØ-öø-ƺƼ-ƿǄ-ʓʕ-ʯͰ-ͳͶͷͻ-ͽͿΆΈ-ΊΌΎ-ΡΣ-ϵϷ-ҁҊ-ԯԱ-ՖႠ-ჅᎠ-Ᏽᏸ-ᏽᲐ-ᲺᲽ-Ჿᴀ-ᴫᵫ-ᵷᵹ-ᶚḀ-ἕἘ-Ἕἠ-ὅὈ-Ὅὐ-ὗὙὛὝὟ-ώᾀ-ᾴᾶ-ᾼι"
        + @"ῂ-ῄῆ-ῌῐ-ΐῖ-Ίῠ-Ῥῲ-ῴῶ-ῼℂℇℊ-ℓℕℙ-ℝℤΩℨK-ℭℯ-ℴℹℼ-ℿⅅ-ⅉⅎↃↄⰀ-ⱻⱾ-ⳤⳫ-ⳮⳲⳳꙀ-ꙭꚀ-ꚛꜢ-ꝯꝱ-ꞇꞋ-ꞎꭰ-ꮿﬀ-ﬆﬓ-ﬗＡ-Ｚａ-ｚ]"
        + @"|\uD801[\uDC00-\uDC4F\uDCB0-\uDCD3\uDCD8-\uDCFB]|\uD803[\uDC80-\uDCB2\uDCC0-\uDCF2]|\uD806[\uDCA0-\uDCDF]|\uD83A[\uDD00-\uDD43])+";
}
