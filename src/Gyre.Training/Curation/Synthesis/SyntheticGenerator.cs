using System.Text.RegularExpressions;
using Gyre.Contracts;
using Gyre.Evaluation.Metrics.Overlap;
using Gyre.Training.Curation.Records;
using Gyre.Training.Curation.Words;
using Microsoft.Extensions.AI;

namespace Gyre.Training.Curation.Synthesis;

/// <summary>Has a model write records from seeds, checks each, and keeps what passes.</summary>
/// <remarks>
/// Every record is checked for its form, its length, and that its prompt is new: ROUGE-L to every prompt of the pool of seeds and accepted
/// records at most the bound. A paraphrase must keep every number. An answer from a passage must be made of the passage's words for the
/// greater part. A round trip or a judge is asked where the options say so. What fails is tried again within bounds; when too many
/// records in a row fail, the result is what there is and says why.
/// <para>Owns: nothing. One run at a time. A run with a journal goes on behind the last attempt in it and asks nothing twice.</para>
/// <para>Source: Y. Wang et al., "Self-Instruct", 2023, for instructions from seeds and the bound of 0.7.</para>
/// </remarks>
public sealed partial class SyntheticGenerator
{
    private const double LeastGrounding = 0.5;
    private const int MostShownSeedCharacters = 2000;
    private const int SlotsPerRecord = 10;

    private readonly SynthesisOptions _options;
    private readonly IChatClient _model;
    private readonly IChatClient _judge;
    private readonly Rouge _rouge = new(new RougeOptions { Measure = RougeMeasure.LongestSubsequence });

