using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gyre.Models.Tokenizers.Training;

/// <summary>The parts of <c>tokenizer.json</c> round a trained model: the text is cut for training exactly as the file will have it cut.</summary>
internal sealed class TrainingPipeline
{
    private const string Space = "\u2581";

    private readonly VocabularyTrainerOptions _options;
    private readonly PipelineReader _reader = new("the trained tokenizer");

    public TrainingPipeline(VocabularyTrainerOptions options)
    {
        _options = options;
        var isWordPiece = options.Kind == VocabularyKind.WordPiece;
        Normalizer = isWordPiece
            ? new JsonObject { ["type"] = "BertNormalizer", ["clean_text"] = true, ["handle_chinese_chars"] = true, ["strip_accents"] = null, ["lowercase"] = options.LowersCase }
            : new JsonObject
            {
                ["type"] = "Sequence",
                ["normalizers"] = new JsonArray(
                    new JsonObject { ["type"] = "NFKC" },
                    new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["Regex"] = @"\s+" }, ["content"] = " " }),
            };
        PreTokenizer = isWordPiece
            ? new JsonObject { ["type"] = "BertPreTokenizer" }
            : new JsonObject { ["type"] = "Metaspace", ["replacement"] = Space, ["prepend_scheme"] = "always", ["split"] = true };
        _reader.ReadNormalizer(JsonSerializer.SerializeToElement(Normalizer));
        _reader.ReadPreTokenizer(JsonSerializer.SerializeToElement(PreTokenizer));
    }

    private JsonObject Normalizer { get; }

    private JsonObject PreTokenizer { get; }

    /// <summary>What counts the words of the corpus.</summary>
    public WordCounter NewCounter() => new(_options.Specials, new(_reader.Normalizers), new(_reader.PieceNormalizers), _reader.Stages);

    /// <summary>The whole file.</summary>
    public byte[] File(JsonObject model)
    {
        var specials = _options.Specials;
        var file = new JsonObject
        {
            ["version"] = "1.0",
            ["truncation"] = null,
            ["padding"] = null,
            ["added_tokens"] = new JsonArray([.. specials.Select((token, id) => (JsonNode)new JsonObject
            {
                ["id"] = id, ["content"] = token, ["single_word"] = false, ["lstrip"] = false, ["rstrip"] = false, ["normalized"] = false, ["special"] = true,
            })]),
            ["normalizer"] = Normalizer.DeepClone(),
            ["pre_tokenizer"] = PreTokenizer.DeepClone(),
            ["post_processor"] = PostProcessor(specials.ToList()),
            ["decoder"] = Decoder(),
            ["model"] = model,
        };
        return Encoding.UTF8.GetBytes(file.ToJsonString(new JsonSerializerOptions
        {
            WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        }));
    }

    private JsonNode? PostProcessor(List<string> specials)
    {
        var (begin, end) = (specials.IndexOf("[CLS]"), specials.IndexOf("[SEP]"));
        return _options.Kind != VocabularyKind.WordPiece || begin < 0 || end < 0 ? null : new JsonObject
        {
            ["type"] = "BertProcessing", ["sep"] = new JsonArray("[SEP]", end), ["cls"] = new JsonArray("[CLS]", begin),
        };
    }

    private JsonObject Decoder() => (_options.Kind, _options.UsesByteTokens) switch
    {
        (VocabularyKind.WordPiece, _) => new() { ["type"] = "WordPiece", ["prefix"] = "##", ["cleanup"] = true },
        (_, true) => new()
        {
            ["type"] = "Sequence",
            ["decoders"] = new JsonArray(
                new JsonObject { ["type"] = "Replace", ["pattern"] = new JsonObject { ["String"] = Space }, ["content"] = " " },
                new JsonObject { ["type"] = "ByteFallback" },
                new JsonObject { ["type"] = "Fuse" },
                new JsonObject { ["type"] = "Strip", ["content"] = " ", ["start"] = 1, ["stop"] = 0 }),
        },
        _ => new() { ["type"] = "Metaspace", ["replacement"] = Space, ["prepend_scheme"] = "always", ["split"] = true },
    };
}
