using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures.Training;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Architectures;

/// <summary>An encoder–decoder model in float32 whose weights are trained; the same definition that <see cref="EncoderDecoderLoader"/> runs.</summary>
/// <remarks>Owns: its parameters in the pool, until disposed. Used by one thread at a time.</remarks>
public sealed class TrainableEncoderDecoder : IDisposable, IAdaptable
{
    private readonly TrainableWeights _weights;
    private readonly TapeForward _forward;
    private readonly AdaptedNetwork _network;

    /// <summary>Creates a model with seeded random weights.</summary>
    /// <param name="configuration">Sizes and choices.</param>
    /// <param name="pool">Where the parameters live; not owned.</param>
    /// <param name="seed">Equal seeds give equal weights.</param>
    /// <remarks>
    /// Matrices and embeddings are normal with the deviation that the family's authors use; norms are 1, biases 0.
    /// <para>Errors: <see cref="ModelException"/> <c>RUN0401</c>, <c>RUN0402</c> for the configuration.</para>
    /// </remarks>
    public TrainableEncoderDecoder(EncoderDecoderConfiguration configuration, TensorPool pool, ulong seed)
        : this(configuration, pool) => _weights.Initialise(seed);

    private TrainableEncoderDecoder(EncoderDecoderConfiguration configuration, TensorPool pool)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(pool);
        Configuration = configuration;
        var architecture = EncoderDecoderFamily.Build(configuration, "the given configuration");
        _weights = new TrainableWeights(architecture, pool);
        _forward = new TapeForward(architecture, _weights.Tensors, pool);
        _network = new AdaptedNetwork(new AdaptedBase(architecture, EncoderHead.None), _weights, _forward, pool);
    }

    /// <summary>Sizes and choices.</summary>
    public EncoderDecoderConfiguration Configuration { get; }

    /// <inheritdoc />
    public IReadOnlyList<Parameter> Parameters => _network.Parameters;

    /// <inheritdoc />
    public IReadOnlyList<string> Adapters => _network.Names;

    /// <inheritdoc />
    public string? Adapter => _network.Active?.Name;

    /// <inheritdoc />
    AdaptedNetwork IAdaptable.Network => _network;

    /// <summary>Computes each layer again in the backward pass instead of keeping its results: less memory, about a third more work. Default false.</summary>
    public bool ActivationCheckpointing
    {
        get => _forward.RecomputesLayers;
        set => _forward.RecomputesLayers = value;
    }

    /// <summary>The share ε of a target's weight that all ids get alike: the loss is (1 − ε)·the target's + ε·the mean of all. Range [0, 1), default 0.</summary>
    /// <remarks>Source: Szegedy et al. 2016; Vaswani et al. 2017, section 5.4 (0.1).</remarks>
    public float LabelSmoothing
    {
        get => _forward.LabelSmoothing;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(value, 1);
            _forward.LabelSmoothing = value;
        }
    }

    /// <summary>
    /// True lets every token of an answer see the whole answer in training, as a decoder without a causal mask does. A model
    /// trained so learns to copy what it will not have when it writes: for showing that error only. Default false.
    /// </summary>
    public bool SeesAhead
    {
        get => _forward.SeesAhead;
        set => _forward.SeesAhead = value;
    }

    /// <summary>
    /// True takes the softmax of the logits before the cross-entropy takes it again: the loss of V ids then stays above
    /// ln(V − 1 + e) − 1 and its gradients vanish. For showing that error only, and not together with <see cref="LabelSmoothing"/>. Default false.
    /// </summary>
    public bool NormalizesTwice
    {
        get => _forward.NormalizesTwice;
        set => _forward.NormalizesTwice = value;
    }

    /// <summary>Creates a model with the weights of a file, widened to float32.</summary>
    /// <param name="weights">A safetensors folder or file with Hugging Face names. Not needed afterwards.</param>
    /// <param name="configuration">What the weights were made for.</param>
    /// <param name="pool">Where the parameters live; not owned.</param>
    /// <remarks>Errors: as <see cref="EncoderDecoderLoader.Load"/>.</remarks>
    public static TrainableEncoderDecoder FromWeights(IWeightSource weights, EncoderDecoderConfiguration configuration, TensorPool pool)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(configuration);
        var model = new TrainableEncoderDecoder(EncoderDecoderLoader.Completed(configuration, weights), pool);
        try
        {
            model._weights.CopyFrom(weights);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>The cross-entropy of answers to sources, each answer's token predicted from those before it, summed over the targets that count, times a factor.</summary>
    /// <param name="tape">Records the computation, or only computes it.</param>
    /// <param name="pairs">Sources and answers.</param>
    /// <param name="scale">Multiplies the sum; for a mean, 1 / the number of targets that count in the whole step.</param>
    /// <returns>One number, owned by the tape.</returns>
    /// <remarks>Errors: argument exceptions for wrong lengths, ids outside the vocabulary, rows longer than the context.</remarks>
    public Tensor Loss(Tape tape, in PairBatch pairs, float scale)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Check(in pairs);
        return _forward.Loss(tape, in pairs, scale);
    }

    /// <summary>The logits after every input: what <see cref="Loss"/> takes the cross-entropy of.</summary>
    /// <param name="tape">Records the computation, or only computes it.</param>
    /// <param name="pairs">Sources and answers; targets are not read.</param>
    /// <returns>[rows · length, V], owned by the tape.</returns>
    /// <remarks>Errors: as <see cref="Loss"/>.</remarks>
    public Tensor Logits(Tape tape, in PairBatch pairs)
    {
        ArgumentNullException.ThrowIfNull(tape);
        Check(in pairs);
        return _forward.Logits(tape, in pairs);
    }

    /// <inheritdoc />
    public void Freeze(params IReadOnlyList<string> trained) => _weights.Freeze(trained);

    /// <inheritdoc />
    public void UseAdapter(string? name) => _network.Use(name);

    /// <summary>Writes <c>config.json</c> and <c>model.safetensors</c> into a folder that <see cref="EncoderDecoderLoader"/> and, but for the original Transformer, Hugging Face tools read.</summary>
    /// <param name="folder">Created when absent; files of these names are replaced, each as a whole and the weights first.</param>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0007</c> when it cannot be written; the file that failed is as before.</remarks>
    public void Save(string folder) => _weights.Save(folder, Configuration.ToHuggingFace());

    /// <inheritdoc />
    public void Dispose()
    {
        _network.Dispose();
        _forward.Dispose();
        _weights.Dispose();
    }

    private void Check(in PairBatch pairs)
    {
        var rows = pairs.Rows;
        if (rows < 1 || pairs.SourceLengths.Length != rows || pairs.Sources.Length == 0 || pairs.Sources.Length % rows != 0
            || pairs.Inputs.Length == 0 || pairs.Inputs.Length % rows != 0 || pairs.Targets.Length != pairs.Inputs.Length)
        {
            throw new ArgumentException(
                $"Compute a loss: found {rows} rows, {pairs.Sources.Length} source tokens, {pairs.SourceLengths.Length} lengths, {pairs.Inputs.Length} inputs and {pairs.Targets.Length} targets; "
                + "expected a length for each row, whole rows of source tokens and inputs, and a target for each input.",
                nameof(pairs));
        }

        ArgumentOutOfRangeException.ThrowIfGreaterThan(Math.Max(pairs.SourceLength, pairs.Length), Configuration.ContextLength, nameof(pairs));
        foreach (var length in pairs.SourceLengths)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(length, 1, nameof(pairs));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(length, pairs.SourceLength, nameof(pairs));
        }
    }
}
