using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures.Training;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Architectures;

/// <summary>An encoder-only model in float32 whose weights are trained; the same definition that <see cref="EncoderLoader"/> runs.</summary>
/// <remarks>Owns: its parameters in the pool, until disposed. Used by one thread at a time.</remarks>
public sealed class TrainableEncoder : IDisposable, IAdaptable
{
    private const int Ignored = -100;
    private readonly TrainableWeights _weights;
    private readonly TapeForward _forward;
    private readonly AdaptedNetwork _network;
    private readonly IEncoderArchitecture _architecture;

    /// <summary>Creates a model with seeded random weights.</summary>
    /// <param name="configuration">Sizes and choices.</param>
    /// <param name="pool">Where the parameters live; not owned.</param>
    /// <param name="seed">Equal seeds give equal weights.</param>
    /// <remarks>
    /// Matrices and embeddings are normal with <see cref="EncoderConfiguration.InitialDeviation"/>; norms are 1, biases 0.
    /// <para>Errors: as <see cref="EncoderLoader.Load"/> for the configuration.</para>
    /// </remarks>
    public TrainableEncoder(EncoderConfiguration configuration, TensorPool pool, ulong seed)
        : this(configuration, pool) => _weights.Initialise(seed);

    private TrainableEncoder(EncoderConfiguration configuration, TensorPool pool)
    {
        ArgumentNullException.ThrowIfNull(configuration);
        ArgumentNullException.ThrowIfNull(pool);
        Configuration = configuration;
        _architecture = EncoderLoader.Create(configuration, "the given configuration");
        _weights = new TrainableWeights(_architecture, pool);
        _forward = new TapeForward(_architecture, _weights.Tensors, pool);
        _network = new AdaptedNetwork(new AdaptedBase(_architecture, configuration.Head), _weights, _forward, pool);
        Weights = [.. _weights.Specs.Select(spec => new Parameter(spec.Name, _weights.Tensors[spec.Index], !spec.IsVector))];
    }

    /// <summary>Sizes and choices.</summary>
    public EncoderConfiguration Configuration { get; }

    /// <inheritdoc />
    public IReadOnlyList<Parameter> Parameters => _network.Parameters;

    /// <inheritdoc />
    public IReadOnlyList<string> Adapters => _network.Names;

    /// <inheritdoc />
    public string? Adapter => _network.Active?.Name;

    /// <inheritdoc />
    AdaptedNetwork IAdaptable.Network => _network;

    /// <summary>Every weight, trained or not, in a fixed order.</summary>
    public IReadOnlyList<Parameter> Weights { get; }

    /// <summary>Computes each layer again in the backward pass instead of keeping its results: less memory, about a third more work. Default false.</summary>
    public bool ActivationCheckpointing
    {
        get => _forward.RecomputesLayers;
        set => _forward.RecomputesLayers = value;
    }

    /// <summary>Creates a model with the weights of a file, widened to float32.</summary>
    /// <param name="weights">A safetensors folder or file with Hugging Face names, or a GGUF file. Not needed afterwards.</param>
    /// <param name="configuration">What the weights were made for; a pooler that they lack is left out.</param>
    /// <param name="pool">Where the parameters live; not owned.</param>
    /// <remarks>Errors: as <see cref="EncoderLoader.Load"/>.</remarks>
    public static TrainableEncoder FromWeights(IWeightSource weights, EncoderConfiguration configuration, TensorPool pool)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(configuration);
        var model = new TrainableEncoder(EncoderLoader.Fit(configuration, weights), pool);
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

