using System.Threading.Channels;
using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;
using Gyre.Tensors;

namespace Gyre.Models.Generation;

/// <summary>One running request: its cache, sampler, text decoding and the channel its caller reads.</summary>
/// <remarks>Owns: its session. Used by the engine's thread only, but for <see cref="Updates"/>.</remarks>
internal sealed class GenerationSequence : IDisposable
{
    /// <summary>Prompt tokens scored at once: their rows of logits lie in memory together.</summary>
    private const int MostScoredTokens = 32;

    private readonly IReadOnlyList<int> _prompt;
    private readonly int[] _promptIds;
    private readonly GenerationOptions _options;
    private readonly IReadOnlyList<int> _endIds;
    private readonly TimeProvider _clock;
    private readonly SeededRandom _random;
    private readonly int _logitWidth;
    private readonly int _choices;
    private readonly StopMatcher _stops;
    private readonly TokenTexts _texts;
    private readonly Utf8StreamDecoder _utf8 = new();
    private readonly List<TokenLogprob?> _promptLogprobs = [];
    private readonly int _maxTokens;
    private readonly long _submitted;
    private float[] _rows = [];
    private Sampler _sampler = null!; // Start makes it, before anything asks for a token.
    private IDecoderSession? _session;
    private readonly int[] _next = new int[1];
    private long _started;
    private long _promptDone;
    private int _promptPosition;
    private int _generated;
    private bool _isFirstText;
    private int _claimed;

    public GenerationSequence(
        IReadOnlyList<int> prompt,
        GenerationOptions options,
        IReadOnlyList<int> endIds,
        ITokenizer tokenizer,
        TokenTexts texts,
        IDecoder decoder,
        SeededRandom random,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        _prompt = prompt;
        _promptIds = [.. prompt];
        _options = options;
        _endIds = endIds;
        _texts = texts;
        _clock = clock;
        _maxTokens = Math.Min(options.MaxTokens, decoder.ContextLength - prompt.Count);
        _random = random;
        _logitWidth = decoder.VocabularySize;

        // A network may have more logits than its vocabulary has tokens; what has no text is never chosen.
        _choices = Math.Min(decoder.VocabularySize, tokenizer.VocabularySize);
        _stops = new StopMatcher(options.Stop);
        _submitted = clock.GetTimestamp();
        _isFirstText = prompt.All(id => id < tokenizer.VocabularySize && tokenizer.IsSpecial(id));
        CancellationToken = cancellationToken;
    }

    public CancellationToken CancellationToken { get; }

    /// <summary>The caller's end; unbounded, because at most <see cref="GenerationOptions.MaxTokens"/> updates are written.</summary>
    public Channel<GenerationUpdate> Updates { get; } =
        Channel.CreateUnbounded<GenerationUpdate>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    public bool IsDone { get; private set; }

    public int PromptLength => _promptIds.Length;

    /// <summary>True for the first who asks: the engine that admits it, or the caller that leaves before.</summary>
    public bool TryClaim() => Interlocked.Exchange(ref _claimed, 1) == 0;

    public bool IsStarted => _session is not null;

    public void Start(IDecoder decoder)
    {
        _started = _clock.GetTimestamp();
        _session = decoder.CreateSession(_prompt.Count + _maxTokens);
        _sampler = new Sampler(_choices, _options, _random);
        _sampler.ObservePrompt(_prompt);
        if (_options.PromptLogprobs)
        {
            _promptLogprobs.Add(null);
        }
    }

    /// <summary>Runs one turn: a chunk of the prompt, or one token.</summary>
    public void Step(int promptChunkTokens)
    {
        if (_promptPosition < _promptIds.Length)
        {
            StepPrompt(_options.PromptLogprobs ? Math.Min(promptChunkTokens, MostScoredTokens) : promptChunkTokens);
        }
        else
        {
            Emit(SelectNext(_session!.Forward(_next)));
        }
    }

    public void Fail(Exception error)
    {
        IsDone = true;
        Updates.Writer.TryComplete(error);
    }

    public void Dispose()
    {
        IsDone = true;
        _session?.Dispose();
        _session = null;
        Updates.Writer.TryComplete();
    }

