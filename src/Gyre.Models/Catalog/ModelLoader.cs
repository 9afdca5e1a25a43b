using Gyre.Models.Architectures;
using Gyre.Models.Encoders;
using Gyre.Models.Generation;
using Gyre.Models.SequenceToSequence;
using Gyre.Models.Templates;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Catalog;

/// <summary>Turns a model's files into a running model.</summary>
/// <param name="team">The threads that run the models.</param>
/// <param name="clock">Times requests.</param>
/// <param name="engine">Bounds of each model's engine; null for the usual ones.</param>
/// <param name="computing">How decoders compute; null for the usual way. Its team is not used.</param>
/// <remarks>Owns: nothing; the team and the clock outlive the models it loads. Safe for several threads.</remarks>
public sealed class ModelLoader(ThreadTeam team, TimeProvider clock, TextGeneratorOptions? engine = null, DecoderOptions? computing = null)
{
    private const int WarmPrompt = 64;
    private const int WarmTokens = 4;

    private readonly TextGeneratorOptions _engine = engine ?? new TextGeneratorOptions();
    private readonly DecoderOptions _computing = (computing ?? new DecoderOptions { Team = team }) with { Team = team };

    /// <summary>Whether a loaded decoder runs once before it is handed out, so that the first request does not pay for compiling and for touching its memory; default false.</summary>
    public bool WarmsUp { get; init; }

    /// <summary>Loads weights, tokenizer and template, and starts the model's engine.</summary>
    /// <param name="folder">Where the parts are.</param>
    /// <param name="name">The name the model answers to.</param>
    /// <param name="cancellationToken">Ends the loading early.</param>
    /// <remarks>
    /// A model without a tokenizer is loaded too: it continues token ids, and refuses text (<c>RUN0307</c>).
    /// <para>Owns: the caller disposes the result.</para>
    /// <para>Errors: <see cref="ModelException"/> of the weight files, the configuration, the tokenizer and the template.</para>
    /// <para>Cost: reads every weight once.</para>
    /// </remarks>
    public async Task<LanguageModel> LoadAsync(ModelFolder folder, string name, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(folder);
        ArgumentNullException.ThrowIfNull(name);
        var digest = await ModelDigest.ComputeAsync(folder, cancellationToken);
        return await Task.Run(() => Load(folder, name, digest), cancellationToken);
    }

    /// <summary>Loads only a model's tokenizer.</summary>
    /// <param name="path">A model or tokenizer folder, one of its files, or a GGUF file.</param>
    public static ITokenizer LoadTokenizer(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        var gguf = GgufPathOf(path);
        if (gguf is null)
        {
            return TokenizerLoader.FromFolder(path);
        }

        using var file = GgufFile.Open(gguf);
        return TokenizerLoader.FromGguf(file.Metadata);
    }

    /// <summary>Reads only a model's sizes and choices.</summary>
    /// <param name="folder">Where its files are.</param>
    /// <remarks>Errors: as <see cref="DecoderConfiguration.FromHuggingFace"/> and <see cref="DecoderConfiguration.FromGguf"/>.</remarks>
    public static DecoderConfiguration ReadConfiguration(ModelFolder folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        using var weights = folder.OpenWeights();
        return ConfigurationOf(folder, weights);
    }

    /// <summary>Loads only a model's network.</summary>
    /// <param name="folder">Where the weights are.</param>
    /// <param name="options">How to compute.</param>
    /// <remarks>Owns: the caller disposes the result. Errors: as <see cref="DecoderLoader.Load"/>.</remarks>
    public static IDecoder LoadDecoder(ModelFolder folder, DecoderOptions options)
    {
        ArgumentNullException.ThrowIfNull(folder);
        using var weights = folder.OpenWeights();
        return DecoderLoader.Load(weights, ConfigurationOf(folder, weights), options);
    }

    private LanguageModel Load(ModelFolder folder, string name, string digest)
    {
        using var weights = folder.OpenWeights();
        if (SequenceToSequenceModel.IsIn(folder, weights))
        {
            return LoadSequenceToSequence(folder, weights, name, digest);
        }

        if (EncoderModel.IsEncoder(folder, weights))
        {
            return LanguageModel.Of(EncoderModel.Load(folder, weights, name, new EncoderOptions { Team = team }), digest);
        }

        var configuration = ConfigurationOf(folder, weights);
        var tokenizer = TokenizerOf(folder, weights, configuration);
        var template = folder.ReadChatTemplate() is { } source ? ChatTemplate.Parse(source) : null;
        var decoder = DecoderLoader.Load(weights, configuration, _computing);
        try
        {
            CheckSizes(folder, decoder, tokenizer);
            if (WarmsUp)
            {
                WarmUp(decoder);
            }

            var ends = EndIdsOf(folder, configuration).Except(tokenizer.EndIds).Where(id => id >= 0 && id < decoder.VocabularySize);
            var generator = new TextGenerator(decoder, tokenizer, _engine with { EndIds = [.. tokenizer.EndIds, .. ends] }, clock);
            return new LanguageModel(name, digest, tokenizer, template, decoder, generator);
        }
        catch
        {
            decoder.Dispose();
            throw;
        }
    }

