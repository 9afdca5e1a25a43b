using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Tensors;
using Gyre.TestSupport;
using Gyre.Training.Compression.Pruning;
using Gyre.Training.Loop;
using Gyre.Training.Tests.Loop;

namespace Gyre.Training.Tests.Compression.Pruning;

/// <summary>Whole runs over the smallest model that comes with Gyre.</summary>
public sealed class RecoveryJobTests : IDisposable
{
    private const string Recipe =
        """
        kind: prune
        name: job
        base: compact
        threads: 2
        pruning: {method: wanda, sparsity: "2:4", calibration_rows: 8}
        data: {train: [{shop: {examples: 80, seed: 3}}], validation_share: 0.2, too_long: drop}
        batch: {rows: 4, sequence: 128}
        schedule: {steps: 8, peak: 0.001, warmup: 1}
        evaluation: {every: 4, rows: 8}
        checkpoint: {every: 3}
        optimizer: {decay: 0.1}
        """;

    private static readonly string Base = Path.Combine(TestData.RepositoryRoot, "models", "compact");
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("name: muon, ")]
    public async Task What_is_left_learns_and_the_zeros_stay(string optimizer)
    {
        var (result, _) = await RunAsync("run", Recipe.Replace("decay: 0.1", optimizer + "decay: 0.1", StringComparison.Ordinal));

        var recovered = result.Recovered.ShouldNotBeNull();
        recovered.DifferenceInterval.ShouldNotBeNull().High.ShouldBeLessThan(0);
        result.Pruned.ShouldNotBeNull().Difference.ShouldBeGreaterThan(0);
        result.Zeros.Removed.ShouldBe(result.Zeros.Prunable / 2);
        var folder = ModelFolder.Open(result.Training.ModelFolder);
        using var pool = new TensorPool();
        using var weights = folder.OpenWeights();
        using var model = TrainableDecoder.FromWeights(weights, ModelLoader.ReadConfiguration(folder), pool);
        foreach (var matrix in model.Matrices.Where(matrix => matrix.Layer is not null))
        {
            var values = matrix.Parameter.Value.Span.ToArray();
            for (var i = 0; i < values.Length; i += 4)
            {
                values.Skip(i).Take(4).Count(value => value == 0f).ShouldBeGreaterThanOrEqualTo(2, matrix.Parameter.Name);
            }
        }

        File.ReadAllText(_folder.In("run", "README.md")).ShouldContain("pruned alone");
    }

    [Fact]
    public async Task An_interrupted_run_goes_on_with_the_same_bits_for_any_number_of_threads()
    {
        var (whole, _) = await RunAsync("whole", Recipe.Replace("threads: 2", "threads: 3", StringComparison.Ordinal));
        using var cancel = new CancellationTokenSource();
        var (cut, _) = await RunAsync("cut", Recipe, cancel: (5, cancel));
        cut.Training.End.ShouldBe(TrainingEnd.Interrupted);

        var (rest, _) = await RunAsync("cut", Recipe, resume: true);

        File.ReadAllBytes(Path.Combine(rest.Training.ModelFolder, "model-q8_0.gguf")).ShouldBe(File.ReadAllBytes(Path.Combine(whole.Training.ModelFolder, "model-q8_0.gguf")));
    }

    [Theory]
    [InlineData("sparsity: \"2:4\"", "sparsity: 1.5", "TRN0003", "no sparsity")]
    [InlineData("sparsity: \"2:4\"", "sparsity: \"2:4\", layers: [\"0=x\"]", "TRN0003", "no sparsity")]
    [InlineData("sparsity: \"2:4\"", "sparsity: \"2:4\", layers: [\"99=0.5\"]", "TRN0451", "layer 99")]
    [InlineData("sequence: 128", "sequence: 100000", "TRN0463", "reads at most")]
    public async Task A_run_that_cannot_be_done_does_not_start(string old, string change, string code, string part)
    {
        var error = await Should.ThrowAsync<TrainingException>(() => RunAsync("run", Recipe.Replace(old, change, StringComparison.Ordinal)));

        error.Code.ShouldBe(code);
        error.Message.ShouldContain(part);
        Directory.Exists(_folder.In("run")).ShouldBeFalse();
    }

    [Fact]
    public async Task A_run_that_cannot_fit_into_memory_is_refused_before_anything_is_written()
    {
        var error = await Should.ThrowAsync<TrainingException>(() => RecoveryJob.RunAsync(
            PruneRecipe.Parse(Recipe, _folder.In("recipe.yaml")), Base, _folder.In("run"), resume: false, new TrainingBench.RecordingObserver(), TestContext.Current.CancellationToken, memoryBytes: 1000));

        error.Code.ShouldBe("TRN0307");
        Directory.Exists(_folder.In("run")).ShouldBeFalse();
    }

    private async Task<(RecoveryResult Result, TrainingBench.RecordingObserver Observer)> RunAsync(string folder, string recipe, bool resume = false, (int Step, CancellationTokenSource Source)? cancel = null)
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
        var result = await RecoveryJob.RunAsync(
            PruneRecipe.Parse(recipe, _folder.In("recipe.yaml")), Base, _folder.In(folder), resume, observer, cancel?.Source.Token ?? TestContext.Current.CancellationToken);
        return (result, observer);
    }
}
