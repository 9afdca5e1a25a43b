using Gyre.Models.Architectures;
using Gyre.Tensors;

namespace Gyre.Models.Generation;

/// <summary>
/// Chooses what runs next: in every step each generating sequence has its token, and sequences that read a prompt share
/// the rest of the step's tokens evenly. Sequences come and go between steps.
/// </summary>
/// <remarks>
/// When the cache is full, the sequence that came last gives its keys and values up and reads them again later; its
/// tokens stay those of a solo run.
/// <para>Source: G.-I. Yu et al., "Orca", 2022 (iteration-level scheduling); A. Agrawal et al., "Sarathi-Serve", 2024 (prompts in chunks beside decodes).</para>
/// </remarks>
internal sealed class BatchScheduler(IDecoder decoder, TextGeneratorOptions options, DraftModel? draftModel)
{
    /// <summary>Drafts pay while weights are read for few rows.</summary>
    private const int MostRowsWithDrafts = 8;

    private readonly DecoderBatch _batch = new();
    private readonly List<GenerationSequence> _entries = [];
    private readonly List<GenerationSequence> _generating = [];
    private int _turn;

    /// <summary>One step of the running sequences; a sequence's failure is its caller's, never the engine's.</summary>
    /// <param name="active">The sequences in the order of their arrival.</param>
    /// <returns>False when nothing could be run.</returns>
    [HotPath]
    public bool Step(List<GenerationSequence> active)
    {
        _batch.Clear();
        _entries.Clear();
        foreach (var sequence in active)
        {
            Prepare(sequence, active);
        }

        AddGenerating(active);
        AddReading(active);
        if (_entries.Count == 0)
        {
            return false;
        }

        if (TryRun())
        {
            for (var i = 0; i < _entries.Count; i++)
            {
                Take(i);
            }
        }

        return true;
    }

    /// <summary>Starts a sequence that has room, or has room again.</summary>
    private void Prepare(GenerationSequence sequence, List<GenerationSequence> active)
    {
        if (sequence.CancellationToken.IsCancellationRequested)
        {
            sequence.Fail(new OperationCanceledException(sequence.CancellationToken));
        }

        if (sequence.IsDone || sequence.IsRunning || (active[0] != sequence && decoder.FreeCachedTokens <= sequence.RoomToStart))
        {
            return;
        }

        try
        {
            sequence.Start(decoder, active);
        }
        catch (Exception error)
        {
            Fail(sequence, error);
        }
    }

    private void AddGenerating(List<GenerationSequence> active)
    {
        _generating.Clear();
        _turn++;
        for (var i = 0; i < active.Count; i++)
        {
            var sequence = active[(i + _turn) % active.Count];
            if (IsReady(sequence) && !sequence.IsReading && _generating.Count < decoder.MaxBatchTokens)
            {
                _generating.Add(sequence);
            }
        }

        AddDrafts();
        foreach (var sequence in _generating)
        {
            if (IsReady(sequence) && _batch.Tokens < decoder.MaxBatchTokens)
            {
                Add(sequence, 1, 1 + sequence.Drafts, active);
            }
        }
    }

    private void AddDrafts()
    {
        var count = _generating.Count;
        var most = count is 0 or > MostRowsWithDrafts ? 0 : Math.Min(options.MaxDraftTokens, Math.Min(2 * MostRowsWithDrafts, decoder.MaxBatchTokens) / count - 1);
        foreach (var sequence in _generating)
        {
            sequence.Draft(most);
        }

        if (draftModel is null || most < 1)
        {
            return;
        }

        try
        {
            draftModel.Draft(_generating);
        }
        catch (OutOfMemoryException)
        {
            // A draft is a help, not a need: without room for it the tokens are the same.
            _generating.ForEach(sequence => sequence.DropDraft());
        }
        catch (Exception error)
        {
            // A smaller model that cannot run is told of, not left out in silence.
            _generating.ForEach(sequence => Fail(sequence, error));
        }
    }

    private void AddReading(List<GenerationSequence> active)
    {
        var readers = 0;
        foreach (var sequence in active)
        {
            readers += IsReady(sequence) && sequence.IsReading && !sequence.IsWaiting() ? 1 : 0;
        }

        var left = Math.Min(options.PromptChunkTokens, decoder.MaxBatchTokens - _batch.Tokens);
        for (var i = 0; i < active.Count && left > 0; i++)
        {
            var sequence = active[(i + _turn) % active.Count];
            if (!IsReady(sequence) || !sequence.IsReading || sequence.IsWaiting())
            {
                continue;
            }

            var share = Math.Min(sequence.Pending, Math.Max(1, left / Math.Max(1, readers--)));
            var before = _batch.Tokens;
            Add(sequence, share, share, active);
            left -= _batch.Tokens - before;
        }
    }

    /// <summary>Adds a sequence's tokens when the cache has room for them, if need be room that later sequences gave up.</summary>
    private void Add(GenerationSequence sequence, int tokens, int rows, List<GenerationSequence> active)
    {
        try
        {
            while (!sequence.TryReserve(rows))
            {
                // Without one it waits for a step: those that run in this one will end or make room in the next.
                var last = LastHolder(active);
                last?.MakeRoom();
                if (last is null || last == sequence)
                {
                    return;
                }
            }

            sequence.Offer(_batch, tokens);
            _entries.Add(sequence);
        }
        catch (Exception error)
        {
            Fail(sequence, error);
        }
    }

    /// <summary>The sequence that came last among those that hold pages and are not in this step's batch.</summary>
    private GenerationSequence? LastHolder(List<GenerationSequence> active)
    {
        for (var i = active.Count - 1; i >= 0; i--)
        {
            if (IsReady(active[i]) && !_entries.Contains(active[i]))
            {
                return active[i];
            }
        }

        return null;
    }

    private bool TryRun()
    {
        try
        {
            decoder.Forward(_batch);
            return true;
        }
        catch (Exception error)
        {
            foreach (var sequence in _entries)
            {
                Fail(sequence, error);
            }

            return false;
        }
    }

    private void Take(int entry)
    {
        try
        {
            _entries[entry].Take(_batch, entry);
        }
        catch (Exception error)
        {
            Fail(_entries[entry], error);
        }
    }

    private static bool IsReady(GenerationSequence sequence) => sequence.IsRunning && !sequence.IsDone;

    private static void Fail(GenerationSequence sequence, Exception error) => sequence.Fail(error is OutOfMemoryException
        ? new ModelException(
            "RUN0309",
            $"Generation ended early: there is no memory for the keys and values of {sequence.PromptLength:N0} prompt tokens and their answer. Shorten the prompt, ask for fewer tokens, or try again when fewer requests run.",
            error)
        : error);
}
