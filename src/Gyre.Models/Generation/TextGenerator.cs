using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Constraints;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Generation;

/// <summary>
/// The engine of one model: a thread of its own on which up to <see cref="TextGeneratorOptions.MaxActive"/> sequences
/// run together, one token (or a chunk of a prompt) each in every step; they come and go between steps.
/// </summary>
/// <remarks>
/// A sequence's logits do not depend on what runs with it, and it has its own sampler, so its tokens are those of a solo run.
/// <para>Cost: no allocation per token on the engine's thread once each token's text was seen, unless log-probabilities or
/// stop texts that begin to match need some; a reader that keeps up allocates none either.</para>
/// <para>Owns: the thread and the running sequences, until disposed; not the decoder or the tokenizer.</para>
/// </remarks>
public sealed class TextGenerator : ITextGenerator, IAsyncDisposable
{
    private readonly IDecoder _decoder;
    private readonly ITokenizer _tokenizer;
    private readonly TokenTexts _texts;
    private readonly Lazy<ConstraintVocabulary> _vocabulary;
    private readonly TextGeneratorOptions _options;
    private readonly TimeProvider _clock;
    private readonly SeededRandom _seeds;
    private readonly Channel<GenerationSequence> _waiting;
    private readonly Queue<GenerationSequence> _queued = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _seedGate = new();
    private int _pending;

    /// <summary>Starts the engine of a model.</summary>
    public TextGenerator(IDecoder decoder, ITokenizer tokenizer, TextGeneratorOptions options, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(decoder);
        ArgumentNullException.ThrowIfNull(tokenizer);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxActive, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.PromptChunkTokens, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxWaiting);
        ArgumentOutOfRangeException.ThrowIfNegative(options.MaxDraftTokens);
        if (options.DraftDecoder is { } draft && draft.VocabularySize != decoder.VocabularySize)
        {
            throw new ModelException(
                "RUN0312",
                $"Start an engine: the model that drafts has {draft.VocabularySize} logits and the model itself {decoder.VocabularySize}; expected models of one vocabulary. Choose a smaller model of the same family.");
        }