    /// <summary>Creates a model with the body of a file and a new head of the configuration's kind, with seeded random weights.</summary>
    /// <param name="weights">As for <see cref="FromWeights"/>; a head that the file has is left out.</param>
    /// <param name="configuration">The body that the weights were made for, with the new head and its labels.</param>
    /// <param name="pool">Where the parameters live; not owned.</param>
    /// <param name="seed">Equal seeds give equal heads.</param>
    /// <remarks>Errors: as <see cref="EncoderLoader.Load"/> for what the body lacks. Files in Hugging Face's form only.</remarks>
    public static TrainableEncoder Transfer(IWeightSource weights, EncoderConfiguration configuration, TensorPool pool, ulong seed)
    {
        ArgumentNullException.ThrowIfNull(weights);
        ArgumentNullException.ThrowIfNull(configuration);
        var model = new TrainableEncoder(EncoderLoader.Fit(configuration, weights), pool, seed);
        try
        {
            using var overlay = new HeadOverlay(weights, model.Family, configuration.Head, model._architecture, model._weights.Tensors);
            model._weights.CopyFrom(overlay);
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Trains the head alone from now on: the body keeps its weights, which then need no memory for gradients.</summary>
    /// <remarks>Errors: <see cref="NotSupportedException"/> for a model without a head of its own.</remarks>
    public void FreezeBody()
    {
        string[] head = [.. Weights.Where(weight => HeadOverlay.IsOfHead(Family, Configuration.Head, weight.Name)).Select(weight => weight.Name[..weight.Name.LastIndexOf('.')]).Distinct()];
        if (head.Length == 0)
        {
            throw new NotSupportedException($"Freeze the body: the model's head is '{Configuration.Head}'; expected one with weights of its own.");
        }

        _weights.Freeze(head);
    }

    /// <summary>The loss of answers that are spans: half the cross-entropy of their first token and half that of their last, among each row's tokens, summed over the rows that count, times a factor.</summary>
    /// <param name="tape">Records the computation, or only computes it.</param>
    /// <param name="inputs">Token ids, row after row: [batch × length].</param>
    /// <param name="types">Each token's type; empty when all are 0.</param>
    /// <param name="lengths">How many tokens of each row count, the rest being padding; empty when all do.</param>
    /// <param name="starts">The answer's first token in each row; 0, the first token, for no answer; −100 when the row does not count.</param>
    /// <param name="ends">Its last token, as <paramref name="starts"/>.</param>
    /// <param name="length">Tokens a row (T).</param>
    /// <param name="scale">Multiplies the sum; for a mean, 1 / the number of rows that count.</param>
    /// <returns>One number, owned by the tape.</returns>
    /// <remarks>
    /// Source: Devlin et al. 2018 (BERT), sections 4.2 and 4.3.
    /// <para>Errors: argument exceptions for wrong lengths, ids and places; <see cref="NotSupportedException"/> for a model without such a head.</para>
    /// </remarks>
    public Tensor SpanLoss(
        Tape tape, ReadOnlySpan<int> inputs, ReadOnlySpan<int> types, ReadOnlySpan<int> lengths, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends, int length, float scale)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (Configuration.Head != EncoderHead.AnswerSpan)
        {
            throw new NotSupportedException($"Compute a loss: the model's head is '{Configuration.Head}'; expected answer spans.");
        }

        var batch = CheckRows(inputs, types, lengths, length);
        if (starts.Length != batch || ends.Length != batch)
        {
            throw new ArgumentException($"Compute a loss: {starts.Length} starts and {ends.Length} ends were given for {batch} rows; expected one of each a row.", nameof(starts));
        }

        for (var row = 0; row < batch; row++)
        {
            var (count, start, end) = (lengths.IsEmpty ? length : lengths[row], starts[row], ends[row]);
            var counts = start != Ignored || end != Ignored;
            if (counts && (start < 0 || end < start || end >= count))
            {
                throw new ArgumentOutOfRangeException(nameof(starts), $"Compute a loss: row {row} has an answer from token {start} to {end} and {count} tokens; expected places in order within the row, or −100 for both.");
            }
        }

        if (starts.IndexOfAnyExcept(Ignored) < 0)
        {
            throw new ArgumentException("Compute a loss: no row counts; expected one at least that is not −100.", nameof(starts));
        }

        int[] all = [.. Enumerable.Range(0, inputs.Length)];
        return _forward.SpanLoss(tape, new WholeRows(inputs, types, lengths, all, all), [.. starts, .. ends], batch, length, scale);
    }

    /// <summary>The cross-entropy of the head's logits, summed over the targets that count, times a factor.</summary>
    /// <param name="tape">Records the computation, or only computes it.</param>
    /// <param name="inputs">Token ids, row after row: [batch × length].</param>
    /// <param name="types">Each token's type; empty when all are 0.</param>
    /// <param name="lengths">How many tokens of each row count, the rest being padding; empty when all do.</param>
    /// <param name="targets">
    /// For masked words and labels of tokens one a token, −100 where none counts; for labels of sequences one a row.
    /// </param>
    /// <param name="length">Tokens a row (T).</param>
    /// <param name="scale">Multiplies the sum; for a mean, 1 / the number of targets that count.</param>
    /// <returns>One number, owned by the tape.</returns>
    /// <remarks>
    /// The head is computed for the tokens that count alone.
    /// <para>Errors: argument exceptions for wrong lengths and ids; <see cref="NotSupportedException"/> for a model without
    /// such a head.</para>
    /// </remarks>
    public Tensor Loss(
        Tape tape, ReadOnlySpan<int> inputs, ReadOnlySpan<int> types, ReadOnlySpan<int> lengths, ReadOnlySpan<int> targets, int length, float scale)
    {
        ArgumentNullException.ThrowIfNull(tape);
        if (Configuration.Head is EncoderHead.None or EncoderHead.AnswerSpan)
        {
            throw new NotSupportedException($"Compute a loss: the model's head is '{Configuration.Head}'; expected masked words, or labels of sequences or tokens.");
        }

        var isOfRows = Configuration.Head == EncoderHead.SequenceLabels;
        var batch = CheckRows(inputs, types, lengths, length);
        if (targets.Length != (isOfRows ? batch : inputs.Length))
        {
            throw new ArgumentException(
                $"Compute a loss: {targets.Length} targets were given for {batch} rows of {length}; expected {(isOfRows ? "a target for each row" : "a target for each input")}.",
                nameof(targets));
        }

        var (wanted, wantedTargets) = (new List<int>(), new List<int>());
        for (var i = 0; i < targets.Length; i++)
        {
            if (targets[i] != Ignored)
            {
                wanted.Add(isOfRows ? i * length : i);
                wantedTargets.Add(targets[i]);
            }
        }

        return wanted.Count == 0
            ? throw new ArgumentException("Compute a loss: no target counts; expected one at least that is not −100.", nameof(targets))
            : _forward.Loss(tape, new WholeRows(inputs, types, lengths, [.. wanted], [.. wantedTargets]), batch, length, scale);
    }

    /// <inheritdoc />
    public void Freeze(params IReadOnlyList<string> trained) => _weights.Freeze(trained);

    /// <inheritdoc />
    public void UseAdapter(string? name) => _network.Use(name);

    /// <summary>Writes <c>config.json</c> and <c>model.safetensors</c> into a folder that Hugging Face tools and <see cref="EncoderLoader"/> read.</summary>
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

    private EncoderFamily Family => EncoderFamily.Find(Configuration.Architecture)
        ?? throw new InvalidOperationException("The architecture was built, so its family is known.");

    private int CheckRows(ReadOnlySpan<int> inputs, ReadOnlySpan<int> types, ReadOnlySpan<int> lengths, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(length);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(length, Configuration.ContextLength);
        var batch = inputs.Length / length;
        if (batch < 1 || batch * length != inputs.Length || (!types.IsEmpty && types.Length != inputs.Length) || (!lengths.IsEmpty && lengths.Length != batch))
        {
            throw new ArgumentException(
                $"Compute a loss: {inputs.Length} inputs, {types.Length} types and {lengths.Length} lengths were given for rows of {length}; expected whole rows, a type for each input or none, and a length for each row or none.",
                nameof(inputs));
        }

        foreach (var count in lengths)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(lengths));
            ArgumentOutOfRangeException.ThrowIfGreaterThan(count, length, nameof(lengths));
        }

        return batch;
    }
}
