using System.Numerics;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Runs the encoder of a model over whole sources and stores what its decoder looks at of them.</summary>
/// <remarks>
/// A source is never cut, because each of its tokens sees all of them; the work buffers grow with the longest one.
/// <para>Owns: its plan and buffers. One call at a time.</para>
/// </remarks>
internal sealed unsafe class SourceReader : IDisposable
{
    private const int FewestRows = 128;

    private readonly IEncoderDecoderArchitecture _architecture;
    private readonly EngineWeights _weights;
    private readonly ThreadTeam _team;
    private readonly KeyValueBlock _layout;
    private readonly KeyValueBlock _keptLayout;
    private readonly int _heads;
    private EnginePlan? _plan;
    private RunRows? _rows;
    private NativeBuffer? _pages;
    private nint[] _addresses = [];
    private int _mostRank;

    /// <param name="architecture">The network.</param>
    /// <param name="configuration">Its sizes.</param>
    /// <param name="weights">Its weights; not owned.</param>
    /// <param name="team">Who runs it.</param>
    /// <param name="keptLayout">The blocks of the decoder's pages.</param>
    public SourceReader(
        IEncoderDecoderArchitecture architecture, EncoderDecoderConfiguration configuration, EngineWeights weights, ThreadTeam team, KeyValueBlock keptLayout)
    {
        (_architecture, _weights, _team, _keptLayout) = (architecture, weights, team, keptLayout);
        _heads = configuration.EncoderHeads;
        _layout = new KeyValueBlock(KeyValueFormat.F32, configuration.EncoderHeadWidth);
    }

    /// <summary>Sees the embedding, every layer and the final norm of the next reads; null for nobody.</summary>
    public LayerObserver? Observer { get; set; }

    /// <summary>Reads sources, as many of them together as fit.</summary>
    /// <param name="sources">Their tokens, checked.</param>
    /// <param name="destinations">What receives the keys and values of each.</param>
    public void Read(IReadOnlyList<IReadOnlyList<int>> sources, IReadOnlyList<EngineSource> destinations)
    {
        MakeRoom(destinations.Max(source => source.Cached));
        for (var next = 0; next < sources.Count;)
        {
            next = ReadGroup(sources, destinations, next);
        }
    }

    /// <summary>Makes room for adapters of this rank.</summary>
    public void Grow(int rank)
    {
        _mostRank = Math.Max(_mostRank, rank);
        _plan?.Adapters.Grow(_mostRank);
    }

    /// <summary>The indexes of the weights that are multiplied with one input.</summary>
    public IReadOnlyList<int[]> SharedInputs()
    {
        MakeRoom(FewestRows);
        return _plan!.SharedInputs; // Just made.
    }

    public void Dispose()
    {
        _plan?.Dispose();
        _rows?.Dispose();
        _pages?.Dispose();
    }

    /// <summary>Reads the sources from <paramref name="first"/> on that fit; returns the one after them.</summary>
    private int ReadGroup(IReadOnlyList<IReadOnlyList<int>> sources, IReadOnlyList<EngineSource> destinations, int first)
    {
        var (plan, rows) = (_plan!, _rows!); // Made before the first group.
        rows.Clear();
        var page = 0;
        var next = first;
        fixed (nint* addresses = _addresses)
        {
            for (; next < sources.Count && destinations[next].Cached <= rows.Room; next++)
            {
                var needed = KeyValuePool.PagesFor(destinations[next].Cached);
                if (page + needed > _addresses.Length)
                {
                    break;
                }

                var adapter = destinations[next].EngineAdapter;
                int[] tokens = adapter is null ? [.. sources[next]] : [.. SoftPrompt.Ids(adapter.SourceTokens), .. sources[next]];
                var sequence = new SequenceRun
                {
                    Length = tokens.Length,
                    Pages = addresses + page,
                    CrossPages = destinations[next].Pages,
                    CrossKeys = tokens.Length,
                    Adapter = adapter is null ? null : adapter.Weights,
                };
                rows.Add(sequence, tokens, wanted: 0);
                page += needed;
            }

            var run = rows.ToRun(null);
            plan.Observer = Observer;
            run.IsObserved = Observer is not null;
            plan.Run(ref run);
            plan.Observer = null;
        }

        return next;
    }

    /// <summary>Makes sure that the longest source fits into a run.</summary>
    private void MakeRoom(int longest)
    {
        if (_plan is not null && longest <= _plan.MaxRows)
        {
            return;
        }

        var maxRows = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(FewestRows, longest));
        Dispose();
        _plan = PlanBuilder.RecordSource(_architecture, _weights, _team, maxRows, _layout, _keptLayout);
        _plan.Adapters.Grow(_mostRank);
        _rows = new RunRows(maxRows);

        // Layers follow one another and keep nothing for later runs, so a page has the heads of one.
        var pageBytes = _layout.LengthBytes * _heads;
        var count = 2 * KeyValuePool.PagesFor(maxRows);
        _pages = new NativeBuffer(pageBytes * count);
        _addresses = new nint[count];
        for (var i = 0; i < count; i++)
        {
            _addresses[i] = (nint)(_pages.Bytes + (i * pageBytes));
        }
    }
}
