using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.SequenceToSequence;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;

namespace Gyre.Models.Encoders;

/// <summary>A loaded encoder-only model with the tasks that it can do.</summary>
/// <remarks>Owns: the network, until disposed. Safe for several threads.</remarks>
public sealed class EncoderModel : IDisposable
{
    private readonly EncoderRunner _runner;
    private readonly SentenceSettings _settings;
    private readonly bool _isLogistic;
    private readonly bool _isView;

    private EncoderModel(
        string name, EncoderConfiguration configuration, EncoderRunner runner, ITokenizer tokenizer, SentenceSettings settings, bool isLogistic, bool isView = false)
    {
        (Name, Configuration, Encoder, Tokenizer, Kind) = (name, configuration, runner.Encoder, tokenizer, KindOf(configuration));
        (_runner, _settings, _isLogistic, _isView) = (runner, settings, isLogistic, isView);
        switch (Kind)
        {
            case ModelKind.Embedding:
                Embedder = new TextEncoder(name, runner, tokenizer, settings);
                break;
            case ModelKind.MaskedWords:
                Embedder = new TextEncoder(name, runner, tokenizer, settings);
                FillMask = new FillMask(runner, tokenizer);
                break;
            case ModelKind.TextClassification:
                TextClassifier = new TextClassifier(runner, tokenizer, configuration);
                break;
            case ModelKind.Reranking:
                TextClassifier = new TextClassifier(runner, tokenizer, configuration);
                Reranker = new CrossEncoder(runner, tokenizer, isLogistic);
                break;
            case ModelKind.TokenClassification:
                TokenClassifier = new TokenClassifier(runner, tokenizer, configuration);
                break;
            default:
                QuestionAnswerer = new QuestionAnswerer(runner, tokenizer, configuration);
                break;
        }
    }

    /// <summary>The name it was loaded under.</summary>
    public string Name { get; }

    /// <summary>What it is for.</summary>
    public ModelKind Kind { get; }

    /// <summary>Sizes and choices.</summary>
    public EncoderConfiguration Configuration { get; }

    /// <summary>The network.</summary>
    public IEncoder Encoder { get; }

    /// <summary>Text to ids.</summary>
    public ITokenizer Tokenizer { get; }

    /// <summary>Makes vectors; null when the model makes none.</summary>
    public TextEncoder? Embedder { get; }

    /// <summary>Fills masked places; null when the model cannot.</summary>
    public FillMask? FillMask { get; }

    /// <summary>Labels texts; null when the model cannot.</summary>
    public TextClassifier? TextClassifier { get; }

    /// <summary>Labels parts of texts; null when the model cannot.</summary>
    public TokenClassifier? TokenClassifier { get; }

    /// <summary>Finds answers; null when the model cannot.</summary>
    public QuestionAnswerer? QuestionAnswerer { get; }

    /// <summary>Scores documents; null when the model cannot.</summary>
    public CrossEncoder? Reranker { get; }

    /// <summary>What a model is for, from its configuration alone.</summary>
    /// <remarks>Errors: those of the configuration. Cost: for a GGUF file reads its header.</remarks>
    public static ModelKind KindOf(ModelFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        if (folder.Format == ModelFormat.Gguf)
        {
            using var file = GgufFile.Open(folder.WeightFiles[0]);
            return IsEncoder(file) ? KindOf(EncoderConfiguration.FromGguf(file))
                : GgufEncoderDecoder.IsIn(file) ? ModelKind.SequenceToSequence : ModelKind.Generation;
        }

        return IsEncoder(folder) ? KindOf(ReadConfiguration(folder))
            : SequenceToSequenceModel.IsIn(folder) ? ModelKind.SequenceToSequence : ModelKind.Generation;
    }

    /// <summary>Loads a model.</summary>
    /// <param name="folder">Where its parts are.</param>
    /// <param name="name">The name it answers to.</param>
    /// <param name="options">How to compute.</param>
    /// <remarks>
    /// A model without a tokenizer is loaded too: it reads token ids, and refuses text (<c>RUN0307</c>).
    /// <para>Owns: the caller disposes the result.</para>
    /// <para>Errors: <see cref="ModelException"/> of the weight files, the configuration, the tokenizer and of how vectors are made (<c>RUN0601</c>).</para>
    /// </remarks>
    public static EncoderModel Load(ModelFolder folder, string name, EncoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(folder);
        using var weights = folder.OpenWeights();
        return Load(folder, weights, name, options);
    }

