using System.Text;
using Gyre.Models.Tokenizers.Normalization;

namespace Gyre.Models.Tokenizers;

/// <summary>Reads BERT's vocabulary kept as a list of tokens, one a line: <c>vocab.txt</c>.</summary>
/// <remarks>Source: BertTokenizer of Hugging Face transformers; what files beside it do not say has that class's defaults.</remarks>
internal static class WordListLoader
{
    private const int MaxCharacters = 100;

    private static readonly string[] Families = ["", "Bert", "DistilBert", "Electra", "MobileBert", "ConvBert", "LayoutLM", "Realm", "Retribert"];

    /// <summary>Reads the file.</summary>
    /// <remarks>Errors: RUN0100, RUN0101, RUN0105 and RUN0106.</remarks>
    public static TokenizerParts Load(string path, TokenizerConfiguration configuration)
    {
        var family = configuration.Class.Replace("TokenizerFast", "", StringComparison.Ordinal).Replace("Tokenizer", "", StringComparison.Ordinal);
        if (!Families.Contains(family, StringComparer.Ordinal))
        {
            throw TokenizerErrors.UnsupportedPart(path, "tokenizer class of a list of tokens", configuration.Class, string.Join(", ", Families.Skip(1).Select(name => name + "Tokenizer")));
        }

        var vocabulary = new Vocabulary(path, 32_768);
        var lines = Encoding.UTF8.GetString(TokenizerFiles.Read(path, JsonVocabulary.MaxBytes)).Split('\n');
        for (var id = 0; id < lines.Length - (lines[^1].Length == 0 ? 1 : 0); id++)
        {
            vocabulary.Add(lines[id].TrimEnd('\r'), id);
        }

        var unknown = vocabulary.Find("[UNK]") ?? throw TokenizerErrors.InvalidVocabulary(path, "there is no unknown token", "the line [UNK]");
        var (begin, end) = (vocabulary.Find("[CLS]"), vocabulary.Find("[SEP]"));
        var added = new[] { "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]" }
            .Select(vocabulary.Find).OfType<int>().Select(id => new AddedToken(id, vocabulary[id], IsSpecial: true)).ToArray();
        foreach (var token in added)
        {
            vocabulary.SetKind(token.Id, token.Id == unknown ? TokenKind.Unknown : TokenKind.Control);
        }

        var decoder = new DecoderReader(path);
        decoder.UseWordPiece("##", cleansUp: true);
        var lowers = configuration.LowersCase ?? true;
        return new TokenizerParts
        {
            Vocabulary = vocabulary,
            Bytes = [.. Enumerable.Range(0, vocabulary.Count).Select(id => Encoding.UTF8.GetBytes(decoder.TextOf(vocabulary[id])))],
            WordEncoder = new WordPieceEncoder(vocabulary, "", "##", MaxCharacters, unknown),
            AddedTokens = added,
            Normalizers = new NormalizerChain(
                [new BertNormalizer(cleansText: true, configuration.PartsIdeographs ?? true, configuration.StripsAccents ?? lowers, lowers)]),
            Stages = PipelineReader.BertStages(),
            Prefix = begin is { } first ? [first] : [],
            Suffix = end is { } last ? [last] : [],
            Template = begin is { } cls && end is { } sep ? SequenceTemplate.Bert(cls, sep) : null,
            Export = new VocabularyExport
            {
                Model = "bert",
                UnknownId = unknown,
                LowersCase = lowers,
                StripsAccents = configuration.StripsAccents ?? lowers,
                Fault = configuration.PartsIdeographs == false ? "it leaves ideographs together, which GGUF has no key for" : null,
            },
            Decoding = decoder.Rules,
            BeginId = begin,
            EndIds = end is { } stop ? [stop] : [],
        };
    }
}
