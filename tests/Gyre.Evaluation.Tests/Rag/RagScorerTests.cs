using System.Text.Json;
using Gyre.Contracts;
using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Rag;
using Gyre.Evaluation.Replies;
using Gyre.Evaluation.Tests.Judges;
using Microsoft.Extensions.AI;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Rag;

public sealed class RagScorerTests
{
    private static readonly (string, string)[] Passages = [("passage.1", "The tower is 30 m high. It is red."), ("passage.2", "It was built in 1901.")];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("The tower is 30 m high. It is red. It sings. It was built in 1901.", 0.75, "not supported: It sings.")]
    [InlineData("It is red.", 1, "")]
    [InlineData("It sings.", 0, "not supported: It sings.")]
    public async Task Faithfulness_is_the_share_of_supported_claims(string answer, double value, string reason)
    {
        using var client = new ScriptedJudge(Oracle);
        var score = await new FaithfulnessScorer(new JudgeModel(client)).ScoreAsync(Row(), answer, Token);
        (score.Value, score.Reason).ShouldBe((value, reason));
    }

    [Fact]
    public async Task Many_claims_are_asked_for_in_parts()
    {
        using var client = new ScriptedJudge(Oracle);
        var answer = string.Join(' ', Enumerable.Range(0, 20).Select(i => i % 4 == 0 ? "It is red." : $"It sings {i}."));
        (await new FaithfulnessScorer(new JudgeModel(client)).ScoreAsync(Row(), answer, Token)).Value.ShouldBe(0.25);
        client.Calls.Count.ShouldBe(4);
    }

    [Fact]
    public async Task Without_claims_passages_or_an_answer_faithfulness_is_undefined()
    {
        using var client = new ScriptedJudge("""{"claims": []}""");
        var scorer = new FaithfulnessScorer(new JudgeModel(client));
        (await scorer.ScoreAsync(Row(), "I do not know.", Token)).Result.Reason.ShouldBe(new Undefined(UndefinedCause.ZeroDenominator, "the answer makes no claims"));
        (await scorer.ScoreAsync(Row(), " ", Token)).Result.Reason!.Cause.ShouldBe(UndefinedCause.EmptyCandidate);
        (await scorer.ScoreAsync(JudgeRows.Row(), "It is red.", Token)).Result.Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
    }

    [Fact]
    public async Task Recall_is_the_share_of_the_references_claims()
    {
        using var client = new ScriptedJudge(Oracle);
        var scorer = new ContextRecallScorer(new JudgeModel(client));
        (await scorer.ScoreAsync(Row("It is red. It has a lift."), "ignored", Token)).Value.ShouldBe(0.5);
        (await scorer.ScoreAsync(Row(""), "ignored", Token)).Result.Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
        using var silent = new ScriptedJudge("""{"claims": []}""");
        (await new ContextRecallScorer(new JudgeModel(silent)).ScoreAsync(Row(), "ignored", Token)).Result.Reason!.Cause.ShouldBe(UndefinedCause.EmptyReference);
    }

    [Fact]
    public void Precision_has_the_published_values()
    {
        ContextPrecisionScorer.Of(true, false).ShouldBe(0.9999999999, 1e-15);
        ContextPrecisionScorer.Of(false, true).ShouldBe(0.49999999995, 1e-15);
        ContextPrecisionScorer.Of(false, false).ShouldBe(0);
        ContextPrecisionScorer.Of(true, false, true).ShouldBe((1 + (2 / 3.0)) / (2 + 1e-10), 1e-15);
    }

    [Fact]
    public async Task Precision_asks_for_each_passage()
    {
        using var client = new ScriptedJudge(messages => ScriptedJudge.Json(ScriptedJudge.Section(messages, "passage").Contains("1901", StringComparison.Ordinal) ? "yes" : "no"));
        var score = await new ContextPrecisionScorer(new JudgeModel(client)).ScoreAsync(Row(), "ignored", Token);
        score.Value!.Value.ShouldBe(0.49999999995, 1e-15);
        score.Reason.ShouldBe("not useful: passages 1");
    }

    [Fact]
    public async Task Relevancy_of_passages_is_the_share_of_needed_sentences()
    {
        using var client = new ScriptedJudge("""{"sentences": [1, 1]}""");
        var score = await new ContextRelevancyScorer(new JudgeModel(client)).ScoreAsync(Row(), "ignored", Token);
        score.Value!.Value.ShouldBe(1 / 3.0, 1e-12);
        ScriptedJudge.Section(client.Calls.Single().Messages, "sentences").ShouldBe("1. The tower is 30 m high.\n2. It is red.\n3. It was built in 1901.");
    }

    [Fact]
    public async Task Relevancy_of_an_answer_is_the_mean_cosine_of_three_questions()
    {
        using var client = new ScriptedJudge(Questions("no", "yes", "no"));
        using var embedder = new AngleEmbedder(new() { ["How high?"] = 0, ["q0"] = 0, ["q1"] = 60, ["q2"] = 120 });
        var score = await new AnswerRelevancyScorer(new JudgeModel(client), embedder).ScoreAsync(Row(), "30 m", Token);
        score.Value!.Value.ShouldBe((1 + 0.5 - 0.5) / 3, 1e-6);
        client.Calls.Single().Messages[1].Text.ShouldNotContain("How high?"); // The questions are made from the answer alone.
    }

    [Fact]
    public async Task An_answer_that_is_noncommittal_each_time_has_relevancy_0()
    {
        using var client = new ScriptedJudge(Questions("yes", "yes", "yes"));
        using var embedder = new AngleEmbedder([]);
        (await new AnswerRelevancyScorer(new JudgeModel(client), embedder).ScoreAsync(Row(), "I cannot say.", Token)).Value.ShouldBe(0);
    }

    [Fact]
    public async Task Vectors_without_direction_have_no_cosine()
    {
        using var client = new ScriptedJudge(Questions("no", "no", "no"));
        foreach (var broken in new[] { 0f, float.NaN, float.PositiveInfinity })
        {
            using var embedder = new AngleEmbedder([]) { Scale = broken };
            (await new AnswerRelevancyScorer(new JudgeModel(client), embedder).ScoreAsync(Row(), "30 m", Token)).Result.Reason!.Cause.ShouldBe(UndefinedCause.ZeroDenominator);
        }
    }

    [Fact]
    public void Passages_stand_in_the_order_of_their_numbers()
    {
        PassageFacts.Of(JudgeRows.Row(facts: [("passage.10", "c"), ("passage.2", "b"), ("passage.1", "a"), ("passage.3", " "), ("passage.x", "d"), ("context.1", "e")])).ShouldBe(["a", "b", "c"]);
        PassageFacts.Of(JudgeRows.Row(facts: ("passage", "a"))).ShouldBe(["a"]);
        var row = PassageFacts.With(Row(), ["x", "y"]);
        PassageFacts.Of(row).ShouldBe(["x", "y"]);
        row.Facts["other"].ShouldBe("kept");
    }

    [Fact]
    public async Task Passages_that_a_candidate_retrieved_are_judged_and_kept_with_its_reply()
    {
        var folder = Directory.CreateTempSubdirectory("gyre-test-");
        try
        {
            for (var run = 0; run < 2; run++)
            {
                using var replies = ReplyCache.Open(Path.Combine(folder.FullName, "replies.jsonl"));
                using var client = new ScriptedJudge(Oracle);
                var plan = new ExperimentPlan
                {
                    Name = "retrieval", Dataset = new RowDataset("rows", [Row()], "this test"), Candidates = [new Retriever(run == 0)], Replies = replies,
                    Scorers = [new ScorerPlan(new FaithfulnessScorer(new JudgeModel(client)))],
                };
                var result = await new ExperimentRun(plan).RunAsync(cancellationToken: Token);
                result.Cells[0].Value.ShouldBe(MetricValue.Of(0.5));
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    internal static DatasetRow Row(string reference = "It was built in 1901.") => JudgeRows.Row("How high?", reference, facts: [.. Passages, ("other", "kept")]);

    internal static string Questions(params string[] flags) => JsonSerializer.Serialize(new { questions = flags.Select((flag, i) => new { question = $"q{i}", noncommittal = flag }) });

    /// <summary>Claims are sentences, and what a passage holds word by word is supported.</summary>
    private static string Oracle(IReadOnlyList<ChatMessage> messages)
    {
        var prompt = messages[1].Text;
        if (!prompt.Contains("<claims>", StringComparison.Ordinal))
        {
            var tag = prompt.Contains("<answer>", StringComparison.Ordinal) ? "answer" : "reference";
            return JsonSerializer.Serialize(new { claims = ContextRelevancyScorer.Sentences(ScriptedJudge.Section(messages, tag)) });
        }

        var passages = ScriptedJudge.Section(messages, "passage1") + ScriptedJudge.Section(messages, "passage2");
        var verdicts = ScriptedJudge.Section(messages, "claims").Split('\n')
            .Select(line => new { reason = "r", verdict = passages.Contains(line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..], StringComparison.Ordinal) ? "yes" : "no" });
        return JsonSerializer.Serialize(new { verdicts });
    }

    private sealed class Retriever(bool isThere) : ICandidate
    {
        public string Name => "retriever";

        public string Digest => "1";

        public Task<Reply> AnswerAsync(DatasetRow row, int sample, CancellationToken cancellationToken) => isThere
            ? Task.FromResult(new Reply("It sings. It is red.", TimeSpan.FromSeconds(1), Passages: ["It sings.", "It dances."]))
            : throw new InvalidOperationException("asked again");
    }
}
