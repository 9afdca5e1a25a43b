using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;

namespace Gyre.Models.Encoders;

/// <summary>The hidden states of every token of a text, after a block of an encoder: what BERTScore compares.</summary>
/// <remarks>
/// Texts are read as the authors' program reads them: without white space at their ends, with the model's own tokens around
/// them, with a space before the first word where a byte-level vocabulary (RoBERTa) tells words by it.
/// <para>Owns: the network, until disposed. Safe for several threads.</para>
/// <para>Errors: <see cref="ModelException"/> <c>RUN0301</c> a text that is too long, unless its end may be cut.</para>
/// <para>Source: T. Zhang et al., "BERTScore", 2020; bert_score 0.3.13, whose layers for known models these are.</para>
/// </remarks>
public sealed class TokenVectorEncoder : ITokenVectorSource, IDisposable
{
    private static readonly (string Model, int Layers)[] Tuned =
    [
        ("bert-base-uncased", 9), ("bert-large-uncased", 18), ("bert-base-multilingual-cased", 9), ("bert-base-chinese", 8),
        ("roberta-base", 10), ("roberta-large", 17), ("roberta-large-mnli", 19), ("xlm-roberta-base", 9), ("xlm-roberta-large", 17),
        ("distilbert-base-uncased", 5), ("distilbert-base-multilingual-cased", 5), ("distilroberta-base", 5),
    ];

    private readonly EncoderRunner _runner;
    private readonly ITokenizer _tokenizer;
    private readonly bool _startsWithSpace;
    private readonly bool _cuts;

    private TokenVectorEncoder(string name, IEncoder encoder, ITokenizer tokenizer, bool startsWithSpace, bool cuts)
    {
        (Name, _tokenizer, _startsWithSpace, _cuts) = (name, tokenizer, startsWithSpace, cuts);
        _runner = new EncoderRunner(encoder);
    }

    /// <summary>The model's name and its layer: <c>bert-base-uncased-layer9</c>.</summary>
    public string Name { get; }

    /// <summary>The layer whose vectors agree best with people's ratings of translations (WMT16), for a model of a known name; null for others.</summary>
    /// <param name="model">A name or path, of which the last part counts.</param>
    /// <remarks>Source: bert_score 0.3.13.</remarks>
    public static int? TunedLayer(string model)
    {
        ArgumentNullException.ThrowIfNull(model);
        var last = Path.GetFileName(Path.TrimEndingDirectorySeparator(model));
        var known = Array.FindIndex(Tuned, item => item.Model.Equals(last, StringComparison.OrdinalIgnoreCase));
        return known < 0 ? null : Tuned[known].Layers;
    }

    /// <summary>Loads the first blocks of an encoder.</summary>
    /// <param name="folder">Where its parts are; any encoder-only model, whatever it is for.</param>
    /// <param name="name">What metrics call it.</param>
    /// <param name="options">How to compute.</param>
    /// <param name="layer">After so many blocks; null for <see cref="TunedLayer"/>, or else the last.</param>
    /// <param name="cutsLongTexts">Whether the end of a text that is too long is left out; else it is an error.</param>
    /// <remarks>
    /// Owns: the caller disposes the result. Errors: those of <see cref="EncoderModel.Load(ModelFolder, string, EncoderOptions)"/>;
    /// <c>RUN0604</c> a layer that the model does not have. Cost: memory of the blocks that are used.
    /// </remarks>
    public static TokenVectorEncoder Load(ModelFolder folder, string name, EncoderOptions options, int? layer = null, bool cutsLongTexts = false)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        using var weights = folder.OpenWeights();
        var whole = WholeOf(folder, weights);
        var wanted = layer ?? TunedLayer(name) ?? whole.Layers;
        var tokenizer = EncoderModel.TokenizerOf(folder, weights as GgufFile, whole);
        return new TokenVectorEncoder($"{name}-layer{wanted}", LoadBlocks(folder, weights, whole, options, wanted), tokenizer, whole.Architecture == "roberta", cutsLongTexts);
    }

    /// <summary>The network alone, without its later blocks and its head, for callers that have token ids.</summary>
    /// <param name="folder">Where its parts are.</param>
    /// <param name="options">How to compute.</param>
    /// <param name="layer">How many blocks.</param>
    /// <remarks>Owns: the caller disposes the result. Errors: as <see cref="Load"/>.</remarks>
    public static IEncoder LoadBlocks(ModelFolder folder, EncoderOptions options, int layer)
    {
        ArgumentNullException.ThrowIfNull(folder);
        using var weights = folder.OpenWeights();
        return LoadBlocks(folder, weights, WholeOf(folder, weights), options, layer);
    }

    /// <inheritdoc/>
    public ValueTask<IReadOnlyList<TokenVectors>> EncodeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return new(Task.Run(() => Run(texts, cancellationToken), cancellationToken));
    }

    /// <inheritdoc/>
    public void Dispose() => _runner.Encoder.Dispose();

    private static EncoderConfiguration WholeOf(ModelFolder folder, IWeightSource weights) =>
        EncoderLoader.Fit(weights is GgufFile gguf ? EncoderConfiguration.FromGguf(gguf) : EncoderModel.ReadConfiguration(folder), weights);

    private static IEncoder LoadBlocks(ModelFolder folder, IWeightSource weights, EncoderConfiguration whole, EncoderOptions options, int layer)
    {
        if (layer < 1 || layer > whole.Layers)
        {
            throw EncoderErrors.BadOption("Encoding tokens", $"layer {layer} of '{folder.Path}' was asked for", $"1 to {whole.Layers}");
        }

        var shorter = whole with { Layers = layer, Head = EncoderHead.None };
        using var first = new FirstLayers(weights, whole, shorter, folder.Path);
        return EncoderLoader.Load(first, shorter, options);
    }

    private IReadOnlyList<TokenVectors> Run(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        var read = texts.Select(Read).ToArray();
        var results = new TokenVectors[read.Length];
        var inputs = new List<EncoderInput>();
        var places = new List<int>();
        for (var i = 0; i < read.Length; i++)
        {
            if (read[i].Ids.Count == 0)
            {
                results[i] = new TokenVectors(default, default);
                continue;
            }

            inputs.Add(EncoderInput.From(read[i], _runner.Encoder.TokenTypes));
            places.Add(i);
        }

        _runner.Run(inputs, EncoderOutput.Hidden, (index, rows) => results[places[index]] = new TokenVectors(inputs[index].Ids, rows.ToArray(), read[places[index]].Sources.Select(source => source < 0).ToArray()), cancellationToken);
        return results;
    }

    private EncodedPair Read(string text, int index)
    {
        var trimmed = text.Trim();
        var shown = _startsWithSpace && trimmed.Length > 0 ? " " + trimmed : trimmed;
        var limit = _runner.MaxTokens;
        var tokens = _tokenizer.EncodePair(shown, null, new PairEncodingOptions { MaxTokens = _cuts ? limit : int.MaxValue });
        return tokens.Ids.Count <= limit ? tokens : throw EncoderErrors.TooLong(index, tokens.Ids.Count, limit);
    }
}
