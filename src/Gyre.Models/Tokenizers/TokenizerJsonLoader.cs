using System.Text;
using System.Text.Json;
using Gyre.Models.Tokenizers.Normalization;

namespace Gyre.Models.Tokenizers;

/// <summary>Reads <c>tokenizer.json</c>, the one-file form of published tokenizers: BPE, WordPiece and Unigram.</summary>
/// <remarks>Source: the serialisation of the Hugging Face <c>tokenizers</c> library, version 1.0.</remarks>
internal sealed class TokenizerJsonLoader
{
    private readonly JsonElement _root;
    private readonly JsonModel _model;
    private readonly Vocabulary _vocabulary;
    private readonly string _source;
    private List<AddedToken> _added = [];

    private TokenizerJsonLoader(JsonElement root, string source)
    {
        _source = source;
        _root = root;
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("model", out var model) || model.ValueKind != JsonValueKind.Object)
        {
            throw TokenizerErrors.WrongShape(source, "the file", JsonVocabulary.Describe(root), "an object with a model");
        }

        _vocabulary = new Vocabulary(source, 65_536);
        _model = new JsonModel(model, _vocabulary);
    }

    /// <summary>Reads a file.</summary>
    /// <remarks>Errors: RUN0101, RUN0102, RUN0104 to RUN0107, RUN0110, RUN0114.</remarks>
    public static TokenizerParts Load(ReadOnlyMemory<byte> utf8, string source)
    {
        using var document = JsonVocabulary.Parse(utf8, source);
        return new TokenizerJsonLoader(document.RootElement, source).Build();
    }

    private TokenizerParts Build()
    {
        ReadAddedTokens();
        var pipeline = new PipelineReader(_source);
        pipeline.ReadNormalizer(Part("normalizer"));
        pipeline.ReadPreTokenizer(Part("pre_tokenizer"));
        var template = new PostProcessorReader(_source, _vocabulary);
        template.Read(Part("post_processor"));
        var decoder = new DecoderReader(_source);
        decoder.Read(Part("decoder"));

        if (_model.UsesByteTokens || decoder.JoinsBytes)
        {
            MarkByteTokens();
        }

        var normalizers = new NormalizerChain(pipeline.Normalizers);
        var special = _added.Where(token => token.IsSpecial).Select(token => token.Id).ToArray();
        return new TokenizerParts
        {
            Vocabulary = _vocabulary,
            Bytes = pipeline.IsByteLevel ? ByteLevelParts.BytesOf(_vocabulary, _added.Select(token => token.Id), _model.WordEnd) : TextBytes(decoder),
            WordEncoder = _model.CreateEncoder(pipeline.IsByteLevel),
            AddedTokens = Normalized(normalizers),
            Normalizers = normalizers,
            PieceNormalizers = new NormalizerChain(pipeline.PieceNormalizers),
            Stages = pipeline.Stages,
            Prefix = template.Prefix,
            Suffix = template.Suffix,
            Template = template.Template,
            TrimsSpans = template.TrimsSpans,
            Export = JsonExport.Of(_root, _model, _vocabulary, pipeline.IsByteLevel),
            Decoding = _model.WordEnd.Length > 0 ? decoder.Rules with { StrippedRight = 1 } : decoder.Rules,
            BeginId = template.Prefix.Count > 0 ? template.Prefix[0] : null,
            EndIds = SpecialTokenNames.EndIds(_vocabulary, [.. template.Suffix], special),
        };
    }

    private void ReadAddedTokens()
    {
        var count = _model.TokenCount;
        if (Part("added_tokens") is { ValueKind: JsonValueKind.Array } added)
        {
            _added = [.. added.EnumerateArray().Select(token => TokenizerConfiguration.ReadAddedToken(token, IdOf(token), _source, "added_tokens"))];
            foreach (var token in _added)
            {
                var kind = token.IsSpecial ? TokenKind.Control : TokenKind.UserDefined;
                _vocabulary.Add(token.Content, token.Id, kind);
                count++;
            }
        }

        JsonVocabulary.CheckDensity(_vocabulary, count);
    }

    private static long IdOf(JsonElement token) =>
        token.ValueKind == JsonValueKind.Object && token.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.Number
            && id.TryGetInt64(out var value) ? value : -1;

    private void MarkByteTokens()
    {
        for (var id = 0; id < _vocabulary.Count; id++)
        {
            if (_vocabulary.KindOf(id) == TokenKind.Normal && SentencePieceLoader.IsByteName(_vocabulary[id]))
            {
                _vocabulary.SetKind(id, TokenKind.Byte);
            }
        }
    }

    private byte[][] TextBytes(DecoderReader decoder)
    {
        var bytes = new byte[_vocabulary.Count][];
        for (var id = 0; id < bytes.Length; id++)
        {
            bytes[id] = _vocabulary.KindOf(id) == TokenKind.Byte
                ? [Convert.ToByte(_vocabulary[id][3..5], 16)]
                : Encoding.UTF8.GetBytes(decoder.TextOf(_vocabulary[id]));
        }

        return bytes;
    }

    private List<AddedToken> Normalized(NormalizerChain normalizers)
    {
        var tokens = new List<AddedToken>(_added.Count);
        var units = 0L;
        foreach (var token in _added)
        {
            var isRewritten = token.IsNormalized && !normalizers.IsEmpty && token.Content.Length > 0;
            var content = isRewritten ? normalizers.Apply(token.Content) : token.Content;
            content = content.Length == 0 ? token.Content : content;
            AddedTokenMatcher.CheckUnits(units += content.Length); // Here, as the rules may make each token many times longer.
            tokens.Add(token with { Content = content });
        }

        return tokens;
    }

    private JsonElement Part(string name) => _root.TryGetProperty(name, out var part) ? part : default;
}