    /// <summary>The same model with its texts run through an adapter that is loaded beside its network (<see cref="IAdapterHost.LoadAdapter"/>).</summary>
    /// <param name="adapter">The adapter's name, looked up anew by every call of a task.</param>
    /// <remarks>
    /// Owns: nothing; it ends with this model. Errors: a task gives <see cref="ModelException"/> <c>RUN0423</c> when no
    /// adapter has the name. Cost: next to nothing, so that each request may ask for its own.
    /// </remarks>
    public EncoderModel WithAdapter(string adapter)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(adapter);
        return new EncoderModel(Name, Configuration, _runner.WithAdapter(adapter), Tokenizer, _settings, _isLogistic, isView: true);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (!_isView)
        {
            Encoder.Dispose();
        }
    }

    internal static EncoderModel Load(ModelFolder folder, IWeightSource weights, string name, EncoderOptions options)
    {
        var gguf = weights as GgufFile;
        var configuration = gguf is null ? ReadConfiguration(folder) : EncoderConfiguration.FromGguf(gguf);
        var settings = gguf is not null ? SentenceKeys.Read(gguf)
            : Directory.Exists(folder.Path) && KindOf(configuration) is ModelKind.Embedding or ModelKind.MaskedWords ? SentenceSettingsReader.FromFolder(folder.Path)
            : new SentenceSettings();
        var tokenizer = TokenizerOf(folder, gguf, configuration);
        if (tokenizer.VocabularySize > configuration.VocabularySize)
        {
            throw new ModelException(
                "RUN0308",
                $"Loading '{folder.Path}' failed: the tokenizer has {tokenizer.VocabularySize} tokens and the network only {configuration.VocabularySize}; "
                + "expected a network with at least as many. The tokenizer belongs to another model: fetch both from one place.");
        }

        var encoder = EncoderLoader.Load(weights, configuration, options);
        try
        {
            return new EncoderModel(
                name, configuration, new EncoderRunner(encoder), tokenizer, settings, gguf is not null ? SentenceKeys.ScoresAreLogistic(gguf) : ScoresAreLogistic(folder));
        }
        catch
        {
            encoder.Dispose();
            throw;
        }
    }

    /// <summary>True when the weights are those of an encoder-only network.</summary>
    internal static bool IsEncoder(ModelFolder folder, IWeightSource weights) => weights is GgufFile gguf ? IsEncoder(gguf) : IsEncoder(folder);

    private static bool IsEncoder(GgufFile file) =>
        file.Metadata.TryGetString("general.architecture", out var name) && name == EncoderFamily.GgufName;

    private static bool IsEncoder(ModelFolder folder) =>
        SmallFile.ReadJson(folder.ConfigPath!)["model_type"] is JsonValue value // ModelFolder.Open: a safetensors model has config.json.
        && value.TryGetValue<string>(out var type) && EncoderFamily.Find(type) is not null;

    /// <summary>A folder that says how it makes vectors makes them, whatever head its network was trained with.</summary>
    internal static EncoderConfiguration ReadConfiguration(ModelFolder folder)
    {
        var path = folder.ConfigPath!; // ModelFolder.Open: a safetensors model has config.json.
        var configuration = EncoderConfiguration.FromHuggingFace(SmallFile.ReadText(path), path);
        return configuration.Head == EncoderHead.MaskedWords && SentenceSettingsReader.IsIn(folder.Path) ? configuration with { Head = EncoderHead.None } : configuration;
    }

    private static ModelKind KindOf(EncoderConfiguration configuration) => configuration.Head switch
    {
        EncoderHead.None => ModelKind.Embedding,
        EncoderHead.MaskedWords => ModelKind.MaskedWords,
        EncoderHead.SequenceLabels => configuration.Labels.Count == 1 ? ModelKind.Reranking : ModelKind.TextClassification,
        EncoderHead.TokenLabels => ModelKind.TokenClassification,
        _ => ModelKind.QuestionAnswering,
    };

    /// <summary>Whether scores of pairs go through the logistic function: yes, unless config.json says that they stay as they are.</summary>
    internal static bool ScoresAreLogistic(ModelFolder folder)
    {
        var json = SmallFile.ReadJson(folder.ConfigPath!); // ModelFolder.Open: a safetensors model has config.json.
        var named = (json["sentence_transformers"] as JsonObject)?["activation_fn"] ?? json["sbert_ce_default_activation_function"];
        var name = named is JsonValue value && value.TryGetValue<string>(out var text) ? text : "Sigmoid";
        return name[(name.LastIndexOf('.') + 1)..] switch
        {
            "Sigmoid" => true,
            "Identity" => false,
            _ => throw EncoderErrors.BadSettings(folder.ConfigPath!, "an activation of scores that is not known", "Sigmoid or Identity"),
        };
    }

    internal static ITokenizer TokenizerOf(ModelFolder folder, GgufFile? gguf, EncoderConfiguration configuration)
    {
        var hasOwn = gguf is null ? folder.HasTokenizer : gguf.Metadata.TryGetString("tokenizer.ggml.model", out var model) && model is not ("none" or "no_vocab");
        return !hasOwn ? new AbsentTokenizer(configuration.VocabularySize, folder.Path)
            : gguf is null ? TokenizerLoader.FromFolder(folder.Path) : TokenizerLoader.FromGguf(gguf.Metadata);
    }
}
