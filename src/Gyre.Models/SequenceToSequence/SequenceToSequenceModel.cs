using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Generation;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;

namespace Gyre.Models.SequenceToSequence;

/// <summary>A model that writes an answer to a text: a translation, a summary, whatever its task is. T5 and FLAN-T5, BART, Marian, the original Transformer.</summary>
/// <remarks>
/// <code>
/// using var team = new ThreadTeam(4);
/// using var model = SequenceToSequenceModel.Load("flan-t5-small", new DecoderOptions { Team = team });
/// Console.WriteLine(model.Answer("translate English to German: The house is small."));
/// </code>
/// <para>Owns: its network, until disposed. Safe for several threads, which take turns.</para>
/// </remarks>
public sealed class SequenceToSequenceModel : IDisposable
{
    private readonly int _choices;

    internal SequenceToSequenceModel(IEncoderDecoder network, ITokenizer tokenizer, SequenceToSequenceSettings settings)
    {
        (Network, Tokenizer, Settings) = (network, tokenizer, settings);
        _choices = Math.Min(network.VocabularySize, tokenizer.VocabularySize);
    }

    /// <summary>The network.</summary>
    public IEncoderDecoder Network { get; }

    /// <summary>Sources to ids, and answers to text.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>How the model wants to be run.</summary>
    public SequenceToSequenceSettings Settings { get; }

    /// <summary>Loads a model.</summary>
    /// <param name="path">Holds safetensors weights, <c>config.json</c> and a tokenizer; or it is a GGUF file.</param>
    /// <param name="options">How to compute.</param>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> of the weight files, the configuration and the tokenizer; <c>RUN0402</c> for a
    /// model of another kind. Cost: reads every weight once.
    /// </remarks>
    public static SequenceToSequenceModel Load(string path, DecoderOptions options)
    {
        var folder = ModelFolder.Open(path);
        using var weights = folder.OpenWeights();
        return Load(folder, weights, options);
    }

    /// <summary>Whether a folder's configuration is of such a model.</summary>
    internal static bool IsIn(ModelFolder folder) =>
        folder is { Format: ModelFormat.Safetensors, ConfigPath: { } path }
        && SmallFile.ReadJson(path)["model_type"] is JsonValue value && value.TryGetValue<string>(out var type)
        && EncoderDecoderFamily.Find(type) is not null;

    /// <summary>Whether open weights, or else the folder's configuration, are of such a model.</summary>
    internal static bool IsIn(ModelFolder folder, IWeightSource weights) => weights is GgufFile file ? GgufEncoderDecoder.IsIn(file) : IsIn(folder);

    /// <summary>The configuration of a safetensors folder.</summary>
    internal static EncoderDecoderConfiguration ReadConfiguration(ModelFolder folder)
    {
        var path = folder.ConfigPath ?? throw new ModelException(
            "RUN0402", $"Load '{folder.Path}': found no config.json beside its weights; expected a safetensors folder with one, or a GGUF file of such a model.");
        return EncoderDecoderConfiguration.FromHuggingFace(SmallFile.ReadText(path), path);
    }

    /// <summary>Loads a folder whose weights are open.</summary>
    internal static SequenceToSequenceModel Load(ModelFolder folder, IWeightSource weights, DecoderOptions options)
    {
        var gguf = weights as GgufFile;
        var configuration = gguf is null ? ReadConfiguration(folder) : EncoderDecoderConfiguration.FromGguf(gguf);
        var settings = gguf is null ? SequenceToSequenceSettings.Read(folder, configuration) : SequenceToSequenceSettings.Read(gguf, configuration);
        var tokenizer = TokenizerOf(folder, gguf, configuration);
        if (tokenizer.VocabularySize > Math.Max(configuration.VocabularySize, configuration.SourceVocabularySize))
        {
            throw new ModelException(
                "RUN0308",
                $"Loading '{folder.Path}' failed: the tokenizer has {tokenizer.VocabularySize} tokens and the network only {configuration.VocabularySize} logits; "
                + "expected a network with at least as many. The tokenizer belongs to another model: fetch both from one place.");
        }

        return new SequenceToSequenceModel(EncoderDecoderLoader.Load(weights, configuration, options), tokenizer, settings);
    }

