using System.Text.Json.Nodes;
using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Adapters.Training;

/// <summary>An adapter that is trained beside a frozen model.</summary>
/// <remarks>
/// While it is in use, the model computes with it and its <see cref="IAdaptable.Parameters"/> are the adapter's. A new
/// adapter changes nothing of what the model computes, but for soft prompts and AdaLoRA's penalty.
/// <para>Owns: its parameters in the model's pool, until it or the model is disposed. Used by the model's thread.</para>
/// </remarks>
public sealed partial class TrainableAdapter : IDisposable
{
    private readonly AdaptedNetwork _network;
    private readonly JsonObject _json;
    private readonly AdapterConfiguration _configuration;
    private readonly AdapterSettings _settings;
    private readonly AdapterDropout _dropout;
    private readonly AdapterOverlay _overlay;
    private readonly List<ModuleAdapter> _modules = [];
    private readonly RankAllocator? _allocator;
    private readonly SoftPromptModule? _prompt;
    private AdapterMerge? _merge;
    private bool _isDisposed;

    private TrainableAdapter(AdaptedNetwork network, string name, ulong seed, JsonObject json, AdapterConfiguration configuration, AdapterSettings settings, bool isNew)
    {
        (_network, _json, _configuration, _settings, Name) = (network, json, configuration, settings, name);
        _dropout = new AdapterDropout(settings.Dropout, seed);
        _prompt = configuration.IsSoftPrompt ? new SoftPromptModule(network, configuration, settings) : null;
        _overlay = new AdapterOverlay(network.Forward, network.Weights.Tensors.Length, _dropout, _prompt);
        try
        {
            foreach (var planned in configuration.IsSoftPrompt ? [] : AdapterPlan.Of(configuration, network.Base, isNew))
            {
                AddModule(planned);
            }
        }
        catch
        {
            DisposeModules();
            throw;
        }

        // In this order, so that what multiplies lies over what stands instead of the base's.
        foreach (var module in _modules.OrderBy(module => module is WholeModule ? 0 : 1))
        {
            module.Lay(_overlay);
        }

        Parameters = [.. _modules.SelectMany(module => module.Parameters), .. _prompt?.Parameters ?? []];
        _allocator = settings.Budget is { } budget ? new RankAllocator(budget, [.. _modules.OfType<LowRankModule>()]) : null;
    }

    /// <summary>Its name beside the model.</summary>
    public string Name { get; }

    /// <summary>What is trained, in the base's order.</summary>
    public IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>Whether it is part of the model's weights at the moment.</summary>
    public bool IsMerged => _merge is not null;

    /// <summary>
    /// How many recorded passes have begun with it: what fixes the zeros of dropout. Set it when a training goes on, to
    /// the number that there was, for the same numbers.
    /// </summary>
    public ulong Passes
    {
        get => _dropout.Passes;
        set => _dropout.Passes = value;
    }

    /// <summary>
    /// The last virtual token is trained to predict the first token of each document whose first token has a target: one
    /// target more, which the caller's divisor has to count. PEFT does so where labels are whole inputs. Default false;
    /// without virtual tokens always.
    /// </summary>
    public bool PredictsFirst
    {
        get => _prompt?.PredictsFirst == true;
        set
        {
            if (_prompt is not null)
            {
                _prompt.PredictsFirst = value;
            }
        }
    }

    /// <summary>Further arrays that a checkpoint must hold, with their names: AdaLoRA's smoothed importances and the ranks it has left. Written in place when a training goes on.</summary>
    public IReadOnlyList<KeyValuePair<string, Memory<float>>> State => _allocator?.State ?? [];

    internal Architectures.Training.ITapeOverlay Overlay => _overlay;

    /// <summary>Puts a new adapter over a model, which is frozen, and uses it.</summary>
    /// <param name="options">Which one.</param>
    /// <param name="model">The base.</param>
    /// <param name="seed">Equal seeds give equal adapters, and equal zeros of dropout.</param>
    /// <param name="name">Its name beside the model; one of its own.</param>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0420</c>, <c>RUN0425</c> faults of the options, all named; <c>RUN0424</c> the name is taken; <c>RUN0426</c> an adapter is merged.</remarks>
    public static TrainableAdapter Create(AdapterOptions options, IAdaptable model, ulong seed, string name = "default")
    {
        ArgumentNullException.ThrowIfNull(options);
        var network = Require(model, name);
        var (json, configuration, settings) = Parse(options, network.Base);
        var adapter = new TrainableAdapter(network, name, seed, json, configuration, settings, isNew: true);
        var random = new SeededRandom(seed);
        foreach (var module in adapter._modules)
        {
            switch (module)
            {
                case LowRankModule product:
                    product.Initialise(random);
                    product.MeasureMagnitudes();
                    break;
                case EmbeddingModule embedding:
                    embedding.Initialise(random);
                    break;
                case ScalingModule factors:
                    factors.Initialise();
                    break;
                case WholeModule whole:
                    whole.Initialise();
                    break;
            }
        }

        try
        {
            adapter._prompt?.Initialise(options.Method, options.Prompt, random);
        }
        catch
        {
            adapter.DisposeModules();
            throw;
        }

        network.Add(adapter);
        return adapter;
    }

