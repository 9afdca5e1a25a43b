using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures.Training;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures;

/// <summary>A decoder-only model in float32 whose weights are trained; the same definition that <see cref="DecoderLoader"/> runs.</summary>
/// <remarks>Owns: its parameters in the pool, until disposed. Used by one thread at a time.</remarks>
public sealed partial class TrainableDecoder : ITrainableModel, IAdaptable
{
    private readonly TrainableWeights _weights;
    private readonly TapeForward _forward;
    private readonly AdaptedNetwork _network;
    private readonly Dictionary<int, DecoderMatrix> _matrices;

    /// <summary>Creates a model with seeded random weights.</summary>
    /// <param name="configuration">Sizes and choices.</param>
    /// <param name="pool">Where the parameters live; not owned.</param>
    /// <param name="seed">Equal seeds give equal weights.</param>
    /// <remarks>
    /// Matrices and embeddings are normal with <see cref="DecoderConfiguration.InitialDeviation"/>, those that add to the
    /// residual stream divided by √(2·layers); norms are 1, biases 0.
    /// <para>Errors: as <see cref="DecoderLoader.Load"/> for the configuration.</para>
    /// <para>Source: Radford et al. 2019 (GPT-2), section 2.3, for the scaling by depth.</para>
    /// </remarks>
    public TrainableDecoder(DecoderConfiguration configuration, TensorPool pool, ulong seed)
        : this(configuration, pool) => _weights.Initialise(seed);

    private TrainableDecoder(DecoderConfiguration configuration, TensorPool pool, FrozenFormat? frozen = null)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(pool);
        Configuration = configuration;
        var architecture = Architecture.Create(configuration, "the given configuration");
        _weights = new TrainableWeights(architecture, pool, frozen);
        _forward = new TapeForward(architecture, _weights.Tensors, pool);
        _network = new AdaptedNetwork(new AdaptedBase(architecture, EncoderHead.None, configuration), _weights, _forward, pool);
        _matrices = architecture.Weights.Where(spec => spec.Role is WeightRole.Matrix or WeightRole.Embedding)
            .ToDictionary(spec => spec.Index, spec => new DecoderMatrix(new Parameter(spec.Name, _weights.Tensors[spec.Index], Decays: true), LayerOf(spec), spec.Role == WeightRole.Embedding));
        Matrices = [.. _matrices.OrderBy(pair => pair.Key).Select(pair => pair.Value)];
    }

    /// <summary>Sizes and choices.</summary>
    public DecoderConfiguration Configuration { get; }

    /// <inheritdoc />
    public IReadOnlyList<Parameter> Parameters => _network.Parameters;

    /// <inheritdoc />
    public IReadOnlyList<string> Adapters => _network.Names;

    /// <inheritdoc />
    public string? Adapter => _network.Active?.Name;

    /// <inheritdoc />
    AdaptedNetwork IAdaptable.Network => _network;

    /// <summary>Memory of its weights, in bytes; adapters, gradients and moments come on top.</summary>
    public long WeightBytes => _weights.Bytes;

    /// <summary>Computes each layer again in the backward pass instead of keeping its results: less memory, about a third more work. Default false.</summary>
    public bool ActivationCheckpointing
    {
        get => _forward.RecomputesLayers;
        set => _forward.RecomputesLayers = value;
    }

    /// <summary>Creates a model with the weights of a file, widened to float32.</summary>
    /// <param name="weights">A safetensors folder or file with Hugging Face names, or a GGUF file. Not needed afterwards.</param>
    /// <param name="configuration">What the weights were made for.</param>
    /// <param name="pool">Where the parameters live; not owned.</param>
    /// <param name="frozen">
    /// How the layers' matrices are kept when only an adapter is trained, for less memory; tables and the output layer are
    /// kept as <see cref="FrozenFormat.BF16"/> then. Null for all in single precision, and trained.
    /// </param>
    /// <remarks>Errors: as <see cref="DecoderLoader.Load"/>. Cost: of encoded matrices there is one in single precision at a time.</remarks>
    public static TrainableDecoder FromWeights(IWeightSource weights, DecoderConfiguration configuration, TensorPool pool, FrozenFormat? frozen = null)
    {
        ArgumentNullException.ThrowIfNull(weights);
        var model = new TrainableDecoder(configuration, pool, frozen);
        try
        {
            model._weights.CopyFrom(weights);
            for (var i = 0; i < model._weights.Encoded.Length; i++)
            {
                if (model._weights.Encoded[i] is { } matrix)
                {
                    model._forward.Store(i, new FrozenWeight(matrix));
                }
            }

            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>What <see cref="WeightBytes"/> of a model will be, without making it.</summary>
    /// <param name="configuration">Its sizes.</param>
    /// <param name="frozen">As for <see cref="FromWeights"/>.</param>
    /// <remarks>Errors: as <see cref="DecoderLoader.Load"/> for the configuration.</remarks>
    public static long WeightBytesOf(DecoderConfiguration configuration, FrozenFormat? frozen)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        return TrainableWeights.BytesOf(Architecture.Create(configuration, "the given configuration"), frozen);
    }

    /// <inheritdoc />
    public void Freeze(params IReadOnlyList<string> trained) => _weights.Freeze(trained);

    /// <inheritdoc />
    public void UseAdapter(string? name) => _network.Use(name);

    /// <inheritdoc />
    public Tensor Loss(
        Tape tape, ReadOnlySpan<int> inputs, ReadOnlySpan<int> targets, ReadOnlySpan<int> documentStart, int batch, int length, float scale)
    {
        Check("Compute a loss", tape, inputs.Length, targets.Length, documentStart.Length, batch, length);
        return _forward.Loss(tape, inputs, targets, documentStart, batch, length, scale);
    }

    /// <summary>Writes <c>config.json</c> and <c>model.safetensors</c> into a folder that Hugging Face tools and <see cref="DecoderLoader"/> read.</summary>
    /// <param name="folder">Created when absent; files of these names are replaced, each as a whole and the weights first.</param>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0007</c> when it cannot be written; the file that failed is as before. <c>RUN0427</c> its weights are kept encoded.</remarks>
    public void Save(string folder) => _weights.Save(folder, Configuration.ToHuggingFace());

    /// <inheritdoc />
    public void Dispose()
    {
        _network.Dispose();
        _forward.Dispose();
        _weights.Dispose();
    }
}
