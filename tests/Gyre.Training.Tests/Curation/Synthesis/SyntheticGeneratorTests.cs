using Gyre.Training.Curation.Records;
using Gyre.Training.Curation.Synthesis;
using Microsoft.Extensions.AI;
using static Gyre.Training.Tests.Curation.CurationBench;

namespace Gyre.Training.Tests.Curation.Synthesis;

public sealed class SyntheticGeneratorTests : IDisposable
{
    private static readonly CurationRecord[] Seeds = [Pair("Name 3 colours of the sea at dawn.", "Grey, pink and silver."), Pair("Explain why bread rises in a warm kitchen.", "Yeast makes gas."), Pair("Write a line about an old clock.", "It ticks on.")];
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Instructions_are_new_answered_and_say_who_wrote_them()
    {
        var model = new ScriptedModel(prompt => prompt.Contains("Write one more", StringComparison.Ordinal) ? $"Task 5: Describe the harbour number {Number()} and all its boats.\nTask 6: more" : "It is full of boats.");

        var result = await RunAsync(Options(SynthesisMethod.Instructions, 3) with { MostSimilarity = 1 }, model);

        result.IsWhole.ShouldBeTrue();
        result.Records.Count.ShouldBe(3);
        result.Records.ShouldAllBe(record => record.Origin.Source == "synthetic:writer" && record.Origin.Licence == "CC0-1.0" && record.TextOf("completion") == "It is full of boats." && record.TextOf("prompt").StartsWith("Describe the harbour"));
        result.Records.ShouldAllBe(record => !record.TextOf("prompt").Contains("Task"));
        model.Prompts[0].ShouldContain("Task 1: ");
    }

    [Fact]
    public async Task What_is_like_the_pool_is_refused_and_tried_again_within_bounds()
    {
        string[] replies = ["Explain why bread rises in a warm kitchen now.", "ok", "I'm sorry, I cannot.", "Compare two rivers of the north."];
        var asked = 0;
        var model = new ScriptedModel(prompt => prompt.Contains("Write one more", StringComparison.Ordinal) ? replies[Math.Min(asked++, 3)] : "One is longer.");

        var result = await RunAsync(Options(SynthesisMethod.Instructions, 1) with { Attempts = 5 }, model);

        result.Records.Single().TextOf("prompt").ShouldBe("Compare two rivers of the north.");
        result.Rejected.ShouldBe(new Dictionary<string, long> { ["prompt.length"] = 1, ["prompt.not-new"] = 1, ["prompt.refusal"] = 1 }, ignoreOrder: true);
        result.Asked.ShouldBe(4);
    }

    [Fact]
    public async Task A_model_that_gives_nothing_ends_with_a_part_that_says_so()
    {
        var result = await RunAsync(Options(SynthesisMethod.Instructions, 10) with { Attempts = 2, MostFailuresInARow = 3 }, new ScriptedModel(_ => "no"));

        result.IsWhole.ShouldBeFalse();
        result.Records.ShouldBeEmpty();
        result.Asked.ShouldBe(6);
        result.Reason.ShouldContain("3 records in a row failed 2 attempts each, the last by prompt.length");
    }

    [Fact]
    public async Task Calls_that_fail_count_as_attempts_and_are_told()
    {
        var result = await RunAsync(Options(SynthesisMethod.Answers, 1) with { Attempts = 1, MostFailuresInARow = 2 }, new ScriptedModel(_ => throw new HttpRequestException("the line is dead")));

        result.Rejected["call"].ShouldBe(2);
        result.Reason.ShouldContain("the line is dead");
    }

    [Fact]
    public async Task A_paraphrase_keeps_numbers_and_the_answer()
    {
        var call = 0;
        var model = new ScriptedModel(_ => call++ == 0 ? "List some colours that the morning ocean shows." : "List 3 colours that the morning ocean shows.");

        var result = await new SyntheticGenerator(Options(SynthesisMethod.Paraphrase, 1), model, model).RunAsync(Seeds[..1], Journal(), cancellationToken: TestContext.Current.CancellationToken);

        result.Rejected["prompt.number-lost"].ShouldBe(1);
        result.Records.Single().Parts.ShouldBe([new RecordPart("prompt", "List 3 colours that the morning ocean shows."), new RecordPart("completion", "Grey, pink and silver.")]);
        result.Records.Single().Fields["seed"].ShouldBe(Seeds[0].Hash[..24]);
    }

    [Fact]
    public async Task A_question_is_answered_from_its_passage()
    {
        CurationRecord[] passages = [Text("The lighthouse of Holm was built in 1871 from red brick and is 32 metres high.")];
        var answers = new Queue<string>(["Purple elephants dance everywhere tonight", "It was built in 1871 from red brick."]);
        var model = new ScriptedModel(prompt => prompt.Contains("write one question", StringComparison.Ordinal) ? "When was the lighthouse of Holm built?" : answers.Count > 1 ? answers.Dequeue() : answers.Peek());

        var result = await new SyntheticGenerator(Options(SynthesisMethod.Questions, 1) with { Check = SynthesisCheck.RoundTrip }, model, model).RunAsync(passages, Journal(), cancellationToken: TestContext.Current.CancellationToken);

        result.Rejected["answer.not-in-passage"].ShouldBe(1);
        result.Records.Single().TextOf("completion").ShouldBe("It was built in 1871 from red brick.");
    }

