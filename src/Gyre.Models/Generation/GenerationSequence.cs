using System.Threading.Channels;
using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Constraints;
using Gyre.Models.Tokenizers;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Generation;

/// <summary>One running request: its tokens, session, sampler, text decoding and the channel its caller reads.</summary>
/// <remarks>
/// A sequence offers the tokens that its session has not read yet, whether they are of the prompt, the one just chosen
/// or all of them after it had to make room: the last one's logits give the next token.
/// <para>Owns: its session, and the use of its adapter, which must stay also while it waits or makes room and has no session. Used by the engine's thread only, but for <see cref="Updates"/>.</para>
/// </remarks>
internal sealed class GenerationSequence : IDisposable
{
    /// <summary>Prompt tokens scored at once: their rows of logits lie in memory together.</summary>
    private const int MostScoredTokens = 32;

    /// <summary>Tokens of an answer that there is room for from the start.</summary>
    private const int FirstRoom = 1024;

    private readonly GenerationOptions _options;
    private readonly IReadOnlyList<int> _endIds;
    private readonly TimeProvider _clock;
    private readonly SeededRandom _random;
    private readonly int _choices;
    private readonly StopMatcher _stops;
    private readonly TokenTexts _texts;
    private readonly Utf8StreamDecoder _utf8 = new();
    private readonly List<TokenLogprob?> _promptLogprobs = [];
    private readonly int _promptLength;
    private readonly ConstraintState? _constraint;
    private readonly int _maxTokens;
    private readonly long _submitted;
    private readonly PromptLookup? _lookup;
    private readonly int _maxDraftTokens;
    private Sampler? _sampler;
    private float[] _ruled = [];
    private int[] _tokens;
    private int _count;
    private IDecoderSession? _session;
    private readonly IAdapterUse? _adapter;
    private GenerationSequence? _leader;
    private int _sharedTokens;
    private int _drafts;
    private bool _isModelsDraft;
    private int _draftLength = 2;
    private int _cachedTokens;
    private long _started;
    private long _promptDone;
    private bool _isPromptDone;
    private bool _isFirstText;
    private int _claimed;

    public GenerationSequence(
        IReadOnlyList<int> prompt,
        GenerationOptions options,
        IReadOnlyList<int> endIds,
        ITokenizer tokenizer,
        TokenTexts texts,
        ConstraintVocabulary? vocabulary,
        IDecoder decoder,
        IAdapterUse? adapter,
        SeededRandom random,
        TimeProvider clock,
        int maxDraftTokens,
        CancellationToken cancellationToken)
    {
        _promptLength = _count = prompt.Count;
        _options = options;
        _endIds = endIds;
        _texts = texts;
        _clock = clock;
        _adapter = adapter;

        // An adapter's virtual tokens stand before a prompt, or before a source, which has places of its own.
        _maxTokens = Math.Min(options.MaxTokens, decoder.ContextLength - prompt.Count - (decoder is IEncoderDecoder ? 0 : VirtualTokens));
        _tokens = new int[prompt.Count + Math.Min(_maxTokens, FirstRoom)];
        for (var i = 0; i < prompt.Count; i++)
        {
            _tokens[i] = prompt[i];
        }

        _random = random;
        _maxDraftTokens = maxDraftTokens;
        _lookup = maxDraftTokens > 0 ? new PromptLookup(maxDraftTokens) : null;

        // A network may have more logits than its vocabulary has tokens; what has no text is never chosen.
        _choices = Math.Min(decoder.VocabularySize, tokenizer.VocabularySize);
        _stops = new StopMatcher(options.Stop);
        _submitted = clock.GetTimestamp();
        _isFirstText = prompt.All(id => id < tokenizer.VocabularySize && tokenizer.IsSpecial(id));
        _constraint = vocabulary is null ? null : options.Constraint?.Start(vocabulary, _isFirstText);
        CancellationToken = cancellationToken;
    }

    public CancellationToken CancellationToken { get; }

    /// <summary>What the answer belongs to, for a network that reads sources; null otherwise.</summary>
    public IReadOnlyList<int>? Source { get; init; }