    private LanguageModel LoadSequenceToSequence(ModelFolder folder, IWeightSource weights, string name, string digest)
    {
        var model = SequenceToSequenceModel.Load(folder, weights, _computing);
        try
        {
            var generator = new SequenceToSequenceGenerator(model, _engine, clock);
            return new LanguageModel(name, digest, model.Tokenizer, null, model.Network, generator) { SequenceToSequence = model };
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    private static DecoderConfiguration ConfigurationOf(ModelFolder folder, IWeightSource weights) => SequenceToSequenceModel.IsIn(folder, weights)
        ? throw new ModelException(
            "RUN0402", $"Read '{folder.Path}': found an encoder–decoder model; expected one that continues text. Run it with 'gyre generate' or the server.")
        : weights is GgufFile gguf ? DecoderConfiguration.FromGguf(gguf)
        : DecoderConfiguration.FromHuggingFace(SmallFile.ReadText(folder.ConfigPath!), folder.ConfigPath!); // ModelFolder.Open: a safetensors model has config.json.

    private static ITokenizer TokenizerOf(ModelFolder folder, IWeightSource weights, DecoderConfiguration configuration)
    {
        if (weights is GgufFile gguf)
        {
            return gguf.Metadata.TryGetString("tokenizer.ggml.model", out var model) && model != "none"
                ? TokenizerLoader.FromGguf(gguf.Metadata)
                : Absent();
        }

        return folder.HasTokenizer ? TokenizerLoader.FromFolder(folder.Path) : Absent();

        AbsentTokenizer Absent() => new(configuration.VocabularySize, folder.Path, configuration.BeginTokenId, configuration.EndTokenIds);
    }

    /// <summary>A prompt, single tokens and a batch: what requests are made of.</summary>
    private static void WarmUp(IDecoder decoder)
    {
        var prompt = Math.Min(WarmPrompt, decoder.ContextLength - WarmTokens - 1);
        if (prompt < 1)
        {
            return;
        }

        using var first = decoder.CreateSession(prompt + WarmTokens);
        using var second = decoder.CreateSession(prompt + WarmTokens);
        first.Forward(new int[prompt]);
        second.Forward(new int[prompt]);
        var batch = new DecoderBatch();
        for (var i = 0; i < WarmTokens / 2; i++)
        {
            first.Forward([0]);
            second.Forward([0]);
            batch.Clear();
            batch.Add(first, [0], LogitRows.Last);
            batch.Add(second, [0], LogitRows.Last);
            decoder.Forward(batch);
        }
    }

    private static void CheckSizes(ModelFolder folder, IDecoder decoder, ITokenizer tokenizer)
    {
        if (tokenizer.VocabularySize > decoder.VocabularySize)
        {
            throw new ModelException(
                "RUN0308",
                $"Loading '{folder.Path}' failed: the tokenizer has {tokenizer.VocabularySize} tokens and the network only {decoder.VocabularySize} logits; "
                + "expected a network with at least as many. The tokenizer belongs to another model: fetch both from one place.");
        }
    }

    /// <summary>The end tokens of the configuration, and those that <c>generation_config.json</c> adds.</summary>
    /// <remarks>Errors: RUN0022 for a file that is no JSON object, RUN0401 for ids that are not whole numbers.</remarks>
    private static IReadOnlyList<int> EndIdsOf(ModelFolder folder, DecoderConfiguration configuration)
    {
        if (folder.GenerationConfigPath is not { } path)
        {
            return configuration.EndTokenIds;
        }

        var fields = new ConfigurationFields(SmallFile.ReadJson(path));
        var further = fields.Integers("eos_token_id");
        return fields.Faults.Count == 0
            ? [.. configuration.EndTokenIds, .. further]
            : throw HuggingFaceConfiguration.Faulty(fields.Faults, path);
    }

    /// <summary>Files that say that a folder has its vocabulary beside the weights; others (where it came from, its configuration) do not.</summary>
    private static IReadOnlyList<string> VocabularyFiles { get; } = ["tokenizer*", "vocab*", "encoder.json", "bpe_*", "*.spm"];

    private static string? GgufPathOf(string path)
    {
        if (File.Exists(path))
        {
            return path.EndsWith(".gguf", StringComparison.OrdinalIgnoreCase) ? path : null;
        }

        // A folder with vocabulary files of its own is read from those; a lone GGUF file carries its vocabulary.
        if (!Directory.Exists(path) || VocabularyFiles.Any(pattern => Directory.EnumerateFiles(path, pattern).Any()))
        {
            return null;
        }

        var files = Directory.GetFiles(path, "*.gguf");
        return files.Length == 1 ? files[0] : null;
    }
}
