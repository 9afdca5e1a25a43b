using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using Gyre.Training.Compression.Distillation;
using Gyre.Training.Loop;
using Gyre.Training.Tests.Loop;

namespace Gyre.Training.Tests.Compression.Distillation;

/// <summary>Whole runs with the smallest model that comes with Gyre as the teacher.</summary>
public sealed class DistillJobTests : IDisposable
{
    private const string Recipe =
        """
        kind: distill
        name: job
        teacher: compact
        threads: 2
        student: {every: 2}
        loss: {temperature: 2, labels: 0.2}
        data: {train: [{shop: {examples: 60, seed: 3}}], validation_share: 0.1, too_long: drop}
        batch: {rows: 4, sequence: 128}
        schedule: {steps: 8, peak: 0.002, warmup: 1}
        evaluation: {every: 4, rows: 4}
        checkpoint: {every: 3}
        optimizer: {decay: 0}
        """;

    private const string Report = "\nreport: {max_tokens: 20, tasks: [{name: shop, trained: true, shop: {seed: 9, counts: {summary: 6}}, scorers: [f1-tokens]}]}";

    private static readonly string Teacher = Path.Combine(TestData.RepositoryRoot, "models", "compact");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_student_of_half_the_layers_learns_and_is_held_against_labels_alone()
    {
        var (result, observer) = await RunAsync("run", Recipe + Report + "\nbaselines: [labels]");

        result.Training.End.ShouldBe(TrainingEnd.Completed);
        observer.Steps[7].Loss.ShouldBeLessThan(observer.Steps[0].Loss);
        var (teacher, student) = (result.TeacherSize.ShouldNotBeNull(), result.StudentSize.ShouldNotBeNull());
        student.Parameters.ShouldBeLessThan(teacher.Parameters * 3 / 4);
        result.Report.Select(outcome => outcome.Measure).ShouldBe(["perplexity", "f1-tokens"]);
        var labels = result.Baselines.ShouldHaveSingleItem();
        labels.Outcomes.Single(outcome => outcome.Measure == "perplexity").Rows.ShouldBe(6);
        File.ReadLines(_folder.In("run", "metrics.jsonl")).Last().ShouldContain("distill/divergence");
        File.ReadAllText(_folder.In("run", "README.md")).ShouldContain("## Against labels alone");
        File.ReadAllBytes(_folder.In("run", "labels", "model", "model-q8_0.gguf")).ShouldNotBe(File.ReadAllBytes(_folder.In("run", "model", "model-q8_0.gguf")));

        // The student is a model of its own, with the teacher's vocabulary and template.
        using var team = new ThreadTeam(1);
        await using var model = await new ModelLoader(team, TimeProvider.System).LoadAsync(ModelFolder.Open(result.Training.ModelFolder), "student", TestContext.Current.CancellationToken);
        model.Template.ShouldNotBeNull();
        model.Tokenizer.EndIds.ShouldNotBeEmpty();
        ModelLoader.ReadConfiguration(ModelFolder.Open(result.Training.ModelFolder)).Layers.ShouldBe((ModelLoader.ReadConfiguration(ModelFolder.Open(Teacher)).Layers + 1) / 2);
    }

    [Fact]
    public async Task An_interrupted_run_goes_on_with_the_same_bits_for_any_number_of_threads()
    {
        var (whole, _) = await RunAsync("whole", Recipe.Replace("threads: 2", "threads: 3", StringComparison.Ordinal));
        using var cancel = new CancellationTokenSource();
        var (cut, _) = await RunAsync("cut", Recipe, cancel: (5, cancel));
        cut.Training.End.ShouldBe(TrainingEnd.Interrupted);

        var (rest, _) = await RunAsync("cut", Recipe, resume: true);

        rest.Training.End.ShouldBe(TrainingEnd.Completed);
        File.ReadAllBytes(Path.Combine(rest.Training.ModelFolder, "model-q8_0.gguf")).ShouldBe(File.ReadAllBytes(Path.Combine(whole.Training.ModelFolder, "model-q8_0.gguf")));
    }

    [Fact]
    public async Task Accumulated_passes_give_what_one_large_pass_gives()
    {
        var (_, whole) = await RunAsync("whole", Recipe.Replace("rows: 4, sequence", "rows: 8, sequence", StringComparison.Ordinal));
        var (_, split) = await RunAsync("split", Recipe.Replace("rows: 4, sequence", "rows: 2, accumulation: 4, sequence", StringComparison.Ordinal));

        for (var step = 0; step < 8; step++)
        {
            split.Steps[step].Loss.ShouldBe(whole.Steps[step].Loss, 5e-5);
        }
    }

