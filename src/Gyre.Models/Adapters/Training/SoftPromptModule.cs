using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Adapters.Training;

/// <summary>Virtual tokens before each document: trained themselves, or through a network that gives them.</summary>
/// <remarks>Owns: its tensors, until disposed. In a file stands what the network gives; loaded, that is trained itself.</remarks>
internal sealed class SoftPromptModule : IDisposable
{
    private readonly AdaptedNetwork _network;
    private readonly DecoderConfiguration _decoder;
    private readonly bool _isPrefix;
    private readonly PromptNetwork _encoder;
    private Tensor? _rows;

    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0425</c> the base takes none, or not so many.</remarks>
    public SoftPromptModule(AdaptedNetwork network, AdapterConfiguration configuration, AdapterSettings settings)
    {
        var shape = SoftPromptShape.Of(configuration, settings, network.Base);
        _decoder = network.Base.Decoder!; // Else there is no shape.
        _network = network;
        _isPrefix = configuration.Kind == AdapterKind.Prefix;
        (Tokens, Width) = (shape.Tokens, shape.Width);
        if (Tokens >= _decoder.ContextLength)
        {
            throw AdapterErrors.Unusable([$"{Tokens} virtual tokens leave nothing of a context of {_decoder.ContextLength};"]);
        }

        if (!_isPrefix && _decoder.Rotary.Scaling is RotaryScaling.Dynamic or RotaryScaling.LongRope)
        {
            throw AdapterErrors.Unusable(["virtual tokens over a base whose rotary positions depend on a sequence's length;"]);
        }

        if (!_isPrefix && _decoder.EmbeddingWidth > 0 && _decoder.EmbeddingWidth != _decoder.HiddenSize)
        {
            throw AdapterErrors.Unusable([$"virtual tokens over a base whose embeddings ({_decoder.EmbeddingWidth}) are widened to {_decoder.HiddenSize};"]);
        }

        _encoder = new PromptNetwork(shape, network.Pool);
    }

    public int Tokens { get; }

    /// <summary>Numbers that the base gets for a virtual token.</summary>
    public int Width { get; }

    public IReadOnlyList<Parameter> Parameters => _encoder.Parameters;

    /// <summary>Whether the last virtual token is to predict the first token.</summary>
    public bool PredictsFirst { get; set; }

    /// <summary>The embeddings of the pass in progress; null when keys and values stand instead of them.</summary>
    public Tensor? VirtualRows => _isPrefix ? null : _rows;

    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0425</c> a text's tokens are missing or outside the vocabulary.</remarks>
    public void Initialise(AdapterMethod method, SoftPromptOptions options, SeededRandom random)
    {
        _encoder.Initialise(random);
        if (method != AdapterMethod.PromptTuning || options.Initialisation == PromptInitialisation.Random)
        {
            return;
        }

        var ids = options.Initialisation == PromptInitialisation.Text ? options.TextTokens : Sampled(random.Fork("sampled vocabulary"));
        if (ids.Count == 0 || ids.Any(id => id < 0 || id >= _decoder.VocabularySize))
        {
            throw AdapterErrors.Unusable([$"a prompt begins as a text of {ids.Count} tokens, of which each must be 0 to {_decoder.VocabularySize - 1};"]);
        }

        var table = _network.Architecture.Weights.First(weight => weight.Role == WeightRole.Embedding);
        for (var i = 0; i < Tokens; i++)
        {
            _network.Forward.Stored(table.Index).CopyRows(ids[i % ids.Count], _encoder.Embedding.Span.Slice(i * Width, Width));
        }
    }

    /// <summary>Computes what the base gets, before the pass begins.</summary>
    public void Begin(Tape tape) => _rows = _encoder.Compute(tape);

    public (Tensor Keys, Tensor Values)? Prefix(Tape tape, int layer)
    {
        if (!_isPrefix || _rows is null)
        {
            return null;
        }

        // [token][layer][key, value][head][width].
        var width = _decoder.KeyValueHeads * _decoder.HeadWidth;
        return (tape.Slice(_rows, 1, 2 * layer * width, width), tape.Slice(_rows, 1, ((2 * layer) + 1) * width, width));
    }

    public void RequireRoom(int longest)
    {
        if (longest > _decoder.ContextLength)
        {
            throw new ArgumentException($"Train a soft prompt: found a document of {longest - Tokens} tokens behind {Tokens} virtual ones; expected at most {_decoder.ContextLength} together. Shorten the sequences.");
        }
    }

    /// <summary>What the base gets: what is saved.</summary>
    public float[] Compute()
    {
        using var team = new ThreadTeam(1);
        using var tape = new Tape(team, _network.Pool, isRecording: false);
        return _encoder.Compute(tape).ToArray();
    }

    public void Fill(WeightTensor rows) => _encoder.Embedding.CopyFrom(AdapterFile.Read(rows));

    public void Dispose() => _encoder.Dispose();

    private int[] Sampled(SeededRandom random) => [.. Enumerable.Range(0, Tokens).Select(_ => random.NextInt32(_decoder.VocabularySize))];
}
