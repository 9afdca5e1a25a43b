using System.Runtime.InteropServices;
using Gyre.Models.Adapters;
using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>An encoder that runs plans, one for each result that is asked for.</summary>
/// <remarks>
/// Nothing is kept from run to run. Keys and values of one layer are dead when the next begins, so all layers use the
/// same pages (an encoder's <see cref="AttentionSpec.Layer"/> is 0).
/// </remarks>
internal sealed unsafe class EngineEncoder : IEncoder
{
    private const int MostRunTokens = 65_536;

    /// <summary>Shorter sequences than this end a run by their number before its rows are full, for a page is 64 tokens long.</summary>
    private const int FewestTokensOfMany = 8;

    private readonly IEncoderArchitecture _architecture;
    private readonly EncoderShape _shape;
    private readonly EngineWeights _weights;
    private readonly ThreadTeam _team;
    private readonly KeyValueBlock _layout;
    private readonly EnginePlan?[] _plans = new EnginePlan?[3];
    private readonly RunRows _rows;
    private readonly NativeBuffer _pages;
    private readonly nint[] _addresses;
    private readonly EngineAdapters _adapters;
    private int _mostRank;
    private readonly Lock _turn = new();
    private bool _disposed;

    public EngineEncoder(IEncoderArchitecture architecture, EncoderShape shape, EngineWeights weights, EncoderOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.BatchTokens, 1, nameof(options));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.BatchTokens, MostRunTokens, nameof(options));
        var batchTokens = options.BatchTokens;
        (_architecture, _shape, _weights, _team) = (architecture, shape, weights, options.Team);
        _adapters = new EngineAdapters(options.MaxAdapters, options.AdapterBytes ?? (GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8), _ => { });
        _layout = new KeyValueBlock(KeyValueFormat.F32, architecture.HeadWidth);
        MaxRunTokens = Math.Max(batchTokens, shape.Context);
        _rows = new RunRows(MaxRunTokens);

        // Every sequence may leave a part of its last page empty.
        var pages = (MaxRunTokens / KeyValueBlock.Tokens) + Math.Max(1, MaxRunTokens / FewestTokensOfMany);
        var pageBytes = (long)_layout.LengthBytes * architecture.Heads;
        _pages = new NativeBuffer(pages * pageBytes);
        _addresses = GC.AllocateUninitializedArray<nint>(pages, pinned: true);
        for (var i = 0; i < pages; i++)
        {
            _addresses[i] = (nint)(_pages.Bytes + (i * pageBytes));
        }
    }

    public int VocabularySize => _shape.Vocabulary;

    public int ContextLength => _shape.Context;

    public int TokenTypes => _shape.TokenTypes;

    public int MaxRunTokens { get; }

    public IReadOnlyList<string> Adapters => _adapters.Names;

    public void LoadAdapter(string name, string folder)
    {
        using var adapter = PeftAdapter.Open(folder);
        IReadOnlyList<int[]> inputs;
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            inputs = PlanOf(_architecture.WidthOf(EncoderOutput.Head) > 0 ? EncoderOutput.Head : EncoderOutput.Hidden).SharedInputs;
        }

        var loaded = _adapters.Read(name, adapter, _architecture, _weights, inputs);
        try
        {
            lock (_turn)
            {
                ObjectDisposedException.ThrowIf(_disposed, this);
                _mostRank = Math.Max(_mostRank, loaded.MostRank);
                foreach (var plan in _plans)
                {
                    plan?.Adapters.Grow(_mostRank);
                }

                _adapters.Add(loaded);
            }
        }
        catch
        {
            loaded.Dispose();
            throw;
        }
    }

    public bool UnloadAdapter(string name) => _adapters.Remove(name);

    public IAdapterUse UseAdapter(string name)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return _adapters.Use(name);
    }

    public int WidthOf(EncoderOutput output) => _architecture.WidthOf(output);

    [HotPath]
    public void Run(EncoderBatch batch, EncoderOutput output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batch);
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var plan = PlanOf(output);
            Check(batch);
            var destination = batch.MakeRoom(_architecture.WidthOf(output));
            fixed (float* results = destination)
            {
                Run(plan, batch, results, cancellationToken);
            }

            if (!FiniteScan.IsFinite(destination))
            {
                ThrowNotFinite(plan, batch);
            }
        }
    }

    /// <summary>Runs the batch and shows every layer's output, run by run, for checks against references; layer 0 is the embedding.</summary>
    internal void RunObserved(EncoderBatch batch, EncoderOutput output, LayerObserver observer)
    {
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            var plan = PlanOf(output);
            Check(batch);
            fixed (float* results = batch.MakeRoom(_architecture.WidthOf(output)))
            {
                Observe(plan, batch, results, observer);
            }
        }
    }

    public void Dispose()
    {
        lock (_turn)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            foreach (var plan in _plans)
            {
                plan?.Dispose();
            }

            _rows.Dispose();
            _pages.Dispose();
            _adapters.Dispose();
            _weights.Dispose();
        }
    }

    private void Run(EnginePlan plan, EncoderBatch batch, float* results, CancellationToken cancellationToken)
    {
        var adapter = batch.Adapter is { } use ? _adapters.Of(use).Weights : null;
        for (var entry = 0; entry < batch.Count;)
        {
            cancellationToken.ThrowIfCancellationRequested();
            entry = Collect(batch, entry, adapter);
            var run = _rows.ToRun(results);
            run.IsObserved = plan.Observer is not null;
            plan.Run(ref run);
            results += (long)_rows.Wanted * batch.Width;
        }
    }

    /// <summary>Takes as many entries as rows and pages allow; returns the first that is left.</summary>
    private int Collect(EncoderBatch batch, int entry, AdapterWeight* adapter)
    {
        _rows.Clear();
        var pages = (nint*)Marshal.UnsafeAddrOfPinnedArrayElement(_addresses, 0);
        for (var page = 0; entry < batch.Count; entry++)
        {
            var tokens = batch.TokensOf(entry);
            var needed = KeyValuePool.PagesFor(tokens.Length);
            if (tokens.Length > _rows.Room || page + needed > _addresses.Length)
            {
                break;
            }

            var sequence = new SequenceRun { Position = 0, Length = tokens.Length, Pages = pages + page, Adapter = adapter };
            _rows.AddWhole(sequence, tokens, batch.TypesOf(entry), batch.WantedOf(entry));
            page += needed;
        }

        return entry;
    }

    private EnginePlan PlanOf(EncoderOutput output)
    {
        if (_architecture.WidthOf(output) == 0)
        {
            throw new NotSupportedException($"Run the encoder: the result '{output}' was asked for; this network does not have it.");
        }

        return _plans[(int)output] ??= Record(output);
    }

    private EnginePlan Record(EncoderOutput output)
    {
        var plan = PlanBuilder.Record(forward => _architecture.Forward(forward, output), _weights, _team, MaxRunTokens, _layout);
        plan.Adapters.Grow(_mostRank);
        return plan;
    }

    private void Check(EncoderBatch batch)
    {
        for (var entry = 0; entry < batch.Count; entry++)
        {
            var tokens = batch.TokensOf(entry);
            if (tokens.Length > _shape.Context)
            {
                throw new ModelException(
                    "RUN0404",
                    $"Run the encoder: text {entry} has {tokens.Length} tokens; this model reads {_shape.Context} at most. Shorten it, let it be truncated, or use a model that reads more.");
            }

            CheckBelow(tokens, _shape.Vocabulary, "A token id is outside the vocabulary");
            CheckBelow(batch.TypesOf(entry), Math.Max(1, _shape.TokenTypes), "A token's type is outside the model's types");
        }
    }

    private static void CheckBelow(ReadOnlySpan<int> numbers, int limit, string fault)
    {
        foreach (var number in numbers)
        {
            if ((uint)number >= (uint)limit)
            {
                throw new ArgumentOutOfRangeException(nameof(numbers), number, $"{fault}: expected 0 to {limit - 1}.");
            }
        }
    }

    private void Observe(EnginePlan plan, EncoderBatch batch, float* results, LayerObserver observer)
    {
        plan.Observer = observer;
        try
        {
            Run(plan, batch, results, CancellationToken.None);
        }
        finally
        {
            plan.Observer = null;
        }
    }

    /// <summary>Repeats the run to find the first layer whose output is not finite, and reports it.</summary>
    private void ThrowNotFinite(EnginePlan plan, EncoderBatch batch)
    {
        var first = int.MaxValue;
        fixed (float* results = batch.MakeRoom(batch.Width))
        {
            Observe(plan, batch, results, (layer, hidden) => first = layer < first && !FiniteScan.IsFinite(hidden) ? layer : first);
        }

        var place = first switch
        {
            int.MaxValue => "the head",
            0 => "the embedding",
            _ => $"layer {first}",
        };
        throw new ModelException(
            "RUN0304",
            $"Run the encoder: found results that are not finite numbers; they appear first after {place}. The weights are damaged or do not fit this configuration: load them again from a good copy.");
    }
}