    [Fact]
    public async Task A_student_of_a_shape_learns_from_answers_that_the_teacher_wrote()
    {
        var text = Recipe.Replace("loss: {temperature: 2, labels: 0.2}", "generated: {max_tokens: 60, prompts: 30}", StringComparison.Ordinal)
            .Replace("student: {every: 2}", "student: {shape: {hidden_size: 64, layers: 2, heads: 4, kv_heads: 2, ffn_size: 96}}", StringComparison.Ordinal)
            .Replace("validation_share: 0.1", "validation: [{shop: {examples: 10, seed: 4}}]", StringComparison.Ordinal);

        var (result, _) = await RunAsync("run", text);

        var counts = result.Generated.ShouldNotBeNull();
        counts.Asked.ShouldBe(30);
        counts.Kept.ShouldBeInRange(5, 30);
        (counts.Kept + counts.Unfinished + counts.Empty + counts.Circling + counts.Repeated).ShouldBe(30);
        File.ReadLines(_folder.In("run", "data", "generated.jsonl")).Count().ShouldBe(counts.Kept);
        ModelLoader.ReadConfiguration(ModelFolder.Open(result.Training.ModelFolder)).HiddenSize.ShouldBe(64);
    }

    [Fact]
    public async Task A_student_that_was_trained_for_four_bits_is_written_in_them_and_reads_as_it_was_trained()
    {
        var (result, _) = await RunAsync("run", Recipe.Replace("every: 2", "every: 1", StringComparison.Ordinal) + Report + "\nquantization: {format: q4_0}\nbaselines: [post_training]");

        result.Baselines.ShouldHaveSingleItem().Baseline.ShouldBe(DistillBaseline.PostTraining);
        foreach (var place in (string[])["run/model", "run/post-training/model"])
        {
            using var file = GgufFile.Open(_folder.In([.. place.Split('/'), "model-q4_0.gguf"]));
            file.Get("blk.0.ffn_gate.weight").Format.ShouldBe(ElementFormat.Q4_0);
        }
    }

    [Theory]
    [InlineData("student: {every: 2}", "student: {every: 2, shape: {layers: 1}}", "TRN0003", "exactly one of")]
    [InlineData("student: {every: 2}", "student: {shape: {hidden_size: 50, heads: 7}}", "TRN0461", "make no model")]
    [InlineData("batch: {rows: 4, sequence: 128}", "batch: {rows: 4, sequence: 100000}", "TRN0463", "read at most")]
    [InlineData("optimizer: {decay: 0}", "baselines: [post_training]", "TRN0003", "without 'quantization'")]
    [InlineData("loss: {temperature: 2, labels: 0.2}", "loss: {temperature: 0, labels: 2}", "TRN0003", "2 faults")]
    [InlineData("teacher: compact", "teacher: compact\ngenerated: {samples: 3}", "TRN0003", "one of them")]
    public async Task A_run_that_cannot_be_done_does_not_start(string old, string change, string code, string part)
    {
        var error = await Should.ThrowAsync<TrainingException>(() => RunAsync("run", Recipe.Replace(old, change, StringComparison.Ordinal)));

        error.Code.ShouldBe(code);
        error.Message.ShouldContain(part);
        Directory.Exists(_folder.In("run", "data")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_student_of_another_vocabulary_is_told_to_learn_from_answers()
    {
        var other = TestData.Require("models/stories260K/derived-hf");

        var error = await Should.ThrowAsync<TrainingException>(() => RunAsync("run", Recipe.Replace("student: {every: 2}", $"student: {{base: \"{other}\"}}", StringComparison.Ordinal)));

        error.Code.ShouldBe("TRN0460");
        error.Message.ShouldContain("'generated' instead of 'loss'");
    }

    private async Task<(DistillResult Result, TrainingBench.RecordingObserver Observer)> RunAsync(string folder, string recipe, bool resume = false, (int Step, CancellationTokenSource Source)? cancel = null)
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
        var result = await DistillJob.RunAsync(
            DistillRecipe.Parse(recipe, _folder.In("recipe.yaml")), Teacher, _folder.In(folder), resume, observer, cancel?.Source.Token ?? TestContext.Current.CancellationToken);
        return (result, observer);
    }
}
