using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;
using Gyre.Tensors.Threading;
using Gyre.Training.Corpus;
using Gyre.Training.Loop;
using Gyre.Training.Recipes;
using Gyre.Training.Runs;
using Gyre.Training.Scaling;

namespace Gyre.Training.Tests.Loop;

/// <summary>Whole runs of a real, tiny decoder.</summary>
public sealed class TrainingJobTests : IDisposable
{
    private const string Text =
        """
        name: job
        summary: A test.
        threads: 2
        model: {hidden_size: 32, layers: 2, heads: 4, kv_heads: 2, ffn_size: 48, context: 96}
        tokenizer: {vocabulary: 320, sample_characters: 20000}
        corpus: {shop: {examples: 60, seed: 3}}
        batch: {rows: 2, accumulation: 2}
        schedule: {steps: 12, peak: 0.01, warmup: 2}
        evaluation: {every: 4, rows: 4}
        checkpoint: {every: 4}
        samples: {every: 6, tokens: 8, prompts: ["Hello!"]}
        export: [safetensors-f32, gguf-q8_0]
        """;

    private readonly TemporaryFolder _folder = new();

    [Theory]
    [InlineData("name: job", "name: job")]
    [InlineData("context: 96", "context: 96, qk_norm: true")]
    public void A_recipe_becomes_a_model_that_loads_in_both_formats_and_says_the_same(string old, string change)
    {
        var observer = new TrainingBench.RecordingObserver();

        var result = TrainingJob.Run(Recipe(old, change), _folder.In("run"), resume: false, observer, CancellationToken.None);

        result.End.ShouldBe(TrainingEnd.Completed);
        observer.Warnings.ShouldBeEmpty();
        observer.Steps[^1].Loss.ShouldBeLessThan(observer.Steps[0].Loss - 0.3);
        observer.Steps[0].Loss.ShouldBe(Math.Log(320), 0.2);
        observer.Samples.Count.ShouldBe(2);
        var tokenizer = TokenizerLoader.FromFolder(result.ModelFolder);
        tokenizer.VocabularySize.ShouldBe(320);
        tokenizer.EndIds.ShouldNotBeEmpty();
        using var team = new ThreadTeam(1);
        using var safetensors = SafetensorsFolder.Open(result.ModelFolder);
        using var gguf = GgufFile.Open(Path.Combine(result.ModelFolder, "model-q8_0.gguf"));
        var configuration = DecoderConfiguration.FromHuggingFace(File.ReadAllText(Path.Combine(result.ModelFolder, "config.json")), "config.json");
        using var exact = DecoderLoader.Load(safetensors, configuration, new DecoderOptions { Team = team });
        using var quantised = DecoderLoader.Load(gguf, DecoderConfiguration.FromGguf(gguf), new DecoderOptions { Team = team });
        int[] prompt = [1, 70, 80, 90, 4, 3];
        using var left = exact.CreateSession(16);
        using var right = quantised.CreateSession(16);
        var expected = left.Forward(prompt).ToArray();
        var actual = right.Forward(prompt).ToArray();
        var spread = expected.Max() - expected.Min();
        for (var i = 0; i < expected.Length; i++)
        {
            actual[i].ShouldBe(expected[i], spread * 0.03f);
        }

        SameIds(tokenizer, TokenizerLoader.FromGguf(gguf.Metadata));
    }

    [Fact]
    public void The_run_folder_says_how_the_model_came_about()
    {
        var result = TrainingJob.Run(Recipe(), _folder.In("run"), resume: false, new SilentObserver(), CancellationToken.None);

        File.ReadAllText(_folder.In("run", "recipe.yaml")).ShouldBe(Text);
        File.ReadAllText(_folder.In("run", "environment.json")).ShouldContain("instruction_sets");
        MetricsLog.Read(_folder.In("run", "metrics.jsonl")).Count().ShouldBe(12);
        var card = File.ReadAllText(_folder.In("run", "README.md"));
        card.ShouldContain($"{result.Parameters:N0} parameters");
        card.ShouldContain(ModelCard.EvaluationBegin);
        card.ShouldContain("![loss](loss.svg)");
        card.ShouldContain("| attention |");
        var point = ScalingPoint.Read(_folder.In("run"));
        point.Parameters.ShouldBe(result.Parameters);
        point.Tokens.ShouldBe(result.Tokens);
        point.Loss.ShouldBe(result.BestValidationLoss!.Value);
    }

    [Fact]
    public void A_run_that_cannot_fit_into_memory_is_refused_before_its_first_step()
    {
        var error = Should.Throw<TrainingException>(() => TrainingJob.Run(Recipe(), _folder.In("run"), resume: false, new SilentObserver(), CancellationToken.None, memoryBytes: 1000));

        error.Code.ShouldBe("TRN0307");
        File.Exists(_folder.In("run", "metrics.jsonl")).ShouldBeFalse();
    }

