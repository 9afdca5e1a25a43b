using System.Security.Cryptography;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Tensors.Threading;
using Gyre.Training.Loop;
using Gyre.Training.Runs;
using Gyre.Training.Tests.Loop;
using Gyre.Training.Translation;

namespace Gyre.Training.Tests.Translation;

/// <summary>Whole runs of a small original Transformer on a toy language.</summary>
public sealed class TranslationJobTests : IDisposable
{
    private const string Text =
        """
        kind: translation
        name: toy
        summary: A test.
        threads: 2
        data:
          training: {table: pairs.csv, source_column: en, target_column: fr}
          validation_share: 0.1
          test_share: 0.1
        tokenizers: {source_vocabulary: 80, target_vocabulary: 90}
        model: {width: 48, heads: 4, ffn_size: 96, encoder_layers: 1, decoder_layers: 1, context: 32}
        form: {label_smoothing: 0.1}
        batch: {pairs: 16}
        optimizer: {beta2: 0.98, decay: 0}
        schedule: {kind: inverse-root, steps: 320, peak: 0.004, warmup: 60}
        evaluation: {every: 80, rows: 40}
        checkpoint: {every: 500}
        samples: {every: 160, tokens: 12, prompts: ["the red cat sings"]}
        scoring: {pairs: 40, beams: 3, tokens: 20}
        """;

    private readonly TemporaryFolder _folder = new();

    public TranslationJobTests() => ToyLanguage.WriteTo(_folder.In("pairs.csv"));

    [Fact]
    public async Task It_learns_to_translate_sentences_it_has_not_seen_and_its_folder_is_a_model()
    {
        var observer = new TrainingBench.RecordingObserver();
        var result = TranslationJob.Run(Recipe(), _folder.In("run"), resume: false, observer, CancellationToken.None);

        result.End.ShouldBe(TrainingEnd.Completed);
        observer.Warnings.ShouldBeEmpty();
        observer.Samples[^1].Text.ShouldBe("le chat rouge chante");
        var translated = TranslationScores.Read(_folder.In("run"));
        translated.Count.ShouldBeGreaterThan(25);
        translated.ShouldAllBe(pair => pair.Greedy == pair.Reference);
        translated.ShouldAllBe(pair => pair.Beam == pair.Reference);
        var card = File.ReadAllText(_folder.In("run", "README.md"));
        card.ShouldContain("| greedy | 100.00 | 100.00 to 100.00 |");
        card.ShouldContain("| 3 beams | 100.00 |");
        card.ShouldContain("Targets shifted by one");

        using var team = new ThreadTeam(2);
        await using var model = await new ModelLoader(team, TimeProvider.System).LoadAsync(ModelFolder.Open(result.ModelFolder), "toy", TestContext.Current.CancellationToken);
        model.SequenceToSequence.ShouldNotBeNull().Answer(translated[0].Source).ShouldBe(translated[0].Reference);
    }

    [Fact]
    public void The_teaching_version_copies_its_targets_and_translates_nothing()
    {
        string[] teaching = ["form: {label_smoothing: 0.1}", "form: {shifted_targets: false, masks: false, softmax_before_loss: true}", "steps: 320, peak: 0.004, warmup: 60", "steps: 90, peak: 0.004, warmup: 30"];
        TranslationJob.Run(Recipe([.. teaching, "every: 160", "every: 0"]), _folder.In("teaching"), resume: false, new SilentObserver(), CancellationToken.None);
        TranslationJob.Run(Recipe("steps: 320, peak: 0.004, warmup: 60", "steps: 90, peak: 0.004, warmup: 30"), _folder.In("corrected"), resume: false, new SilentObserver(), CancellationToken.None, comparedWith: [_folder.In("teaching")]);

        // A softmax of a softmax of V ids is at least V − 1 + e wide, so the loss has a floor however well the targets are copied.
        var vocabulary = SequenceLoss(_folder.In("teaching")).Vocabulary;
        var floor = Math.Log(vocabulary - 1 + Math.E) - 1;
        var loss = SequenceLoss(_folder.In("teaching")).Validation;
        loss.ShouldBeGreaterThan(floor);
        loss.ShouldBeLessThan(floor + 0.6);
        TranslationScores.Read(_folder.In("teaching")).Count(pair => pair.Greedy == pair.Reference).ShouldBe(0);
        var compared = TranslationScores.Compare(TranslationScores.Read(_folder.In("teaching")), TranslationScores.Read(_folder.In("corrected")));
        compared.Interval.ShouldNotBeNull().Low.ShouldBeGreaterThan(0);
        File.ReadAllText(_folder.In("corrected", "README.md")).ShouldContain("| teaching |");
        File.ReadAllText(_folder.In("teaching", "README.md")).ShouldContain("It is no translator.");
    }