    private void StepPrompt(int chunkTokens)
    {
        var chunk = _promptIds.AsSpan(_promptPosition, Math.Min(chunkTokens, _promptIds.Length - _promptPosition));
        ReadOnlySpan<float> logits;
        if (_options.PromptLogprobs)
        {
            logits = ForwardWithLogprobs(chunk);
        }
        else
        {
            logits = _session!.Forward(chunk);
        }

        _promptPosition += chunk.Length;
        if (_promptPosition < _promptIds.Length)
        {
            return;
        }

        _promptDone = _clock.GetTimestamp();
        _rows = [];
        Updates.Writer.TryWrite(new GenerationUpdate { PromptLogprobs = _promptLogprobs });
        Emit(SelectNext(logits));
    }

    private ReadOnlySpan<float> ForwardWithLogprobs(ReadOnlySpan<int> chunk)
    {
        var width = _logitWidth;
        if (_rows.Length < chunk.Length * width)
        {
            _rows = new float[chunk.Length * width];
        }

        var rows = _rows.AsSpan(0, chunk.Length * width);
        _session!.ForwardAll(chunk, rows);
        for (var i = 0; i < chunk.Length; i++)
        {
            var target = _promptPosition + i + 1;
            if (target < _promptIds.Length)
            {
                _promptLogprobs.Add(LogprobReader.Read(rows.Slice(i * width, width), _promptIds[target], _options.Logprobs ?? 0, _choices));
            }
        }

        return rows[^width..];
    }

    /// <summary>Samples, and keeps the log-probabilities when asked for. The part of a step that allocates nothing.</summary>
    [HotPath]
    private (int Id, TokenLogprob? Logprob) SelectNext(ReadOnlySpan<float> logits)
    {
        if (!float.IsFinite(LogitScan.Max(logits)))
        {
            ThrowNotFinite();
        }

        var id = _sampler.Next(logits[.._choices]);
        _next[0] = id;
        _generated++;
        return (id, _options.Logprobs is { } top ? LogprobReader.Read(logits, id, top, _choices) : null);
    }

    private void ThrowNotFinite() => throw new ModelException(
        "RUN0304",
        $"Generation stopped: the model produced logits that are not finite numbers at position {_session!.Position}; "
        + "expected finite values. The weights may be damaged: check them with 'gyre doctor' or fetch the model again.");

    private void Emit((int Id, TokenLogprob? Logprob) step)
    {
        var isEnd = !_options.IgnoreEnd && Contains(_endIds, step.Id);
        var text = "";
        var isStopped = false;
        if (!isEnd)
        {
            (text, isStopped) = _stops.Feed(_texts.Decode(step.Id, ref _isFirstText, _utf8));
        }

        Updates.Writer.TryWrite(new GenerationUpdate { Text = text, TokenId = step.Id, IsEnd = isEnd, Logprob = step.Logprob });
        if (isEnd || isStopped)
        {
            Finish(FinishReason.Stop, flushes: isEnd);
        }
        else if (_generated >= _maxTokens)
        {
            Finish(FinishReason.Length, flushes: true);
        }
    }

    private void Finish(FinishReason reason, bool flushes)
    {
        var text = "";
        if (flushes)
        {
            var (last, isStopped) = _stops.Feed(_utf8.Flush());
            text = isStopped ? last : last + _stops.Flush();
            reason = isStopped ? FinishReason.Stop : reason;
        }

        var now = _clock.GetTimestamp();
        var usage = new GenerationUsage(
            _promptIds.Length,
            _generated,
            CachedTokens: 0,
            _clock.GetElapsedTime(_submitted, _started),
            _clock.GetElapsedTime(_started, _promptDone),
            _clock.GetElapsedTime(_promptDone, now));
        Updates.Writer.TryWrite(new GenerationUpdate { Text = text, FinishReason = reason, Usage = usage });
        IsDone = true;
    }

    private static bool Contains(IReadOnlyList<int> ids, int id)
    {
        for (var i = 0; i < ids.Count; i++)
        {
            if (ids[i] == id)
            {
                return true;
            }
        }

        return false;
    }
}