        _decoder = decoder;
        _tokenizer = tokenizer;
        _texts = new TokenTexts(tokenizer, decoder.VocabularySize);
        _vocabulary = new Lazy<ConstraintVocabulary>(() => new ConstraintVocabulary(_tokenizer, EndIds));
        _options = options;
        _clock = clock;
        _seeds = new SeededRandom(options.Seed);
        _waiting = Channel.CreateUnbounded<GenerationSequence>(new UnboundedChannelOptions { SingleReader = true });
        var thread = new Thread(Run) { IsBackground = true, Name = "gyre-engine" };
        thread.Start();
    }

    /// <inheritdoc />
    public async IAsyncEnumerable<GenerationUpdate> GenerateAsync(
        IReadOnlyList<int> prompt,
        GenerationOptions options,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        ArgumentNullException.ThrowIfNull(options);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var sequence = Accept(prompt, options, linked.Token);
        try
        {
            await foreach (var update in sequence.Updates.Reader.ReadAllAsync(cancellationToken))
            {
                yield return update;
            }
        }
        finally
        {
            // A caller that stops reading frees its place at the next token, or at once when its turn has not come.
            await linked.CancelAsync();
            if (sequence.TryClaim())
            {
                Close(sequence);
            }
        }
    }

    /// <summary>Requests that run or wait.</summary>
    public int Pending => Volatile.Read(ref _pending);

    /// <summary>The tokens that end an answer.</summary>
    public IReadOnlyList<int> EndIds => _options.EndIds ?? _tokenizer.EndIds;

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (!_waiting.Writer.TryComplete())
        {
            return;
        }

        await _stopping.CancelAsync();
        await _stopped.Task;
        _stopping.Dispose();
    }

    /// <summary>Checks a request and lets it wait for its turn; from now on it has its adapter.</summary>
    private GenerationSequence Accept(IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellationToken)
    {
        var faults = options.Validate();
        if (faults.Count > 0)
        {
            throw new ModelException("RUN0302", "Generation refused: " + string.Join(" ", faults));
        }

        var adapter = options.Adapter is null ? null : _decoder.UseAdapter(options.Adapter);
        try
        {
            var virtualTokens = adapter?.VirtualTokens ?? 0;
            if (_decoder is IEncoderDecoder model)
            {
                PromptCheck.RequireSource(prompt, options, model, virtualTokens);
            }
            else
            {
                PromptCheck.Require(prompt, _decoder, virtualTokens);
            }

            return Enqueue(prompt, options, adapter, cancellationToken);
        }
        catch
        {
            adapter?.Dispose();
            throw;
        }
    }

    private GenerationSequence Enqueue(IReadOnlyList<int> prompt, GenerationOptions options, IAdapterUse? adapter, CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref _pending) > _options.MaxActive + _options.MaxWaiting)
        {
            Interlocked.Decrement(ref _pending);
            throw new ModelException(
                "RUN0303",
                $"Generation refused: {_options.MaxActive} requests are running and {_options.MaxWaiting} are waiting, which is this model's limit. Try again in a moment.");
        }

        try
        {
            ulong seed;
            lock (_seedGate)
            {
                seed = options.Seed ?? _seeds.NextUInt64();
            }

            var source = _decoder is IEncoderDecoder ? prompt : null;
            prompt = source is null ? prompt : [_options.StartId];
            var sequence = new GenerationSequence(prompt, options, EndIds, _tokenizer, _texts, options.Constraint is null ? null : _vocabulary.Value, _decoder, adapter, new SeededRandom(seed), _clock, _options.MaxDraftTokens, cancellationToken)
            {
                Source = source,
                Rules = _options.Rules is { IsEmpty: false } rules ? rules : null,
            };
            if (_waiting.Writer.TryWrite(sequence))
            {
                return sequence;
            }

            sequence.Dispose();
            throw new ModelException("RUN0305", "Generation refused: the model is being unloaded. Try again in a moment.");
        }
        catch
        {
            Interlocked.Decrement(ref _pending);
            throw;
        }
    }

    private void Run()
    {
        var active = new List<GenerationSequence>(_options.MaxActive);
        var scheduler = new BatchScheduler(_decoder, _options, _options.DraftDecoder is { } draft ? new DraftModel(draft, _tokenizer.VocabularySize) : null);
        try
        {
            while (!_stopping.IsCancellationRequested && (active.Count > 0 || _queued.Count > 0 || WaitForWork()))
            {
                Admit(active);
                if (!scheduler.Step(active) && active.TrueForAll(sequence => !sequence.IsDone))
                {
                    // Others hold the whole cache: a search beside this engine, or one that is about to end.
                    Thread.Sleep(1);
                }

                for (var i = 0; i < active.Count; i++)
                {
                    if (active[i].IsDone)
                    {
                        Close(active[i]);
                        active.RemoveAt(i--);
                    }
                }
            }
        }
        finally
        {
            while (_waiting.Reader.TryRead(out var arrived))
            {
                _queued.Enqueue(arrived);
            }

            active.AddRange(_queued.Where(sequence => sequence.TryClaim()));
            foreach (var sequence in active)
            {
                sequence.Fail(new ModelException("RUN0305", "Generation ended early: the model is being unloaded. Try again in a moment."));
                Close(sequence);
            }

            _stopped.TrySetResult();
        }
    }

    private bool WaitForWork()
    {
        try
        {
            return _waiting.Reader.WaitToReadAsync(_stopping.Token).AsTask().GetAwaiter().GetResult();
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            return false;
        }
    }

    private void Admit(List<GenerationSequence> active)
    {
        // The channel is emptied at every turn and those that their callers have left are let go, so that what waits stays bounded.
        while (_waiting.Reader.TryRead(out var arrived))
        {
            _queued.Enqueue(arrived);
        }

        for (var left = _queued.Count; left > 0; left--)
        {
            var sequence = _queued.Dequeue();
            if (sequence.IsDone)
            {
                continue;
            }

            if (active.Count >= _options.MaxActive)
            {
                _queued.Enqueue(sequence);
            }
            else if (sequence.TryClaim())
            {
                active.Add(sequence);
            }
        }
    }

    private void Close(GenerationSequence sequence)
    {
        sequence.Dispose();
        Interlocked.Decrement(ref _pending);
    }
}