    [Fact]
    public void The_card_sets_a_run_beside_others_with_a_law_through_all_of_them()
    {
        ScalingPoint[] others = [new("small", 1_000, 20_000, 3.5), new("large", 100_000, 2_000_000, 2.5)];

        TrainingJob.Run(Recipe(), _folder.In("run"), resume: false, new SilentObserver(), CancellationToken.None, comparedWith: others);

        var card = File.ReadAllText(_folder.In("run", "README.md"));
        card.ShouldContain("| small | 1,000 | 20,000 | 20.0 |");
        card.ShouldContain("Law through these 3 runs");
    }

    [Theory]
    [InlineData("adamw", "shuffled")]
    [InlineData("muon", "kept")]
    public void Threads_interruption_and_recomputed_activations_do_not_change_a_bit(string optimizer, string order)
    {
        string[] kind = ["batch: {", $"optimizer: {{name: {optimizer}}}\nbatch: {{", "seed: 3}", $"seed: 3, lead: 20}}, order: {order}"];
        TrainingJob.Run(Recipe(kind), _folder.In("whole"), resume: false, new SilentObserver(), CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var observer = new TrainingBench.RecordingObserver
        {
            Then = progress =>
            {
                if (progress.Step == 7)
                {
                    cancel.Cancel();
                }
            },
        };
        var interrupted = TrainingJob.Run(Recipe(kind), _folder.In("cut"), resume: false, observer, cancel.Token);
        interrupted.End.ShouldBe(TrainingEnd.Interrupted);
        interrupted.ModelFolder.ShouldBeEmpty();
        TrainingJob.Run(Recipe([.. kind, "threads: 2", "threads: 3"]), _folder.In("cut"), resume: true, new SilentObserver(), CancellationToken.None).End.ShouldBe(TrainingEnd.Completed);
        TrainingJob.Run(Recipe([.. kind, "accumulation: 2", "accumulation: 2, activation_checkpointing: true", "threads: 2", "threads: 1"]), _folder.In("recomputed"), resume: false, new SilentObserver(), CancellationToken.None);

        var expected = Weights("whole");
        Weights("cut").ShouldBe(expected);
        Weights("recomputed").ShouldBe(expected);
    }

    [Theory]
    [InlineData("rows: 1, accumulation: 8")]
    [InlineData("rows: 2, accumulation: 4")]
    public void Accumulation_equals_one_large_batch_of_a_decoder(string batch)
    {
        var (whole, split) = (new TrainingBench.RecordingObserver(), new TrainingBench.RecordingObserver());

        TrainingJob.Run(Recipe("rows: 2, accumulation: 2", "rows: 8, accumulation: 1"), _folder.In("whole"), resume: false, whole, CancellationToken.None);
        TrainingJob.Run(Recipe("rows: 2, accumulation: 2", batch), _folder.In("split"), resume: false, split, CancellationToken.None);

        split.Steps.Count.ShouldBe(12);
        for (var i = 0; i < split.Steps.Count; i++)
        {
            split.Steps[i].Tokens.ShouldBe(whole.Steps[i].Tokens);
            split.Steps[i].Loss.ShouldBe(whole.Steps[i].Loss, 1e-6, $"step {i + 1}");
        }
    }

    [Fact]
    public void A_run_cancelled_before_its_first_step_can_be_resumed()
    {
        using var cancel = new CancellationTokenSource();
        cancel.Cancel();
        Should.Throw<OperationCanceledException>(() => TrainingJob.Run(Recipe(), _folder.In("run"), resume: false, new SilentObserver(), cancel.Token));

        TrainingJob.Run(Recipe(), _folder.In("run"), resume: true, new SilentObserver(), CancellationToken.None).End.ShouldBe(TrainingEnd.Completed);
    }

    [Fact]
    public void A_finished_run_that_is_resumed_writes_its_model_again()
    {
        TrainingJob.Run(Recipe(), _folder.In("run"), resume: false, new SilentObserver(), CancellationToken.None);
        var expected = Weights("run");
        Directory.Delete(_folder.In("run", "model"), recursive: true);

        var result = TrainingJob.Run(Recipe(), _folder.In("run"), resume: true, new SilentObserver(), CancellationToken.None);

        result.Step.ShouldBe(12);
        Weights("run").ShouldBe(expected);
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Both files must cut text alike: line breaks after full stops, digits, hyphens.</summary>
    private static void SameIds(ITokenizer left, ITokenizer right)
    {
        var texts = new ShopCorpus(9).Training(0, 60).Select(ShopChatFormat.Render).Append("a half-length dress.\n\nName: 1234\n").ToArray();
        foreach (var text in texts)
        {
            var (expected, actual) = (new List<int>(), new List<int>());
            left.Encode(text, addSpecialTokens: true, parseSpecialTokens: true, expected);
            right.Encode(text, addSpecialTokens: true, parseSpecialTokens: true, actual);
            actual.ShouldBe(expected, text);
        }
    }

    private static TrainingRecipe Recipe(params string[] replacements)
    {
        var text = Text;
        for (var i = 0; i < replacements.Length; i += 2)
        {
            text = text.Replace(replacements[i], replacements[i + 1], StringComparison.Ordinal);
        }

        return TrainingRecipe.Parse(text, "job.yaml");
    }

    private string Weights(string run) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(_folder.In(run, "model", "model.safetensors"))));
}