    /// <summary>Puts a saved adapter over a model, which is frozen, and uses it, to be trained on.</summary>
    /// <param name="folder">PEFT's folder, or the one above it.</param>
    /// <param name="model">The base that it was made for.</param>
    /// <param name="seed">Fixes the zeros of dropout.</param>
    /// <param name="name">Its name beside the model; one of its own.</param>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> <c>RUN0420</c> to <c>RUN0422</c> for the folder, of which a missing or
    /// unexpected tensor is one; <c>RUN0424</c> the name is taken; <c>RUN0425</c> what is not trained; <c>RUN0426</c> an adapter is merged.
    /// </remarks>
    public static TrainableAdapter Load(string folder, IAdaptable model, ulong seed = 0, string name = "default")
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        var network = Require(model, name);
        using var file = PeftAdapter.Open(folder);
        var json = Catalog.SmallFile.ReadJson(Path.Combine(file.Place, PeftAdapter.ConfigurationFile));
        var settings = AdapterSettings.Read(json, file.Configuration.Kind, file.Place);
        WeightScan.RequireFinite(file.Tensors);
        var changes = file.Configuration.IsSoftPrompt ? [] : AdapterBinding.Resolve(file, network.Architecture);
        var adapter = new TrainableAdapter(network, name, seed, json, file.Configuration, settings, isNew: false);
        try
        {
            adapter.Fill(changes, file.Place);
            adapter._prompt?.Fill(AdapterBinding.ResolvePrompt(file, adapter._prompt.Width));
        }
        catch
        {
            adapter.DisposeModules();
            throw;
        }

        network.Add(adapter);
        return adapter;
    }

    /// <summary>How much it trains.</summary>
    public AdapterReport Report() => AdapterCount.Of(_configuration, _settings, _network.Base);

    /// <summary>What the loss of a step has beside that of its data: AdaLoRA's distance from orthogonal matrices. Null for other methods. Add it once a step.</summary>
    /// <param name="tape">Records it.</param>
    /// <returns>One number, owned by the tape.</returns>
    public Tensor? Penalty(Tape tape)
    {
        ArgumentNullException.ThrowIfNull(tape);
        return _allocator?.Penalty(tape);
    }

    /// <summary>To be called when the optimizer has moved and the gradients are still there: AdaLoRA measures importance and takes ranks away.</summary>
    /// <param name="step">Steps done, 1 after the first.</param>
    public void AfterStep(int step) => _allocator?.AfterStep(step);

    /// <summary>Takes it away from the model, which goes on alone when it was in use.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (IsMerged)
        {
            Unmerge();
        }

        _network.Remove(this);
        DisposeModules();
    }

    /// <summary>Options as a configuration, checked as a file's is.</summary>
    internal static (JsonObject Json, AdapterConfiguration Configuration, AdapterSettings Settings) Parse(AdapterOptions options, AdaptedBase model)
    {
        const string Place = "the given options";
        var json = AdapterOptionsJson.Of(options, model);
        var configuration = AdapterConfigurationReader.Read(json, Place);
        var settings = AdapterSettings.Read(json, configuration.Kind, Place);
        var hasEncoder = options.Method == AdapterMethod.PTuning || (options.Method == AdapterMethod.PrefixTuning && options.Prompt.IsProjected);
        var prompt = hasEncoder ? options.Prompt with { EncoderWidth = (int)json["encoder_hidden_size"]! } : null; // Written with the encoder.
        return (json, configuration, settings with { Prompt = prompt });
    }

    private static AdaptedNetwork Require(IAdaptable model, string name)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        model.Network.RequireUnmerged();
        return model.Network.Has(name)
            ? throw new ModelException("RUN0424", $"Add an adapter: found the name '{AdapterErrors.Short(name)}' taken; expected one of its own. Dispose the other, or choose another name.")
            : model.Network;
    }

    private void AddModule(PlannedModule planned)
    {
        var module = planned.Module;
        if (planned.IsTarget)
        {
            _modules.Add(_configuration.Kind == AdapterKind.Scaling ? new ScalingModule(module, _configuration.FeedForward.Includes(module), _network.Pool)
                : module.Kind == AdapterModuleKind.Matrix ? new LowRankModule(module, _configuration, _dropout, _network.Pool)
                : new EmbeddingModule(module, _configuration, _network.Pool));
        }

        if (planned.IsSaved || planned.BringsBias)
        {
            _modules.Add(new WholeModule(module, _network, planned.IsSaved, planned.IsTarget));
        }
    }

    private void DisposeModules()
    {
        foreach (var module in _modules)
        {
            module.Dispose();
        }

        _prompt?.Dispose();
    }
}