    [Fact]
    public async Task A_judge_may_refuse()
    {
        var verdicts = new Queue<string>(["No.", "Perhaps", "Yes, it is"]);
        var judge = new ScriptedModel(_ => verdicts.Dequeue());

        var result = await new SyntheticGenerator(Options(SynthesisMethod.Answers, 1) with { Check = SynthesisCheck.Judge, Attempts = 3 }, new ScriptedModel(_ => "An answer."), judge).RunAsync(Seeds, Journal(), cancellationToken: TestContext.Current.CancellationToken);

        result.Records.Count.ShouldBe(1);
        result.Rejected.ShouldBe(new Dictionary<string, long> { ["check.judge"] = 1, ["check.judge-unreadable"] = 1 }, ignoreOrder: true);
    }

    /// <summary>Ended at every attempt in turn, also in the middle of writing the journal: the records are those of a run that nobody ended, and nothing is asked twice.</summary>
    [Fact]
    public async Task A_run_that_was_ended_goes_on_where_it_was()
    {
        static string Reply(string prompt, int seed) => prompt.Contains("Write one more", StringComparison.Ordinal) ? seed % 3 == 0 ? "no" : $"Describe thing {seed} of the {seed % 91} cupboards {seed % 17}." : $"It is thing {seed}.";
        var options = Options(SynthesisMethod.Instructions, 6) with { MostSimilarity = 0.95, Attempts = 4 };
        var whole = await RunAsync(options, new SeededModel(Reply), "whole");
        whole.Records.Count.ShouldBe(6);

        var path = _folder.In("ended");
        SynthesisResult? result = null;
        var (runs, calls) = (0, 0);
        while (result is null)
        {
            runs++;
            var model = new SeededModel(Reply) { MostCalls = 3 };
            try
            {
                using var journal = SynthesisJournal.Open(path);
                result = await new SyntheticGenerator(options, model, model).RunAsync(Seeds, journal, cancellationToken: model.Token);
            }
            catch (OperationCanceledException)
            {
                using var file = File.OpenWrite(path);
                file.Position = file.Length;
                file.Write("{\"slot\":99,\"att"u8); // Cut off by the kill.
            }

            calls += model.Calls;
        }

        runs.ShouldBeGreaterThan(2);
        result.Records.Select(record => record.Hash).ShouldBe(whole.Records.Select(record => record.Hash));
        result.Asked.ShouldBe(whole.Asked);
    }

    [Fact]
    public void A_journal_is_one_process_s_and_no_other_file()
    {
        using (SynthesisJournal.Open(_folder.In("j")))
        {
            Should.Throw<TrainingException>(() => SynthesisJournal.Open(_folder.In("j"))).Code.ShouldBe("TRN0520");
        }

        File.WriteAllText(_folder.In("k"), "something else\n");
        Should.Throw<TrainingException>(() => SynthesisJournal.Open(_folder.In("k"))).Code.ShouldBe("TRN0520");
    }

    private static int _number;

    private static int Number() => Interlocked.Increment(ref _number);

    private static SynthesisOptions Options(SynthesisMethod method, int count) => new() { Name = "s", Method = method, Model = "writer", Count = count, Licence = "CC0-1.0" };

    private SynthesisJournal Journal() => SynthesisJournal.Open(_folder.In($"journal-{Number()}"));

    private async Task<SynthesisResult> RunAsync(SynthesisOptions options, IChatClient model, string? name = null)
    {
        using var journal = name is null ? Journal() : SynthesisJournal.Open(_folder.In(name));
        return await new SyntheticGenerator(options, model, model).RunAsync(Seeds, journal, cancellationToken: TestContext.Current.CancellationToken);
    }

    private sealed class ScriptedModel(Func<string, string> reply) : IChatClient
    {
        public List<string> Prompts { get; } = [];

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Prompts.Add(messages.Last().Text);
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, reply(Prompts[^1]))));
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }

    /// <summary>Answers by the seed of the call, as a model with sampling does; after some calls somebody ends the run.</summary>
    private sealed class SeededModel(Func<string, int, string> reply) : IChatClient
    {
        private readonly CancellationTokenSource _end = new();

        public int MostCalls { get; init; } = int.MaxValue;

        public int Calls { get; private set; }

        public CancellationToken Token => _end.Token;

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            if (Calls++ == MostCalls)
            {
                _end.Cancel();
                cancellationToken.ThrowIfCancellationRequested();
            }

            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, reply(messages.Last().Text, (int)(options!.Seed!.Value % 100_000)))));
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose() => _end.Dispose();
    }
}
