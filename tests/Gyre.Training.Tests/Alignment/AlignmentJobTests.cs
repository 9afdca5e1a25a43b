using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Gyre.Contracts;
using Gyre.Evaluation;
using Gyre.Evaluation.Metrics;
using Gyre.Training.Alignment;
using Gyre.Training.Loop;
using Gyre.Training.Runs;

namespace Gyre.Training.Tests.Alignment;

/// <summary>Whole alignments of a tiny decoder.</summary>
public sealed class AlignmentJobTests(TinyBase tiny) : IClassFixture<TinyBase>, IDisposable
{
    private const string Replay = "replay: {weight: 2, rows: 5, examples: [{shop: {seed: 4, examples: 8}}]}";
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Methods => new()
    {
        { "dpo", "" },
        { "dpo", "loss: {type: aot, nll_weight: 0.5}" },
        { "dpo", "adapter: {rank: 4}" },
        { "dpo", Replay },
        { "ipo", "" },
        { "kto", "" },
        { "orpo", "" },
        { "reward", "loss: {centring: 0.01}" },
        { "ppo", "rollout: {prompts: 4, answers: 1, tokens: 6, epochs: 2, minibatches: 2}\nreward: {scorer: attribute-coverage}" },
        { "grpo", "rollout: {prompts: 2, answers: 3, tokens: 6, epochs: 2, minibatches: 2, beta: 0.04}\nreward: {judge: true}" },
        { "grpo", "rollout: {prompts: 2, answers: 3, tokens: 6, epochs: 2, beta: 0.04}\nreward: {judge: true}\nadapter: {rank: 4}" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Methods))]
    public async Task A_run_that_was_interrupted_ends_with_the_same_bits_on_any_number_of_threads(string method, string more)
    {
        var whole = await RunAsync(Recipe(method, more), "whole", null);
        var cut = await RunAsync(Recipe(method, more), "cut", new Stopping(3));
        cut.Training.End.ShouldBe(TrainingEnd.Interrupted);
        cut.Training.Step.ShouldBe(3);
        var resumed = await RunAsync(Recipe(method, more).Replace("threads: 2", "threads: 1", StringComparison.Ordinal), "cut", null, resume: true);

        resumed.Training.Step.ShouldBe(6);
        foreach (var file in Directory.GetFiles(whole.Training.ModelFolder, "*.safetensors"))
        {
            Digest(Path.Combine(resumed.Training.ModelFolder, Path.GetFileName(file))).ShouldBe(Digest(file), file);
        }

        // The weights have moved, and the live figures are there under their names.
        var isAdapter = more.Contains("adapter:", StringComparison.Ordinal);
        Path.GetFileName(whole.Training.ModelFolder).ShouldBe(isAdapter ? "adapter" : "model");
        var norms = MetricsLog.Read(_folder.In("whole", "metrics.jsonl")).Select(point => point.GradientNorm).ToArray();
        norms.ShouldContain(norm => norm > 0);
        if (!isAdapter)
        {
            Digest(Path.Combine(whole.Training.ModelFolder, "model.safetensors")).ShouldNotBe(Digest(Path.Combine(tiny.Path, "model.safetensors")));
        }

        var figures = MetricsLog.Read(_folder.In("whole", "metrics.jsonl")).SelectMany(point => point.Figures?.Keys ?? []).ToHashSet(StringComparer.Ordinal);
        figures.ShouldContain(method switch { "ppo" => "objective/rlhf_reward", "grpo" => "reward_std", "kto" => "rewards/chosen", _ => "rewards/margins" });
        whole.Report.ShouldNotBeNull().Measures.ShouldNotBeEmpty();
        whole.Report.Measures.ShouldAllBe(measure => double.IsFinite(measure.Value) && measure.Items > 0);
        JsonNode.Parse(File.ReadAllText(_folder.In("whole", "report.json")))!["measures"]!.AsArray().Count.ShouldBe(whole.Report.Measures.Count);
    }

    [Theory]
    [InlineData("dpo", "loss: {type: sigmoid, nll_weight: 1}")]
    [InlineData("dpo", "loss: {type: aot}")]
    [InlineData("dpo", Replay)]
    [InlineData("kto", "")]
    [InlineData("orpo", "")]
    [InlineData("reward", "")]
    public async Task However_a_step_is_split_into_passes_its_loss_and_gradient_are_the_same(string method, string more)
    {
        var first = await LossesAsync("batch: {rows: 8, accumulation: 1}", "a");
        foreach (var (batch, name) in new[] { ("batch: {rows: 1, accumulation: 8}", "b"), ("batch: {rows: 2, accumulation: 4}", "c") })
        {
            var losses = await LossesAsync(batch, name);
            for (var i = 0; i < first.Length; i++)
            {
                // The loss of step i + 1 rests on the gradients of the steps before; float32 rounding differs with the shapes of products.
                losses[i].Loss.ShouldBe(first[i].Loss, 2e-5 * Math.Max(1, Math.Abs(first[i].Loss)), $"{name}, step {i + 1}");
                losses[i].Norm.ShouldBe(first[i].Norm, 1e-3 * first[i].Norm, $"{name}, step {i + 1}");
            }
        }

        async Task<(double Loss, double Norm)[]> LossesAsync(string batch, string name)
        {
            await RunAsync(Recipe(method, more).Replace("batch: {rows: 2, accumulation: 2}", batch, StringComparison.Ordinal), name, null);
            return [.. MetricsLog.Read(_folder.In(name, "metrics.jsonl")).Select(point => (point.Loss!.Value, point.GradientNorm))]; // Every step has one.
        }
    }

    [Fact]
    public async Task The_references_log_probabilities_are_computed_once_and_belong_to_their_data()
    {
        await RunAsync(Recipe("dpo"), "run", new Stopping(2));
        var path = _folder.In("run", "data", "alignment.json");
        var record = JsonNode.Parse(File.ReadAllText(path))!;
        record["reference"]!.AsArray().Count.ShouldBe(2 * (20 + 8));

        // Other numbers in the record are used as they are: they are not computed again.
        var written = File.GetLastWriteTimeUtc(path);
        await RunAsync(Recipe("dpo"), "run", null, resume: true);
        File.GetLastWriteTimeUtc(path).ShouldBe(written);

        record["examples"] = new string('0', 64);
        File.WriteAllText(path, record.ToJsonString());
        (await Should.ThrowAsync<TrainingException>(() => RunAsync(Recipe("dpo"), "run", null, resume: true))).Code.ShouldBe("TRN0409");
        File.WriteAllText(path, "{");
        (await Should.ThrowAsync<TrainingException>(() => RunAsync(Recipe("dpo"), "run", null, resume: true))).Code.ShouldBe("TRN0409");
    }

    [Fact]
    public async Task Plain_examples_become_likelier_when_they_are_learned_beside()
    {
        await RunAsync(Recipe("dpo", Replay), "beside", null);
        double[] losses = [.. MetricsLog.Read(_folder.In("beside", "metrics.jsonl")).Select(point => point.Figures!["loss/replay"])]; // Every step has them.
        losses.Length.ShouldBe(6);
        losses.ShouldAllBe(loss => loss > 0);
        losses[^1].ShouldBeLessThan(losses[0]);
        File.ReadAllText(_folder.In("beside", "README.md")).ShouldContain("5 plain examples a step are learned beside, with weight 2.");
    }

    [Theory]
    [InlineData("dpo", "")]
    [InlineData("dpo", "adapter: {rank: 4}")]
    [InlineData("kto", "")]
    [InlineData("ppo", "rollout: {prompts: 4, answers: 1, tokens: 6}\nreward: {scorer: attribute-coverage}")]
    [InlineData("grpo", "rollout: {prompts: 2, answers: 3, tokens: 6}\nreward: {judge: true}\nadapter: {rank: 4}")]
    public async Task The_memory_that_is_told_beforehand_is_near_what_a_run_takes(string method, string more)
    {
        var result = await RunAsync(Recipe(method, more), "run", null);
        var tensors = result.Memory.TotalBytes - result.Memory.OptimizerBytes - result.Memory.Beside.Where(part => part.Name == "the engine that answers").Sum(part => part.Bytes);
        ((double)tensors / result.PeakBytes).ShouldBeInRange(0.7, 1.6);
        result.Memory.Beside.Any(part => part.Name == "the reference").ShouldBe(method == "ppo");
    }

    [Fact]
    public async Task A_run_that_cannot_fit_is_refused_before_anything_is_written()
    {
        var recipe = AlignmentRecipe.Parse(Recipe("ppo", "rollout: {prompts: 4, tokens: 6}\nreward: {scorer: attribute-coverage}"), _folder.In("recipe.yaml"));
        var error = await Should.ThrowAsync<TrainingException>(() => AlignmentJob.RunAsync(
            recipe, tiny.Path, _folder.In("none"), false, new SilentObserver(), TestContext.Current.CancellationToken, memoryBytes: 1 << 20));
        error.Code.ShouldBe("TRN0307");
        foreach (var part in new[] { "weights", "gradients", "optimizer", "activations", "the reference", "the engine that answers", "1.0 MiB" })
        {
            error.Message.ShouldContain(part);
        }

        Directory.Exists(_folder.In("none")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_task_whose_interval_reaches_the_margin_is_told_as_lost()
    {
        var recipe = Recipe("dpo").Replace("report: {prompts: 4}", "report: {prompts: 0, margin: 0.03, max_tokens: 4, tasks: [{name: talk, shop: {counts: {smalltalk: 3}}, scorers: [non-empty]}]}", StringComparison.Ordinal);
        var result = await RunAsync(recipe, "run", null);
        var task = result.Tasks.Single(outcome => outcome.Measure == "non-empty");
        (result with { Tasks = [task with { Low = -0.029 }] }).Lost(0.03).ShouldBeEmpty();
        (result with { Tasks = [task with { Low = -0.03 }] }).Lost(0.03).ShouldBe(["talk (non-empty)"]);
        (result with { Tasks = [task with { Low = null }] }).Lost(0.03).ShouldBe(["talk (non-empty)"]);
        File.ReadAllText(_folder.In("run", "README.md")).ShouldContain("Declared before the run");
    }

    [Fact]
    public async Task Tasks_are_measured_before_and_after_on_the_same_rows()
    {
        var recipe = Recipe("dpo").Replace("report: {prompts: 4}", "report: {prompts: 0, max_tokens: 4, tasks: [{name: talk, shop: {counts: {smalltalk: 3}}, scorers: [non-empty]}]}", StringComparison.Ordinal);
        var result = await RunAsync(recipe, "run", null);
        result.Tasks.Select(task => (task.Task, task.Measure, task.Rows)).ShouldBe([("talk", "perplexity", 3), ("talk", "non-empty", 3)]);
        File.ReadAllText(_folder.In("run", "README.md")).ShouldContain("| talk (not trained) | perplexity | 3 |");
    }

    [Fact]
    public async Task A_reward_model_rewards_the_answers_of_another_run()
    {
        var reward = await RunAsync(Recipe("reward"), "reward", null);
        File.Exists(Path.Combine(reward.Training.ModelFolder, "reward_head.safetensors")).ShouldBeTrue();

        var policy = await RunAsync(Recipe("ppo", $"rollout: {{prompts: 4, tokens: 6, epochs: 1}}\nreward: {{model: '{reward.Training.ModelFolder}'}}"), "policy", null);
        policy.Training.Step.ShouldBe(6);
        var missing = Recipe("ppo", $"rollout: {{prompts: 4, tokens: 6}}\nreward: {{model: '{tiny.Path}'}}");
        (await Should.ThrowAsync<TrainingException>(() => RunAsync(missing, "missing", null))).Code.ShouldBe("TRN0405");
    }

    [Fact]
    public async Task What_a_judge_cannot_score_ends_the_run_with_the_prompts_name()
    {
        const string Judged = "rollout: {prompts: 2, answers: 2, tokens: 4}\nreward: {judge: true}";
        var error = await Should.ThrowAsync<TrainingException>(() => RunAsync(Recipe("grpo", Judged), "silent", null, judge: new LengthJudge(isSilent: true)));
        error.Code.ShouldBe("TRN0404");
        error.Message.ShouldContain("brand-1-train-");
        error.Message.ShouldContain("no verdict today");
        (await Should.ThrowAsync<TrainingException>(() => RunAsync(Recipe("grpo", Judged), "nobody", null, judge: null))).Code.ShouldBe("TRN0405");
    }

    private static string Digest(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));

    private static string Recipe(string method, string more = "") =>
        $"""
        kind: align
        method: {method}
        name: test
        threads: 2
        base: tiny
        {(more.Contains("loss:", StringComparison.Ordinal) ? "" : "loss: {beta: 0.1}")}
        data: {"{brand: {pairs: 20, held_out: 8}}"}
        batch: {"{rows: 2, accumulation: 2}"}
        optimizer: {"{decay: 0}"}
        schedule: {"{steps: 6, peak: 0.003}"}
        evaluation: {"{every: 3, rows: 4}"}
        checkpoint: {"{every: 2}"}
        report: {"{prompts: 4}"}
        {more}
        """;

    private Task<AlignmentResult> RunAsync(string recipe, string folder, Stopping? stop, bool resume = false) => RunAsync(recipe, folder, stop, new LengthJudge(), resume);

    private Task<AlignmentResult> RunAsync(string recipe, string folder, Stopping? stop, IScorer? judge, bool resume = false) => AlignmentJob.RunAsync(
        AlignmentRecipe.Parse(recipe, _folder.In("recipe.yaml")),
        tiny.Path,
        _folder.In(folder),
        resume,
        stop ?? new SilentObserver(),
        stop?.Token ?? TestContext.Current.CancellationToken,
        judge: judge);

    /// <summary>Prefers long answers, or has nothing to say.</summary>
    private sealed class LengthJudge(bool isSilent = false) : IScorer
    {
        public string Name => "length";

        public MetricForm Form { get; } = MetricForm.Share("a test");

        public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken) =>
            ValueTask.FromResult(isSilent ? Score.Undefined("no verdict today") : Score.OfNumber(output.Length / 10.0));
    }

    /// <summary>Asks for the end after a step.</summary>
    private sealed class Stopping(int step) : SilentObserver
    {
        private readonly CancellationTokenSource _source = new();

        public CancellationToken Token => _source.Token;

        public override void OnStep(TrainingProgress progress)
        {
            if (progress.Step == step)
            {
                _source.Cancel();
            }
        }
    }
}
