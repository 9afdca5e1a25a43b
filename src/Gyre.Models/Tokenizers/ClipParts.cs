using System.IO.Compression;
using System.Text;
using Gyre.Models.Tokenizers.Normalization;
using Gyre.Models.Tokenizers.Scanning;

namespace Gyre.Models.Tokenizers;

/// <summary>CLIP's text vocabulary: byte-level BPE in lower case whose tokens mark the end of a word.</summary>
/// <remarks>
/// Text is composed (NFC), white space becomes one space, and case is lost, as the Hugging Face <c>tokenizers</c> library has it;
/// the original also repairs broken encodings and HTML entities, which is left to the caller.
/// <para>Source: openai/CLIP, simple_tokenizer; the merges file's first line is a comment and 48,894 merges follow that count.</para>
/// </remarks>
internal static class ClipParts
{
    /// <summary>What a token at the end of a word is spelled with.</summary>
    public const string WordEnd = "</w>";

    /// <summary>The name of the published merges file.</summary>
    public const string MergesName = "bpe_simple_vocab_16e6.txt.gz";

    private const string BeginName = "<|startoftext|>";
    private const string EndName = "<|endoftext|>";
    private const int MergeCount = 49152 - 256 - 2;

    /// <summary>Reads the published merges file; the vocabulary follows from it.</summary>
    /// <remarks>Errors: RUN0100, RUN0101, RUN0107 and RUN0122.</remarks>
    public static TokenizerParts Load(string path)
    {
        var lines = Encoding.UTF8.GetString(Unpack(path)).Split('\n').Skip(1).Take(MergeCount).Where(line => line.Length > 0).Select(line => line.TrimEnd('\r')).ToArray();
        var vocabulary = new Vocabulary(path, 49408);
        string[] bytes =
        [
            .. Enumerable.Range(0, 256).Where(value => ByteAlphabet.Spell((byte)value) == value).Select(value => ((char)value).ToString()),
            .. Enumerable.Range(0, 256).Where(value => ByteAlphabet.Spell((byte)value) != value).Select(value => ByteAlphabet.Spell((byte)value).ToString()),
        ];
        foreach (var token in (IEnumerable<string>)[.. bytes, .. bytes.Select(one => one + WordEnd), .. lines.Select(line => line.Replace(" ", "", StringComparison.Ordinal)), BeginName, EndName])
        {
            vocabulary.Add(token, vocabulary.Count);
        }

        var merges = new MergeList(vocabulary, lines.Length);
        foreach (var line in lines)
        {
            merges.Add(line);
        }

        return Build(vocabulary, merges.Table, AddedTokens(vocabulary));
    }

    /// <summary>True for a vocabulary of this kind.</summary>
    public static bool Is(Vocabulary vocabulary) =>
        vocabulary.Find(BeginName) is not null && vocabulary.Find(EndName) is not null && vocabulary.Find("a" + WordEnd) is not null;

    /// <summary>The special tokens of the vocabulary.</summary>
    public static AddedToken[] AddedTokens(Vocabulary vocabulary) =>
        [.. new[] { BeginName, EndName }.Select(name => new AddedToken(vocabulary.Find(name)!.Value, name, IsSpecial: true))]; // Callers have added or checked both.

    /// <summary>The whole tokenizer.</summary>
    public static TokenizerParts Build(Vocabulary vocabulary, MergeTable merges, IReadOnlyList<AddedToken> added)
    {
        var (begin, end) = (vocabulary.Find(BeginName)!.Value, vocabulary.Find(EndName)!.Value); // Callers have added or checked both.
        vocabulary.SetKind(begin, TokenKind.Control);
        vocabulary.SetKind(end, TokenKind.Control);
        return new TokenizerParts
        {
            Vocabulary = vocabulary,
            Bytes = ByteLevelParts.BytesOf(vocabulary, added.Select(token => token.Id), WordEnd),
            WordEncoder = new ByteWordEncoder(vocabulary, merges, takesWholePieces: false, WordEnd),
            AddedTokens = added,
            Normalizers = new NormalizerChain(
                [new UnicodeNormalizer("NFC"), new ReplaceNormalizer(new ClassRunScanner(CharacterClass.Space), " "), new LowercaseNormalizer()]),
            Stages = [new SplitStage(new ClipScanner(), SplitBehavior.MatchesOnly)],
            Prefix = [begin],
            Suffix = [end],
            Template = SequenceTemplate.Roberta(begin, end),
            Decoding = new DecodingRules { StrippedRight = 1 },
            BeginId = begin,
            EndIds = [end],
        };
    }

    private static byte[] Unpack(string path)
    {
        var packed = TokenizerFiles.Read(path, JsonVocabulary.MaxBytes);
        using var unpacking = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
        try
        {
            return TokenizerFiles.Read(unpacking, 64 << 20, $"the unpacked size in bytes of '{path}'");
        }
        catch (InvalidDataException exception)
        {
            throw TokenizerErrors.BrokenArchive(path, exception);
        }
    }
}