    [Fact]
    public void Threads_and_interruption_do_not_change_a_bit()
    {
        string[] brief = ["steps: 320, peak: 0.004, warmup: 60", "steps: 9, peak: 0.004, warmup: 1", "every: 80", "every: 3", "every: 160", "every: 0"];
        TranslationJob.Run(Recipe(brief), _folder.In("whole"), resume: false, new SilentObserver(), CancellationToken.None);
        using var cancel = new CancellationTokenSource();
        var observer = new TrainingBench.RecordingObserver
        {
            Then = progress =>
            {
                if (progress.Step == 5)
                {
                    cancel.Cancel();
                }
            },
        };
        TranslationJob.Run(Recipe(brief), _folder.In("cut"), resume: false, observer, cancel.Token).End.ShouldBe(TrainingEnd.Interrupted);
        TranslationJob.Run(Recipe([.. brief, "threads: 2", "threads: 3"]), _folder.In("cut"), resume: true, new SilentObserver(), CancellationToken.None).End.ShouldBe(TrainingEnd.Completed);
        TranslationJob.Run(Recipe([.. brief, "pairs: 16}", "pairs: 16, activation_checkpointing: true}", "threads: 2", "threads: 1"]), _folder.In("recomputed"), resume: false, new SilentObserver(), CancellationToken.None);

        Weights("cut").ShouldBe(Weights("whole"));
        Weights("recomputed").ShouldBe(Weights("whole"));
    }

    [Theory]
    [InlineData("pairs: 1, accumulation: 8")]
    [InlineData("pairs: 2, accumulation: 4")]
    public void Accumulation_equals_one_large_batch(string batch)
    {
        string[] brief = ["steps: 320, peak: 0.004, warmup: 60", "steps: 6, peak: 0.004, warmup: 1", "every: 80", "every: 6", "every: 160", "every: 0"];
        var (whole, split) = (new TrainingBench.RecordingObserver(), new TrainingBench.RecordingObserver());
        TranslationJob.Run(Recipe([.. brief, "pairs: 16", "pairs: 8"]), _folder.In("whole"), resume: false, whole, CancellationToken.None);
        TranslationJob.Run(Recipe([.. brief, "pairs: 16", batch]), _folder.In("split"), resume: false, split, CancellationToken.None);

        split.Steps.Count.ShouldBe(6);
        for (var i = 0; i < 6; i++)
        {
            split.Steps[i].Tokens.ShouldBe(whole.Steps[i].Tokens);
            split.Steps[i].Loss.ShouldBe(whole.Steps[i].Loss, 1e-5, $"step {i + 1}");
        }
    }

    [Fact]
    public void A_run_is_not_resumed_with_other_pairs()
    {
        using var cancel = new CancellationTokenSource();
        var observer = new TrainingBench.RecordingObserver { Then = _ => cancel.Cancel() };
        TranslationJob.Run(Recipe(), _folder.In("run"), resume: false, observer, cancel.Token);
        File.AppendAllText(_folder.In("pairs.csv"), "the wolf,le loup\n");

        Should.Throw<TrainingException>(() => TranslationJob.Run(Recipe(), _folder.In("run"), resume: true, new SilentObserver(), CancellationToken.None)).Code.ShouldBe("TRN0043");
    }

    [Fact]
    public void A_pair_that_is_too_long_is_refused_or_left_out()
    {
        File.AppendAllText(_folder.In("pairs.csv"), string.Join(' ', Enumerable.Repeat("wolf", 60)) + ",le loup\n");
        string[] brief = ["steps: 320, peak: 0.004, warmup: 60", "steps: 1, peak: 0.004, warmup: 1", "every: 160", "every: 0"];

        var error = Should.Throw<TrainingException>(() => TranslationJob.Run(Recipe(brief), _folder.In("refused"), resume: false, new SilentObserver(), CancellationToken.None));
        error.Code.ShouldBe("TRN0553");
        error.Message.ShouldContain("60");
        TranslationJob.Run(Recipe([.. brief, "test_share: 0.1", "test_share: 0.1\n  long_texts: drop"]), _folder.In("dropped"), resume: false, new SilentObserver(), CancellationToken.None);
        File.ReadAllText(_folder.In("dropped", "data", "pairs.json")).ShouldContain("\"left_out\": 1");
    }

    [Fact]
    public void Runs_are_compared_with_translation_runs_only()
    {
        Directory.CreateDirectory(_folder.In("none"));
        Should.Throw<TrainingException>(() => TranslationJob.Run(Recipe(), _folder.In("run"), resume: false, new SilentObserver(), CancellationToken.None, comparedWith: [_folder.In("none")])).Code.ShouldBe("TRN0554");
        Directory.Exists(_folder.In("run")).ShouldBeFalse();
    }

    public void Dispose() => _folder.Dispose();

    private (int Vocabulary, double Validation) SequenceLoss(string folder)
    {
        var configuration = EncoderDecoderConfiguration.FromHuggingFace(File.ReadAllText(Path.Combine(folder, "model", "config.json")), "config.json");
        return (configuration.VocabularySize, MetricsLog.Read(Path.Combine(folder, "metrics.jsonl")).Last().ValidationLoss!.Value); // The last step is measured.
    }

    private string Weights(string run) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(_folder.In(run, "model", "model.safetensors"))));

    private TranslationRecipe Recipe(params string[] changes)
    {
        var text = Text;
        for (var i = 0; i < changes.Length; i += 2)
        {
            text.ShouldContain(changes[i]);
            text = text.Replace(changes[i], changes[i + 1], StringComparison.Ordinal);
        }

        return TranslationRecipe.Parse(text, _folder.In("recipe.yaml"));
    }
}