    /// <summary>What the model's settings forbid or force; null for nothing.</summary>
    public AnswerRules? Rules { get; init; }

    /// <summary>Tokens that it needs room for when it starts; a source has pages of its own.</summary>
    public int RoomToStart => _count + (Source is null
        ? VirtualTokens % KeyValueBlock.Tokens
        : (Source.Count + VirtualTokens + KeyValueBlock.Tokens - 1) / KeyValueBlock.Tokens * KeyValueBlock.Tokens);

    /// <summary>The caller's end; unbounded, because at most <see cref="GenerationOptions.MaxTokens"/> updates are written.</summary>
    public Channel<GenerationUpdate> Updates { get; } =
        Channel.CreateUnbounded<GenerationUpdate>(new UnboundedChannelOptions { SingleReader = true, SingleWriter = true });

    public bool IsDone { get; private set; }

    public int PromptLength => _promptLength;

    /// <summary>True while it has a session: from its start on, but for times when it makes room for others.</summary>
    public bool IsRunning => _session is not null;

    /// <summary>Tokens that its session has not read yet; at least one.</summary>
    public int Pending => _count - (_session?.Position ?? 0);

    /// <summary>True while more than the token just chosen is to be read.</summary>
    public bool IsReading => Pending > 1;

    /// <summary>Tokens it has so far.</summary>
    public int Count => _count;

    private int VirtualTokens => _adapter?.VirtualTokens ?? 0;

    private ReadOnlySpan<int> Tokens => _tokens.AsSpan(0, _count);

    /// <summary>True for the first who asks: the engine that admits it, or the caller that leaves before.</summary>
    public bool TryClaim() => Interlocked.Exchange(ref _claimed, 1) == 0;

    /// <summary>Opens a session, which begins with what the model has read before.</summary>
    /// <param name="decoder">The model.</param>
    /// <param name="others">Sequences that may be reading the same beginning at the moment; this one then waits for it.</param>
    public void Start(IDecoder decoder, IReadOnlyList<GenerationSequence> others)
    {
        if (_sampler is null)
        {
            _started = _clock.GetTimestamp();
            _sampler = new Sampler(_choices, _options, _random, _constraint);
            _ruled = Rules is null ? [] : new float[_choices];
            _sampler.ObservePrompt(_tokens.AsSpan(0, _promptLength));
            if (_options.PromptLogprobs)
            {
                _promptLogprobs.Add(null);
            }
        }

        _session = Source is not null ? SourceDecoder.Open(decoder, Source, _adapter, MostTokens)
            : _adapter is not null ? decoder.CreateSession(_adapter, MostTokens)
            : decoder.CreateSession(MostTokens);
        TakePrefix();
        if (!_options.PromptLogprobs)
        {
            Follow(others);
        }
    }

    /// <summary>Whether it waits for another sequence that is reading what it begins with.</summary>
    public bool IsWaiting()
    {
        if (_leader is null)
        {
            return false;
        }

        if (!_leader.IsDone && _leader.IsRunning && _leader._session!.Position < _sharedTokens) // Running: it has a session.
        {
            return true;
        }

        _leader = null;
        _session!.Truncate(0); // Who waits has been started.
        TakePrefix();
        return false;
    }

    /// <summary>Gives its keys and values up; what they held is read again after the next start.</summary>
    public void MakeRoom()
    {
        _session?.Dispose();
        DraftSession?.Dispose();
        (_session, _leader, DraftSession, _drafts) = (null, null, null, 0);
    }

    /// <summary>Makes sure that this many tokens can be run; false when the cache is full.</summary>
    public bool TryReserve(int tokens) => _session!.TryReserve(tokens); // Asked of running sequences only.

    /// <summary>Its tokens at most, prompt and answer.</summary>
    public int MostTokens => _promptLength + _maxTokens;

    /// <summary>Tokens that are drafted for the next offer.</summary>
    public int Drafts => _drafts;

    /// <summary>How many tokens a model should draft; follows how many of them were right.</summary>
    public int DraftLength { get; private set; }