    /// <summary>A generator.</summary>
    /// <param name="options">What is wanted.</param>
    /// <param name="model">The model that writes.</param>
    /// <param name="judge">The model that judges; may be the same.</param>
    public SyntheticGenerator(SynthesisOptions options, IChatClient model, IChatClient judge)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(judge);
        (_options, _model, _judge) = (options, model, judge);
    }

    /// <summary>Writes records.</summary>
    /// <param name="seeds">The seeds; those without what the method needs (a prompt, a text) are passed over.</param>
    /// <param name="journal">What was asked before; receives every attempt.</param>
    /// <param name="progress">Told how many records there are; null for nobody.</param>
    /// <param name="cancellationToken">Ends the run; the journal has what was done.</param>
    /// <remarks>Errors: TRN0521 no seed has what the method needs; TRN0510 the journal cannot be written.</remarks>
    public async Task<SynthesisResult> RunAsync(IReadOnlyList<CurationRecord> seeds, SynthesisJournal journal, Action<long>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(seeds);
        ArgumentNullException.ThrowIfNull(journal);
        CurationRecord[] usable = [.. seeds.Where(IsUsable)];
        if (usable.Length == 0)
        {
            throw new TrainingException("TRN0521", $"Writing records for '{_options.Name}' failed: none of the {seeds.Count} seeds has {(_options.Method == SynthesisMethod.Questions ? "a text" : "a prompt")}; expected at least one. Name other sources as seeds, or their columns.");
        }

        var state = new State { Pool = [.. usable.Select(AskedOf)] };
        foreach (var attempt in journal.Attempts)
        {
            state.Take(attempt, _options.Attempts);
        }

        var order = new SeededRandom(_options.Seed).Fork($"synthesis {_options.Name}");
        var places = Enumerable.Range(0, usable.Length).ToArray();
        order.Shuffle(places.AsSpan());
        var reason = "";
        while (state.Accepted.Count < _options.Count)
        {
            cancellationToken.ThrowIfCancellationRequested();
            reason = state.FailuresInARow >= _options.MostFailuresInARow ? $"{state.FailuresInARow} records in a row failed {_options.Attempts} attempts each, the last by {state.LastRule}: {state.LastReason}"
                : _options.Method == SynthesisMethod.Answers && state.Slot >= usable.Length ? $"each of the {usable.Length} seeds was asked"
                : state.Slot >= (long)_options.Count * SlotsPerRecord ? $"{state.Slot} records were tried, {SlotsPerRecord} for each that is wanted" : "";
            if (reason.Length > 0)
            {
                break;
            }

            var random = order.Fork($"{state.Slot}.{state.Attempt}");
            var seed = usable[places[state.Slot % places.Length]];
            var attempt = await TryAsync(state, seed, random, cancellationToken);
            journal.Add(attempt);
            state.Take(attempt, _options.Attempts);
            if (attempt.Record is not null)
            {
                progress?.Invoke(state.Accepted.Count);
            }
        }

        return new SynthesisResult
        {
            Records = state.Accepted,
            Asked = state.Asked,
            Rejected = state.Rejected,
            IsWhole = state.Accepted.Count >= _options.Count,
            Reason = reason,
        };
    }

    private async Task<SynthesisAttempt> TryAsync(State state, CurationRecord seed, SeededRandom random, CancellationToken cancellationToken)
    {
        var (slot, attempt) = (state.Slot, state.Attempt);
        try
        {
            var (record, rule, reason) = await WriteAsync(state, seed, random, slot, cancellationToken);
            return new SynthesisAttempt(slot, attempt, record, rule, reason);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Any client may stand here, so any exception may; it is kept as the attempt's reason, and a few in a row end the run.
            return new SynthesisAttempt(slot, attempt, null, "call", $"{error.GetType().Name}: {error.Message}");
        }
    }

    private async Task<(CurationRecord? Record, string Rule, string Reason)> WriteAsync(State state, CurationRecord seed, SeededRandom random, int slot, CancellationToken cancellationToken)
    {
        var passage = _options.Method == SynthesisMethod.Questions ? Cut(seed.Text) : "";
        var (prompt, usedSeeds) = _options.Method switch
        {
            SynthesisMethod.Instructions => await NewInstructionAsync(state, random, cancellationToken),
            SynthesisMethod.Paraphrase => (SynthesisPrompts.FirstItem(await AskAsync(_model, SynthesisPrompts.Paraphrase(AskedOf(seed)), random, cancellationToken)), seed.Hash),
            SynthesisMethod.Questions => (SynthesisPrompts.FirstItem(await AskAsync(_model, SynthesisPrompts.Question(passage), random, cancellationToken)), seed.Hash),
            _ => (AskedOf(seed), seed.Hash),
        };
        if (CheckPrompt(prompt, seed, state) is { } promptFault)
        {
            return (null, promptFault.Rule, promptFault.Reason);
        }

        var known = _options.Method == SynthesisMethod.Paraphrase ? AnswerOf(seed) : "";
        var request = passage.Length > 0 ? SynthesisPrompts.AnswerFrom(passage, prompt) : prompt;
        var answer = known.Length > 0 ? known : (await AskAsync(_model, request, random, cancellationToken)).Trim();
        answer = passage.Length > 0 ? SynthesisPrompts.FirstItem(answer) : answer;
        if (CheckAnswer(answer, passage) is { } answerFault)
        {
            return (null, answerFault.Rule, answerFault.Reason);
        }

        if (await AskAgainAsync(prompt, request, answer, random, cancellationToken) is { } disagreement)
        {
            return (null, disagreement.Rule, disagreement.Reason);
        }

        return (Record(seed, prompt, answer, usedSeeds, slot), "", "");
    }

    private async Task<(string Prompt, string Seeds)> NewInstructionAsync(State state, SeededRandom random, CancellationToken cancellationToken)
    {
        // Mostly seeds, some of what was written: as the source does, so that the pool widens without drifting off.
        var examples = new List<string>();
        var fromPool = state.Pool.Count - state.Accepted.Count;
        for (var shot = 0; shot < _options.Shots; shot++)
        {
            var isOwn = state.Accepted.Count > 0 && shot % 4 == 3;
            var pick = isOwn ? fromPool + random.NextInt32(state.Accepted.Count) : random.NextInt32(fromPool);
            if (!examples.Contains(state.Pool[pick], StringComparer.Ordinal))
            {
                examples.Add(state.Pool[pick]);
            }
        }

        return (SynthesisPrompts.FirstItem(await AskAsync(_model, SynthesisPrompts.NewInstruction([.. examples.Select(Cut)]), random, cancellationToken)), "");
    }

    private (string Rule, string Reason)? CheckPrompt(string prompt, CurationRecord seed, State state)
    {
        var words = WordHashes.Of(prompt).Length;
        if (words < _options.LeastWords.Prompt || words > _options.MostWords.Prompt)
        {
            return ("prompt.length", $"{words} words; expected {_options.LeastWords.Prompt} to {_options.MostWords.Prompt}");
        }

        if (_options.Method == SynthesisMethod.Answers)
        {
            return null;
        }

        if (SynthesisPrompts.IsRefusal(prompt))
        {
            return ("prompt.refusal", "the model declined");
        }

        if (_options.Method == SynthesisMethod.Questions && !prompt.TrimEnd().EndsWith('?'))
        {
            return ("prompt.form", "it is no question: there is no question mark at its end");
        }

        if (_options.Method == SynthesisMethod.Paraphrase && Numbers().Matches(AskedOf(seed)).Select(match => match.Value).FirstOrDefault(number => !Numbers().Matches(prompt).Any(match => match.Value == number)) is { } lost)
        {
            return ("prompt.number-lost", $"the number {lost} of the seed is missing");
        }

        var (highest, like) = Similarity(prompt, state.Pool);
        return highest > _options.MostSimilarity ? ("prompt.not-new", $"ROUGE-L {highest:0.00} to '{Short(like)}'; at most {_options.MostSimilarity:0.00}") : null;
    }

    private (string Rule, string Reason)? CheckAnswer(string answer, string passage)
    {
        var words = WordHashes.Of(answer);
        if (words.Length < _options.LeastWords.Answer || words.Length > _options.MostWords.Answer)
        {
            return ("answer.length", $"{words.Length} words; expected {_options.LeastWords.Answer} to {_options.MostWords.Answer}");
        }

        if (SynthesisPrompts.IsRefusal(answer))
        {
            return ("answer.refusal", "the model declined");
        }

        if (passage.Length > 0)
        {
            var known = new HashSet<ulong>(WordHashes.Of(passage));
            var share = words.Count(known.Contains) / (double)words.Length;
            if (share < LeastGrounding)
            {
                return ("answer.not-in-passage", $"{share:P0} of its words stand in the passage; expected {LeastGrounding:P0}");
            }
        }

        return null;
    }

    private async Task<(string Rule, string Reason)?> AskAgainAsync(string prompt, string request, string answer, SeededRandom random, CancellationToken cancellationToken)
    {
        switch (_options.Check)
        {
            case SynthesisCheck.RoundTrip:
                var second = await AskAsync(_model, request, random, cancellationToken);
                var agreement = WordOverlap(answer, second);
                return agreement < _options.LeastAgreement ? ("check.round-trip", $"a second answer shares {agreement:P0} of its words; expected {_options.LeastAgreement:P0}") : null;
            case SynthesisCheck.Judge:
                return SynthesisPrompts.IsYes(await AskAsync(_judge, SynthesisPrompts.Verdict(prompt, answer), random, cancellationToken)) switch
                {
                    true => null,
                    false => ("check.judge", "the judge says that the answer is not right, complete and to the point"),
                    null => ("check.judge-unreadable", "the judge says neither yes nor no"),
                };
            default:
                return null;
        }
    }

    private async Task<string> AskAsync(IChatClient client, string text, SeededRandom random, CancellationToken cancellationToken)
    {
        var options = new ChatOptions { Temperature = (float)_options.Temperature, MaxOutputTokens = _options.MostTokens, Seed = (long)(random.NextUInt64() >> 33) };
        var reply = await client.GetResponseAsync([new ChatMessage(ChatRole.User, text)], options, cancellationToken);
        return reply.Text;
    }

    private CurationRecord Record(CurationRecord seed, string prompt, string answer, string usedSeeds, int slot)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal) { ["synthesis"] = _options.Method.ToString().ToLowerInvariant() };
        if (usedSeeds.Length > 0)
        {
            fields["seed"] = usedSeeds[..24];
        }

        return new CurationRecord
        {
            Shape = seed.Shape == RecordShape.Conversation ? RecordShape.Conversation : RecordShape.Completion,
            Parts = seed.Shape == RecordShape.Conversation ? [new RecordPart("user", prompt), new RecordPart("assistant", answer)] : [new RecordPart("prompt", prompt), new RecordPart("completion", answer)],
            Origin = new RecordOrigin($"synthetic:{_options.Model}", _options.Name, slot + 1, _options.Licence),
            Fields = fields,
        };
    }

    private (double Highest, string Like) Similarity(string prompt, List<string> pool)
    {
        var (highest, like) = (0.0, "");
        foreach (var other in pool)
        {
            var score = _rouge.Sentence(prompt, [other]).F;
            (highest, like) = score > highest ? (score, other) : (highest, like);
        }

        return (highest, like);
    }

    private static double WordOverlap(string one, string other)
    {
        var counts = WordHashes.Of(one).CountBy(word => word).ToDictionary();
        var (left, right) = (counts.Values.Sum(), 0);
        var shared = 0;
        foreach (var word in WordHashes.Of(other))
        {
            right++;
            if (counts.TryGetValue(word, out var count) && count > 0)
            {
                counts[word] = count - 1;
                shared++;
            }
        }

        return left + right == 0 ? 0 : 2.0 * shared / (left + right);
    }

    private bool IsUsable(CurationRecord seed) => _options.Method == SynthesisMethod.Questions ? WordHashes.Of(seed.Text).Length >= 8 : WordHashes.Of(AskedOf(seed)).Length > 0;

    private static string AskedOf(CurationRecord seed) => seed.Shape switch
    {
        RecordShape.Conversation => seed.TextOf("user"),
        RecordShape.Text => seed.Text,
        _ => seed.TextOf("prompt"),
    };

    private static string AnswerOf(CurationRecord seed) => seed.Shape switch
    {
        RecordShape.Conversation => seed.TextOf("assistant"),
        RecordShape.Completion => seed.TextOf("completion"),
        RecordShape.Preference => seed.TextOf("chosen"),
        _ => "",
    };

    private static string Cut(string text) => text.Length <= MostShownSeedCharacters ? text : text[..(char.IsHighSurrogate(text[MostShownSeedCharacters - 1]) ? MostShownSeedCharacters - 1 : MostShownSeedCharacters)];

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";

    [GeneratedRegex(@"\d+(?:[.,]\d+)*", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Numbers();

    /// <summary>Where the run is; the same after the same attempts, whether they were made now or stand in a journal.</summary>
    private sealed class State
    {
        public required List<string> Pool { get; init; }

        public List<CurationRecord> Accepted { get; } = [];

        public SortedDictionary<string, long> Rejected { get; } = new(StringComparer.Ordinal);

        public long Asked { get; private set; }

        public int Slot { get; private set; }

        public int Attempt { get; private set; }

        public int FailuresInARow { get; private set; }

        public string LastRule { get; private set; } = "";

        public string LastReason { get; private set; } = "";

        public void Take(SynthesisAttempt attempt, int mostAttempts)
        {
            Asked++;
            if (attempt.Record is { } record)
            {
                Accepted.Add(record);
                Pool.Add(AskedOf(record));
                (Slot, Attempt, FailuresInARow) = (attempt.Slot + 1, 0, 0);
                return;
            }

            Rejected[attempt.Rule] = Rejected.GetValueOrDefault(attempt.Rule) + 1;
            (LastRule, LastReason) = (attempt.Rule, attempt.Reason);
            (Slot, Attempt) = (attempt.Slot, attempt.Attempt + 1);
            if (Attempt >= mostAttempts)
            {
                (Slot, Attempt) = (attempt.Slot + 1, 0);
                FailuresInARow++;
            }
        }
    }
}
