using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>A decoder that runs plans; its sessions take turns on one set of weights and work buffers.</summary>
internal sealed unsafe class EngineDecoder : IDecoder
{
    private readonly DecoderConfiguration _configuration;
    private readonly EngineWeights _weights;
    private readonly EnginePlan _plan;
    private readonly Lock _turn = new();
    private bool _disposed;

    public EngineDecoder(DecoderConfiguration configuration, IArchitecture architecture, EngineWeights weights, ThreadTeam team, int chunkTokens)
    {
        _configuration = configuration;
        _weights = weights;
        _plan = PlanBuilder.Record(architecture, weights, team, Math.Min(chunkTokens, configuration.ContextLength));
    }

    public int VocabularySize => _configuration.VocabularySize;

    public int ContextLength => _configuration.ContextLength;

    public IDecoderSession CreateSession(int maxTokens)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxTokens, 1);
        if (maxTokens > ContextLength)
        {
            throw new ModelException(
                "RUN0404",
                $"Open a session: {maxTokens} tokens were asked for; this model's context holds {ContextLength}. Ask for fewer, or use a model with a longer context.");
        }

        ObjectDisposedException.ThrowIf(_disposed, this);
        return new EngineSession(this, maxTokens, _configuration.Layers * _configuration.KeyValueHeads, _configuration.HeadWidth, VocabularySize);
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
            _plan.Dispose();
            _weights.Dispose();
        }
    }

    /// <summary>Runs the tokens through the model and returns the last one's logits.</summary>
    [HotPath]
    internal ReadOnlySpan<float> Forward(EngineSession session, ReadOnlySpan<int> tokens)
    {
        lock (_turn)
        {
            Run(session, tokens, session.Logits, lastOnly: true);
            var logits = new ReadOnlySpan<float>(session.Logits, VocabularySize);
            if (!FiniteScan.IsFinite(logits))
            {
                ThrowNotFinite(session, tokens);
            }

            return logits;
        }
    }

    /// <summary>Runs the tokens through the model and writes the logits of each.</summary>
    internal void ForwardAll(EngineSession session, ReadOnlySpan<int> tokens, Span<float> destination)
    {
        var needed = (long)tokens.Length * VocabularySize;
        if (destination.Length < needed)
        {
            throw new ArgumentException($"The destination holds {destination.Length} numbers; expected {needed} (tokens × vocabulary).", nameof(destination));
        }

        lock (_turn)
        {
            fixed (float* logits = destination)
            {
                Run(session, tokens, logits, lastOnly: false);
            }

            if (!FiniteScan.IsFinite(destination[..(int)needed]))
            {
                ThrowNotFinite(session, tokens);
            }
        }
    }

    /// <summary>Copies a session's sequence into another, between the turns of both.</summary>
    internal void Copy(EngineSession source, EngineSession destination)
    {
        lock (_turn)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            if (source.Position > destination.Capacity)
            {
                throw new ModelException(
                    "RUN0404",
                    $"Copy a session: it holds {source.Position} tokens; the other has room for {destination.Capacity}. Open a longer one.");
            }

            destination.Take(source);
        }
    }

    /// <summary>Runs the tokens and shows every layer's output, for checks against references; layer 0 is the embedding.</summary>
    internal void ForwardObserved(EngineSession session, ReadOnlySpan<int> tokens, LayerObserver observer)
    {
        lock (_turn)
        {
            _plan.Observer = observer;
            try
            {
                Run(session, tokens, null, lastOnly: true);
            }
            finally
            {
                _plan.Observer = null;
            }
        }
    }

    private void Run(EngineSession session, ReadOnlySpan<int> tokens, float* logits, bool lastOnly)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Check(session, tokens);
        var length = session.Position + tokens.Length;
        session.Ensure(length);
        fixed (int* first = tokens)
        {
            for (var done = 0; done < tokens.Length;)
            {
                var rows = Math.Min(tokens.Length - done, _plan.MaxRows);
                var isLast = done + rows == tokens.Length;
                var run = new PlanRun
                {
                    Tokens = first + done,
                    Rows = rows,
                    Position = session.Position,
                    Keys = session.Keys,
                    Values = session.Values,
                    Capacity = session.Room,
                    Logits = logits is null || (lastOnly && !isLast) ? null : logits + (lastOnly ? 0 : (long)done * VocabularySize),
                    FirstLogitRow = lastOnly ? rows - 1 : 0,
                    IsObserved = _plan.Observer is not null,
                };
                _plan.Run(ref run, length);
                session.Advance(rows);
                done += rows;
            }
        }
    }

    private void Check(EngineSession session, ReadOnlySpan<int> tokens)
    {
        if (tokens.IsEmpty)
        {
            throw new ArgumentException("A forward pass needs at least one token.", nameof(tokens));
        }

        if (tokens.Length > session.Capacity - session.Position)
        {
            throw new ModelException(
                "RUN0404",
                $"Run the model: {tokens.Length} token(s) were added to a session that holds {session.Position} of at most {session.Capacity}. "
                + "Shorten the prompt, or open a longer session if the model's context allows it.");
        }

        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)VocabularySize)
            {
                throw new ArgumentOutOfRangeException(nameof(tokens), token, $"A token id is outside the vocabulary of {VocabularySize}.");
            }
        }
    }

    /// <summary>Repeats the run to find the first layer whose output is not finite, and reports it.</summary>
    private void ThrowNotFinite(EngineSession session, ReadOnlySpan<int> tokens)
    {
        var start = session.Position - tokens.Length;
        session.Truncate(start);
        var first = int.MaxValue;
        ForwardObserved(session, tokens, (layer, hidden) =>
        {
            if (layer < first && !FiniteScan.IsFinite(hidden))
            {
                first = layer;
            }
        });
        session.Truncate(start);
        var place = first switch
        {
            int.MaxValue => "the output layer",
            0 => "the embedding",
            _ => $"layer {first} of {_configuration.Layers}",
        };
        throw new ModelException(
            "RUN0304",
            $"Run the model: found logits that are not finite numbers; they appear first after {place}. The weights are damaged or do not fit this configuration: load them again from a good copy.");
    }
}