    /// <summary>Whether a model's draft is welcome: there is no other.</summary>
    public bool WantsDraft => _drafts == 0 && DraftLength > 0;

    /// <summary>Its session of the model that drafts.</summary>
    public IDecoderSession? DraftSession { get; set; }

    /// <summary>Tokens that the model that drafts has not read, drafts included.</summary>
    public ReadOnlySpan<int> Undrafted => _tokens.AsSpan(DraftSession!.Position, _count + _drafts - DraftSession.Position); // Asked for with a session.

    /// <summary>Drafts what may follow from its own text, for the next offer.</summary>
    /// <param name="most">Tokens at most; 0 for no draft.</param>
    public void Draft(int most)
    {
        (_drafts, _isModelsDraft) = (0, false);
        most = IsReading || !_isPromptDone ? 0 : Math.Min(most, MostTokens - _count - 1);
        DraftLength = Math.Min(most, _draftLength);
        if (_lookup is null || most < 1)
        {
            return;
        }

        MakeRoomFor(_count + most);
        _drafts = _lookup.Draft(Tokens, _tokens.AsSpan(_count, most));
    }

    /// <summary>Adds a token of a model's draft; false when it is long enough.</summary>
    public bool AddDraft(int id)
    {
        _isModelsDraft = true;
        _tokens[_count + _drafts++] = id;
        return _drafts < DraftLength;
    }

    /// <summary>Gives the draft up.</summary>
    public void DropDraft() => _drafts = 0;

    /// <summary>Puts its next tokens into a batch.</summary>
    public void Offer(DecoderBatch batch, int most)
    {
        var position = _session!.Position; // Asked of running sequences only.
        var isScored = _options.PromptLogprobs && position < _promptLength;
        var count = Math.Min(Pending, isScored ? Math.Min(most, MostScoredTokens) : most);
        var wanted = isScored || _drafts > 0 ? LogitRows.All : position + count == _count ? LogitRows.Last : LogitRows.None;
        batch.Add(_session, _tokens.AsSpan(position, count + _drafts), wanted);
    }

    /// <summary>Takes what a batch gave for its tokens.</summary>
    public void Take(DecoderBatch batch, int entry)
    {
        var rows = batch.TokensOf(entry).Length;
        var start = _session!.Position - rows; // It has just been run.
        if (!batch.IsFinite(entry))
        {
            ThrowNotFinite(batch.TokensOf(entry).ToArray(), start);
        }

        if (_options.PromptLogprobs && start < _promptLength)
        {
            Score(batch, entry, start, rows);
        }

        if (start + rows < _count)
        {
            KeepPrefix(start);
            return;
        }

        if (!_isPromptDone)
        {
            _isPromptDone = true;
            _promptDone = _clock.GetTimestamp();
            KeepPrefix(start);
            Updates.Writer.TryWrite(new GenerationUpdate { PromptLogprobs = _promptLogprobs });
        }

        Choose(batch, entry);
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
        DraftSession?.Dispose();
        _adapter?.Dispose();
        (_session, DraftSession) = (null, null);
        Updates.Writer.TryComplete();
    }

    /// <summary>Chooses the next token, and after it those that were drafted, as long as they are the ones that would be chosen.</summary>
    private void Choose(DecoderBatch batch, int entry)
    {
        var (drafts, first) = (_drafts, _count);
        _drafts = 0;
        var logitRow = batch.WantedOf(entry) - 1 - drafts;
        for (var i = 0; ; i++)
        {
            var step = SelectNext(batch.Logits(entry, logitRow + i));
            Emit(step);
            if (IsDone || i == drafts || _tokens[first + i] != step.Id)
            {
                Report(drafts, i);
                Append(first + i, step.Id);
                break;
            }

            _count++;
        }

        if (drafts > 0)
        {
            // What was read of wrong drafts is forgotten.
            _session!.Truncate(Math.Min(_session.Position, _count - 1)); // It has just been run.
        }
    }

