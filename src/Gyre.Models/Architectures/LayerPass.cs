using Gyre.Models.Architectures.Training;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Architectures;

/// <summary>Takes texts through a decoder one layer at a time, so that a layer can be looked at, changed and run again before the next one sees its results.</summary>
/// <remarks>
/// Owns: the residual stream between the layers, until disposed; the model and the tape stay their giver's. Used by one thread at a time.
/// <para>Cost: each layer runs once for every call; memory of one number a token and channel.</para>
/// </remarks>
public sealed class LayerPass : IDisposable
{
    /// <summary>Tokens that run together.</summary>
    private const int MostTokens = 2048;

    private readonly TapeForward _forward;
    private readonly Tape _tape;
    private readonly IReadOnlyDictionary<int, DecoderMatrix> _matrices;
    private readonly LayerSteps _steps;
    private readonly List<(int[] Tokens, int Rows, int Length, Tensor Stream)> _batches = [];

    internal LayerPass(TapeForward forward, IReadOnlyDictionary<int, DecoderMatrix> matrices, Tape tape, IReadOnlyList<int[]> windows)
    {
        (_forward, _matrices, _tape) = (forward, matrices, tape);
        _steps = new LayerSteps();
        foreach (var alike in windows.GroupBy(window => window.Length))
        {
            var rows = Math.Max(1, MostTokens / Math.Max(1, alike.Key));
            foreach (var batch in alike.Chunk(rows))
            {
                Embed([.. batch.SelectMany(window => window)], batch.Length, alike.Key);
            }
        }
    }

    /// <summary>How many layers there are.</summary>
    public int Layers => _steps.Bodies.Count;

    /// <summary>The layer that comes next: what goes into it has passed all before it.</summary>
    public int Next { get; private set; }

    /// <summary>Runs the next layer as it is now, shows what goes into its matrices, and stays before it.</summary>
    /// <param name="observer">Called for each matrix and each batch of texts, always in the same order.</param>
    /// <param name="cancellationToken">Ends the run early.</param>
    /// <remarks>Errors: <see cref="InvalidOperationException"/> behind the last layer.</remarks>
    public void Observe(MatrixInputObserver observer, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(observer);
        _forward.InputObserver = (spec, rows) => observer(_matrices[spec.Index], rows);
        try
        {
            Run(_ => { }, cancellationToken);
        }
        finally
        {
            _forward.InputObserver = null;
        }
    }

    /// <summary>Runs the next layer as it is now and goes behind it.</summary>
    /// <param name="cancellationToken">Ends the run early; the pass is of no use then.</param>
    /// <remarks>Errors: <see cref="InvalidOperationException"/> behind the last layer.</remarks>
    public void Advance(CancellationToken cancellationToken = default)
    {
        Run(step => step.Result.Span.CopyTo(step.Stream.Span), cancellationToken);
        Next++;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (_, _, _, stream) in _batches)
        {
            stream.Dispose();
        }

        _batches.Clear();
    }

    private void Embed(int[] tokens, int rows, int length)
    {
        var embedded = _forward.RunToLayers(_tape, _steps, tokens, rows, length);
        var stream = _tape.Pool.Rent(embedded.Shape.ToArray());
        embedded.Span.CopyTo(stream.Span);
        _tape.Reset();
        _batches.Add((tokens, rows, length, stream));
    }

    private void Run(Action<(Tensor Stream, Tensor Result)> use, CancellationToken cancellationToken)
    {
        if (Next >= Layers)
        {
            throw new InvalidOperationException($"Run a layer: all {Layers} layers have run.");
        }

        foreach (var (tokens, rows, length, stream) in _batches)
        {
            cancellationToken.ThrowIfCancellationRequested();
            use((stream, _forward.RunLayer(_tape, _steps.Bodies[Next], stream, tokens, rows, length)));
            _tape.Reset();
        }
    }
}
