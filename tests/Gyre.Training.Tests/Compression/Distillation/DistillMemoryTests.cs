using Gyre.TestSupport;
using Gyre.Training.Bases;
using Gyre.Training.Compression.Distillation;
using Gyre.Training.Finetuning;
using Gyre.Training.Loop;

namespace Gyre.Training.Tests.Compression.Distillation;

public sealed class DistillMemoryTests : IDisposable
{
    private const string Recipe =
        """
        kind: distill
        name: memory
        teacher: compact
        threads: 2
        student: {every: 2}
        data: {train: [{shop: {examples: 40, seed: 3}}], validation_share: 0.1, too_long: drop}
        batch: {rows: 4, sequence: 128}
        schedule: {steps: 2, peak: 0.002}
        evaluation: {rows: 4}
        """;

    private static readonly string Teacher = Path.Combine(TestData.RepositoryRoot, "models", "compact");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("loss: {temperature: 2}")]
    [InlineData("loss: {temperature: 2}\nbatch: {rows: 4, sequence: 128, activation_checkpointing: true}")]
    public async Task It_is_near_what_a_run_takes(string more)
    {
        var recipe = more.Contains("batch:", StringComparison.Ordinal) ? Recipe.Replace("batch: {rows: 4, sequence: 128}\n", "", StringComparison.Ordinal) : Recipe;
        var result = await DistillJob.RunAsync(DistillRecipe.Parse(recipe + "\n" + more, _folder.In("recipe.yaml")), Teacher, _folder.In("run"), false, new SilentObserver(), TestContext.Current.CancellationToken);

        ((double)(result.Memory.TotalBytes - result.Memory.OptimizerBytes) / result.PeakBytes).ShouldBeInRange(0.7, 1.5);
    }

    [Fact]
    public void The_numbers_of_a_student_are_counted_without_making_it()
    {
        using var teacher = BaseModel.Open(Teacher);
        MemoryEstimate.NumbersOf(teacher.Configuration).ShouldBe(FinetuneJob.ParametersOf(teacher));
    }

    [Fact]
    public async Task A_run_that_cannot_fit_is_refused_with_its_parts_before_anything_is_written()
    {
        var error = await Should.ThrowAsync<TrainingException>(() => DistillJob.RunAsync(
            DistillRecipe.Parse(Recipe + "\nloss: {temperature: 2}", _folder.In("recipe.yaml")), Teacher, _folder.In("none"), false, new SilentObserver(), TestContext.Current.CancellationToken, memoryBytes: 1 << 20));
        error.Code.ShouldBe("TRN0307");
        error.Message.ShouldContain("the teacher's values");
        error.Message.ShouldContain("the teacher ");
        Directory.Exists(_folder.In("none")).ShouldBeFalse();
    }
}