    /// <summary>Notes how many drafted tokens were right.</summary>
    private void Report(int drafts, int right)
    {
        if (_isModelsDraft)
        {
            _draftLength = right == drafts ? Math.Min(_maxDraftTokens, _draftLength + 2) : Math.Max(1, right);
        }
        else
        {
            _lookup?.Report(drafts, right);
        }

        if (DraftSession is { } session)
        {
            session.Truncate(Math.Min(session.Position, _count));
        }
    }

    /// <summary>Samples, and keeps the log-probabilities when asked for. The part of a step that allocates nothing.</summary>
    [HotPath]
    private (int Id, TokenLogprob? Logprob) SelectNext(ReadOnlySpan<float> logits)
    {
        var choices = logits[.._choices];
        if (Rules is not null)
        {
            choices.CopyTo(_ruled);
            Rules.Apply<float>(Tokens, _promptLength, _maxTokens, _endIds, _ruled);
            choices = _ruled;
        }

        var id = _sampler!.Next(choices); // Made by the start.
        return (id, _options.Logprobs is { } top ? LogprobReader.Read(logits, id, top, _choices) : null);
    }

    private void Append(int place, int id)
    {
        MakeRoomFor(place + 1);
        _tokens[place] = id;
        _count = place + 1;
    }

    private void MakeRoomFor(int count)
    {
        if (_tokens.Length < count)
        {
            Array.Resize(ref _tokens, Math.Max(count, Math.Min(2 * _tokens.Length, _promptLength + _maxTokens)));
        }
    }

    private void Score(DecoderBatch batch, int entry, int start, int rows)
    {
        for (var i = 0; i < rows; i++)
        {
            // After it had to make room, a sequence reads again what it has scored already.
            var target = start + i + 1;
            if (target < _promptLength && target >= _promptLogprobs.Count)
            {
                _promptLogprobs.Add(LogprobReader.Read(batch.Logits(entry, i), _tokens[target], _options.Logprobs ?? 0, _choices));
            }
        }
    }

    private void TakePrefix()
    {
        if (!_options.PromptLogprobs)
        {
            var taken = _session!.TakePrefix(Tokens); // Called with a session only.
            if (!_isPromptDone)
            {
                _cachedTokens = Math.Min(taken, _promptLength);
            }
        }
    }

    /// <summary>Lets others begin with the pages that have become full since a position.</summary>
    private void KeepPrefix(int since)
    {
        var position = Math.Min(_session!.Position, _count); // Called with a session only.
        if (position / KeyValueBlock.Tokens > since / KeyValueBlock.Tokens)
        {
            _session.KeepPrefix(Tokens[..position]);
        }
    }

    private void Follow(IReadOnlyList<GenerationSequence> others)
    {
        for (var i = 0; i < others.Count; i++)
        {
            var other = others[i];
            if (other == this || other._options.Adapter != _options.Adapter || !other.IsRunning || other.IsDone || !other.IsReading || other._leader is not null)
            {
                continue;
            }

            var alike = Tokens[..^1].CommonPrefixLength(other.Tokens) / KeyValueBlock.Tokens * KeyValueBlock.Tokens;
            if (alike > Math.Max(_session!.Position, _leader is null ? 0 : _sharedTokens)) // The start has made it.
            {
                (_leader, _sharedTokens) = (other, alike);
            }
        }
    }

    /// <summary>Runs the tokens alone, so that the network tells where it went wrong.</summary>
    private void ThrowNotFinite(int[] tokens, int start)
    {
        _session!.Truncate(start); // It has just been run.
        _session.Forward(tokens);
        throw new ModelException(
            "RUN0304",
            $"Generation stopped: the model produced logits that are not finite numbers at position {_session.Position}; "
            + "expected finite values. The weights may be damaged: check them with 'gyre doctor' or fetch the model again.");
    }

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
        var isWhole = _constraint?.MustEnd ?? false;
        if (isEnd || isStopped || isWhole)
        {
            Finish(FinishReason.Stop, flushes: !isStopped);
        }
        else if (_count + 1 - _promptLength >= _maxTokens)
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

        KeepPrefix(0);
        var now = _clock.GetTimestamp();
        var usage = new GenerationUsage(
            Source?.Count ?? _promptLength,
            _count + 1 - _promptLength,
            _cachedTokens,
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