    /// <summary>The ids of a source, with the special tokens that the model expects: an end token at least.</summary>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0307</c> when the model came without a tokenizer.</remarks>
    public IReadOnlyList<int> TokenizeSource(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var ids = new List<int>();
        Tokenizer.Encode(text, addSpecialTokens: true, parseSpecialTokens: false, ids);
        if ((ids.Count == 0 || !Settings.EndIds.Contains(ids[^1])) && Settings.EndIds.Count > 0)
        {
            ids.Add(Settings.EndIds[0]);
        }

        return ids;
    }

    /// <summary>The text of an answer, special tokens left out.</summary>
    public string TextOf(IReadOnlyList<int> answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        return Tokenizer.Decode([.. answer.Where(id => id < Tokenizer.VocabularySize && !Settings.EndIds.Contains(id) && !Tokenizer.IsSpecial(id))]);
    }

    /// <summary>The best answer to a text.</summary>
    /// <param name="text">The source, with the prefix that the model's task needs, if any.</param>
    /// <param name="options">How to search; null for the model's own search.</param>
    /// <param name="cancellationToken">Ends the search early.</param>
    /// <remarks>Blocking. Errors: as <see cref="Search"/> and <see cref="TokenizeSource"/>.</remarks>
    public string Answer(string text, BeamSearchOptions? options = null, CancellationToken cancellationToken = default) =>
        TextOf(Search(TokenizeSource(text), options, cancellationToken)[0].Ids);

    /// <summary>Searches answers to a source; the best one comes first.</summary>
    /// <param name="source">Token ids, special tokens included.</param>
    /// <param name="options">How to search; null for the model's own search. One beam is greedy.</param>
    /// <param name="cancellationToken">Ends the search early.</param>
    /// <remarks>
    /// Blocking. Errors: <see cref="ModelException"/> RUN0302 for options or a source that cannot be, RUN0301 for a source
    /// that is too long, RUN0310 when the cache is full, RUN0304 for logits that are not finite, RUN0423 for an adapter that is not loaded.
    /// </remarks>
    public IReadOnlyList<BeamAnswer> Search(IReadOnlyList<int> source, BeamSearchOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var adapter = options?.Adapter is { } name ? Network.UseAdapter(name) : null;
        PromptCheck.RequireSource(source, new GenerationOptions(), Network, adapter?.VirtualTokens ?? 0);
        using var read = Network.Read([source], adapter)[0];
        using var decoder = new SourceDecoder(Network, read);

        // The answer runs through what its source was read through.
        return new BeamSearch(decoder, _choices, Settings.EndIds).Run([Settings.StartTokenId], (options ?? Settings.Search) with { Adapter = null }, cancellationToken);
    }

    /// <summary>The log-probability of an answer: the sum of those of its tokens, each after the ones before it.</summary>
    /// <param name="source">Token ids, special tokens included.</param>
    /// <param name="answer">Token ids without the start token; at least one.</param>
    /// <param name="adapter">The loaded adapter that both run through; null for the model alone.</param>
    /// <remarks>Errors: as <see cref="Search"/>, and <c>RUN0404</c> for an answer that is too long.</remarks>
    public double LogProbability(IReadOnlyList<int> source, IReadOnlyList<int> answer, string? adapter = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(answer);
        ArgumentOutOfRangeException.ThrowIfZero(answer.Count, nameof(answer));
        using var used = adapter is null ? null : Network.UseAdapter(adapter);
        PromptCheck.RequireSource(source, new GenerationOptions(), Network, used?.VirtualTokens ?? 0);
        using var read = Network.Read([source], used)[0];
        using var session = Network.CreateSession(read, answer.Count);
        var total = 0.0;
        var last = Settings.StartTokenId;
        foreach (var id in answer)
        {
            var logits = session.Forward([last]);
            total += logits[id] - LogprobReader.LogSumExp(logits);
            last = id;
        }

        return total;
    }

    /// <inheritdoc />
    public void Dispose() => Network.Dispose();

    private static ITokenizer TokenizerOf(ModelFolder folder, GgufFile? gguf, EncoderDecoderConfiguration configuration)
    {
        var hasOwn = gguf is null ? folder.HasTokenizer : gguf.Metadata.TryGetString("tokenizer.ggml.model", out var model) && model is not ("none" or "no_vocab");
        return !hasOwn ? new AbsentTokenizer(configuration.VocabularySize, folder.Path, configuration.ToDecoder().BeginTokenId, configuration.EndTokenIds)
            : gguf is null ? TokenizerLoader.FromFolder(folder.Path) : TokenizerLoader.FromGguf(gguf.Metadata);
    }
}
