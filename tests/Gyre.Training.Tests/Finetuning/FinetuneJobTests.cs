using Gyre.Models.Catalog;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using Gyre.Training.Finetuning;
using Gyre.Training.Loop;
using Gyre.Training.Tests.Loop;

namespace Gyre.Training.Tests.Finetuning;

/// <summary>Whole runs over the smallest model that comes with Gyre.</summary>
public sealed class FinetuneJobTests : IDisposable
{
    private const string Recipe =
        """
        kind: finetune
        name: job
        base: compact
        threads: 2
        data: {train: [{brand: {examples: 60, seed: 3}}], validation_share: 0.1, too_long: drop}
        batch: {rows: 4, sequence: 256}
        schedule: {steps: 8, peak: 0.01, warmup: 1}
        evaluation: {every: 4, rows: 4}
        checkpoint: {every: 3}
        samples: {every: 8, tokens: 8, prompts: ["Hello!"]}
        optimizer: {decay: 0}
        report: {max_tokens: 40, tasks: [{name: brand, trained: true, brand: {seed: 9, rows: 6}, scorers: [rules-share]}, {name: summary, shop: {seed: 9, counts: {summary: 4}}}]}
        """;

    private static readonly string Base = Path.Combine(TestData.RepositoryRoot, "models", "compact");
    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("{method: lora, rank: 4, targets: all-linear, dropout: 0.1}")]
    [InlineData("{method: dora, rank: 4}")]
    [InlineData("{method: adalora, budget: {initial_rank: 4, target_rank: 2, warmup: 1, settling: 2, interval: 1}}")]
    [InlineData("{method: ia3}")]
    [InlineData("{method: prompt, prompt: {tokens: 8, init: vocabulary}}", 0.1)]
    [InlineData("{method: p-tuning, prompt: {tokens: 4, encoder: lstm, encoder_width: 16}}")]
    [InlineData("{method: prefix, prompt: {tokens: 4}}", 0.05)]
    public async Task An_adapter_learns_is_measured_and_loads(string adapter, double peak = 0.01)
    {
        var (result, observer) = await RunAsync("run", Recipe.Replace("peak: 0.01", FormattableString.Invariant($"peak: {peak}"), StringComparison.Ordinal) + $"\nadapter: {adapter}");

        result.Training.End.ShouldBe(TrainingEnd.Completed);
        observer.Warnings.ShouldBeEmpty();
        observer.Samples.Count.ShouldBe(1);
        var report = result.Report.ToDictionary(outcome => (outcome.Task, outcome.Measure));
        report.Keys.ShouldBe([("brand", "perplexity"), ("brand", "rules-share"), ("summary", "perplexity")]);
        report[("brand", "perplexity")].IsBetter.ShouldBeTrue();
        File.ReadAllText(_folder.In("run", "README.md")).ShouldContain("summary (not trained)");
        File.Exists(_folder.In("run", "adapter", "adapter_model.safetensors")).ShouldBeTrue();
        result.Training.Parameters.ShouldBeLessThan(result.AllParameters / 10);
        IsNear(result);
    }

    [Theory]
    [InlineData("nf4", "NF4", 0.5)]
    [InlineData("nf4-double", "scales in 8 bits", 0.5)]
    [InlineData("bf16", "BF16", 0.7)]
    public async Task An_adapter_learns_over_a_base_in_fewer_bits(string format, string card, double weights)
    {
        const string Adapter = "\nadapter: {method: lora, rank: 4, targets: all-linear}";
        var (result, observer) = await RunAsync("run", Recipe + $"{Adapter}\nbase_format: {format}");
        var plain = await Should.ThrowAsync<TrainingException>(() => RunAsync("run", Recipe + Adapter, resume: true));

        plain.Code.ShouldBe("TRN0012"); // What the base is kept as is part of the run.
        plain.Message.ShouldContain("base_format");
        observer.Warnings.ShouldBeEmpty();
        observer.Samples.Count.ShouldBe(1);
        result.Report.Single(outcome => outcome is { Task: "brand", Measure: "perplexity" }).IsBetter.ShouldBeTrue();
        File.ReadAllText(_folder.In("run", "README.md")).ShouldContain(card);
        result.Memory.WeightBytes.ShouldBeLessThan((long)(weights * sizeof(float) * result.AllParameters));
        IsNear(result);
    }

    [Theory]
    [InlineData("{method: lora, rank: 4, targets: all-linear}\nbase_format: nf4")]
    [InlineData("{method: dora, rank: 4, targets: all-linear}")]
    public async Task Layers_that_are_computed_again_take_the_memory_that_was_expected(string adapter)
    {
        var recipe = Recipe[..Recipe.IndexOf("report:", StringComparison.Ordinal)].Replace("sequence: 256", "sequence: 256, activation_checkpointing: true", StringComparison.Ordinal);

        var (result, _) = await RunAsync("run", recipe + $"\nadapter: {adapter}");

        IsNear(result);
    }

    [Fact]
    public async Task A_model_that_is_trained_for_an_encoding_is_written_in_it()
    {
        var (result, observer) = await RunAsync("run", Recipe.Replace("peak: 0.01", "peak: 0.002", StringComparison.Ordinal) + "\nquantization: {format: q4_0}");

        observer.Warnings.ShouldBeEmpty();
        result.Report.Single(outcome => outcome is { Task: "brand", Measure: "perplexity" }).IsBetter.ShouldBeTrue();
        Directory.GetFiles(result.Training.ModelFolder).Select(Path.GetFileName).ShouldBe(["model-q4_0.gguf"]);
        File.ReadAllText(_folder.In("run", "README.md")).ShouldContain("as Q4_0 stores them");
        IsNear(result);
    }

    [Fact]
    public async Task Texts_of_a_domain_are_continued_better_afterwards()
    {
        var lines = Enumerable.Range(0, 60).Select(i => $"Proxima plan {i} keeps the savings of careful investors safe through every season.").ToArray();
        File.WriteAllLines(_folder.In("train.txt"), lines[..50]);
        File.WriteAllLines(_folder.In("test.txt"), lines[50..]);
        var recipe = Recipe[..Recipe.IndexOf("report:", StringComparison.Ordinal)]
            .Replace("{brand: {examples: 60, seed: 3}}", $"{{file: {_folder.In("train.txt")}, separator: \"\\n\"}}", StringComparison.Ordinal)
            + $"\nreport: {{max_tokens: 16, tasks: [{{name: domain, trained: true, continuation: {{file: {_folder.In("test.txt")}, separator: \"\\n\", words: 3}}, scorers: [rouge-l]}}]}}";

        var (result, _) = await RunAsync("run", recipe.Replace("peak: 0.01", "peak: 0.003", StringComparison.Ordinal));

        result.Report.Select(outcome => (outcome.Measure, outcome.Rows, outcome.IsBetter)).ShouldBe([("perplexity", 10, true), ("rouge-l", 10, true)]);
    }

    [Fact]
    public async Task The_whole_model_learns_and_is_written_as_the_base_was()
    {
        var (result, _) = await RunAsync("run", Recipe.Replace("peak: 0.01", "peak: 0.002", StringComparison.Ordinal));

        result.Report.Single(outcome => outcome is { Task: "brand", Measure: "perplexity" }).IsBetter.ShouldBeTrue();
        Directory.GetFiles(result.Training.ModelFolder).Select(Path.GetFileName).ShouldBe(["model-q8_0.gguf"]);
        using var team = new ThreadTeam(1);
        await using var model = await new ModelLoader(team, TimeProvider.System).LoadAsync(ModelFolder.Open(result.Training.ModelFolder), "new", TestContext.Current.CancellationToken);
        model.Template.ShouldNotBeNull();
        model.Tokenizer.EndIds.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\nadapter: {method: lora, rank: 4, dropout: 0.2}")]
    [InlineData("\nadapter: {method: adalora, budget: {initial_rank: 4, target_rank: 2, warmup: 1, settling: 2, interval: 1}}")]
    [InlineData("\nbase_format: nf4\nadapter: {method: lora, rank: 4}")]
    [InlineData("\nquantization: {format: q4_0}")]
    public async Task An_interrupted_run_goes_on_with_the_same_bits_for_any_number_of_threads(string adapter)
    {
        var recipe = Recipe[..Recipe.IndexOf("report:", StringComparison.Ordinal)] + adapter;
        var (whole, _) = await RunAsync("whole", recipe.Replace("threads: 2", "threads: 3", StringComparison.Ordinal));
        using var cancel = new CancellationTokenSource();
        var (cut, _) = await RunAsync("cut", recipe, cancel: (5, cancel));
        cut.Training.End.ShouldBe(TrainingEnd.Interrupted);

        var (rest, _) = await RunAsync("cut", recipe, resume: true);

        rest.Training.End.ShouldBe(TrainingEnd.Completed);
        var file = Directory.GetFiles(rest.Training.ModelFolder).Single(path => Path.GetExtension(path) is ".gguf" or ".safetensors");
        File.ReadAllBytes(file).ShouldBe(File.ReadAllBytes(Path.Combine(whole.Training.ModelFolder, Path.GetFileName(file))));
    }

    [Fact]
    public async Task Accumulated_passes_give_what_one_large_pass_gives()
    {
        var recipe = Recipe[..Recipe.IndexOf("report:", StringComparison.Ordinal)] + "\nadapter: {method: lora, rank: 4}";
        var (_, whole) = await RunAsync("whole", recipe.Replace("rows: 4, sequence", "rows: 8, sequence", StringComparison.Ordinal));
        var (_, split) = await RunAsync("split", recipe.Replace("rows: 4, sequence", "rows: 2, accumulation: 4, sequence", StringComparison.Ordinal));

        for (var step = 0; step < 8; step++)
        {
            split.Steps[step].Loss.ShouldBe(whole.Steps[step].Loss, 2e-5);
        }
    }

    [Theory]
    [InlineData("batch: {rows: 4, sequence: 256}", "batch: {rows: 4, sequence: 100000}", "TRN0304", "reads at most")]
    [InlineData("too_long: drop", "too_long: refuse", "TRN0302", "tokens; expected at most 33")]
    [InlineData("{brand: {examples: 60, seed: 3}}", "{file: gone.jsonl}", "TRN0303", "gone.jsonl")]
    [InlineData("{name: summary, shop: {seed: 9, counts: {summary: 4}}}", "{name: x, file: gone.jsonl}", "TRN0305", "gone.jsonl")]
    public async Task A_run_that_cannot_be_done_does_not_start(string old, string change, string code, string part)
    {
        var text = Recipe.Replace(old, change, StringComparison.Ordinal);
        text = code == "TRN0302" ? text.Replace("sequence: 256", "sequence: 32", StringComparison.Ordinal) : text;

        var error = await Should.ThrowAsync<TrainingException>(() => RunAsync("run", text));

        error.Code.ShouldBe(code);
        error.Message.ShouldContain(part);
    }

    [Fact]
    public async Task Contradictory_examples_are_told_with_their_number_and_refused_on_demand()
    {
        File.WriteAllLines(_folder.In("two.jsonl"), Enumerable.Range(0, 40).Select(i => $$"""{"prompt": "Is number {{i % 30}} in stock?", "completion": "{{(i < 35 ? "Yes." : "No.")}}"}"""));
        var text = Recipe[..Recipe.IndexOf("report:", StringComparison.Ordinal)]
            .Replace("{brand: {examples: 60, seed: 3}}", $"{{file: {_folder.In("two.jsonl")}}}", StringComparison.Ordinal)
            .Replace("validation_share: 0.1", "validation: [{brand: {examples: 4, seed: 9}}]", StringComparison.Ordinal);

        var (_, observer) = await RunAsync("warned", text);

        observer.Warnings.ShouldHaveSingleItem().ShouldContain("5 examples answer a prompt otherwise than an earlier one; 5 prompts have more than one answer: two.jsonl:36 and two.jsonl:6;");
        var error = await Should.ThrowAsync<TrainingException>(() => RunAsync("refused", text.Replace("too_long: drop", "too_long: drop, contradictions: refuse", StringComparison.Ordinal)));
        error.Code.ShouldBe("TRN0302");
        error.Message.ShouldContain("5 faults");
        error.Message.ShouldContain("two.jsonl:36: answers a prompt otherwise than two.jsonl:6");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    public async Task An_empty_file_is_told(string content)
    {
        File.WriteAllText(_folder.In("empty.jsonl"), content);

        var error = await Should.ThrowAsync<TrainingException>(() => RunAsync("run", Recipe.Replace("{brand: {examples: 60, seed: 3}}", $"{{file: {_folder.In("empty.jsonl")}}}", StringComparison.Ordinal)));

        error.Code.ShouldBe("TRN0040");
        error.Message.ShouldContain("0 documents for training");
        error.Message.ShouldContain("data.train");
    }

    [Fact]
    public async Task The_facts_of_a_shop_are_learnt_and_asked_in_other_wordings()
    {
        var text = Recipe[..Recipe.IndexOf("report:", StringComparison.Ordinal)]
            .Replace("{brand: {examples: 60, seed: 3}}", "{shop_facts: {seed: 5, things: 3, wordings: 8, strangers: 10}}", StringComparison.Ordinal)
            + "\nadapter: {method: lora, rank: 4}\nreport: {max_tokens: 12, tasks: [{name: facts, trained: true, shop_facts: {seed: 5, things: 3, task: answer}, scorers: [exact-match]}]}";

        var (result, observer) = await RunAsync("run", text);

        observer.Warnings.ShouldBeEmpty();
        result.Report.Single(outcome => outcome.Measure == "perplexity").IsBetter.ShouldBeTrue();
    }

    [Fact]
    public async Task Adapters_that_do_not_fit_and_bases_that_are_none_are_named()
    {
        (await Should.ThrowAsync<TrainingException>(() => RunAsync("a", Recipe + "\nadapter: {targets: [w_queries]}"))).Code.ShouldBe("TRN0309");
        (await Should.ThrowAsync<TrainingException>(() => RunAsync("b", Recipe + "\nmodules: [head]"))).Code.ShouldBe("TRN0309");
        (await Should.ThrowAsync<TrainingException>(() => FinetuneJob.RunAsync(FinetuneRecipe.Parse(Recipe, "r.yaml"), _folder.In("gone"), _folder.In("c"), false, new SilentObserver(), default))).Code.ShouldBe("TRN0301");
    }

    [Fact]
    public async Task Memory_that_is_not_there_refuses_the_run()
    {
        var error = await Should.ThrowAsync<TrainingException>(() => FinetuneJob.RunAsync(
            FinetuneRecipe.Parse(Recipe, "r.yaml"), Base, _folder.In("run"), false, new SilentObserver(), TestContext.Current.CancellationToken, memoryBytes: 1 << 20));

        error.Code.ShouldBe("TRN0307");
    }

    [Fact]
    public async Task Another_base_cannot_go_on_with_a_run()
    {
        using var cancel = new CancellationTokenSource();
        await RunAsync("cut", Recipe, cancel: (2, cancel));

        var error = await Should.ThrowAsync<TrainingException>(() => FinetuneJob.RunAsync(
            FinetuneRecipe.Parse(Recipe, "r.yaml"), Path.Combine(TestData.RepositoryRoot, "models", "default"), _folder.In("cut"), true, new SilentObserver(), TestContext.Current.CancellationToken));

        error.Code.ShouldBe("TRN0306");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>What was expected is near what tensors took; the moments are no tensors.</summary>
    private static void IsNear(FinetuneResult result) =>
        ((double)(result.Memory.TotalBytes - result.Memory.OptimizerBytes) / result.PeakBytes).ShouldBeInRange(0.75, 1.4);

    private async Task<(FinetuneResult Result, TrainingBench.RecordingObserver Observer)> RunAsync(string name, string recipe, bool resume = false, (int Step, CancellationTokenSource Source)? cancel = null)
    {
        var observer = new TrainingBench.RecordingObserver
        {
            Then = progress =>
            {
                if (progress.Step == cancel?.Step)
                {
                    cancel.Value.Source.Cancel();
                }
            },
        };
        return (await FinetuneJob.RunAsync(FinetuneRecipe.Parse(recipe, "recipe.yaml"), Base, _folder.In(name), resume, observer, cancel?.Source.Token ?? TestContext.Current.CancellationToken), observer);
    }
}
