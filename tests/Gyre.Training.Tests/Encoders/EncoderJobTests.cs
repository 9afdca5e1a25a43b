using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;
using Gyre.Tensors.Threading;
using Gyre.Training.Encoders;
using Gyre.Training.Loop;
using Gyre.Training.Runs;
using Gyre.Training.Tests.Loop;

namespace Gyre.Training.Tests.Encoders;

/// <summary>Whole runs of a small encoder on masked words.</summary>
public sealed class EncoderJobTests : IDisposable
{
    private readonly EncoderBench _bench = new();

    [Fact]
    public async Task It_learns_to_find_hidden_words_and_its_folder_is_loaded_like_a_published_model()
    {
        var observer = new TrainingBench.RecordingObserver();
        var result = Run("run", observer, "steps: 40", "steps: 160", "every: 40", "every: 160");

        result.End.ShouldBe(TrainingEnd.Completed);
        observer.Warnings.ShouldBeEmpty();
        var points = MetricsLog.Read(_bench.Folder.In("run", "metrics.jsonl")).ToArray();
        points[0].Loss!.Value.ShouldBe(Math.Log(100), 1.5); // Of a vocabulary of some hundred tokens.
        points[^1].ValidationLoss!.Value.ShouldBeLessThan(points[0].Loss!.Value - 2); // The last step is measured.
        observer.Samples.Count.ShouldBe(1);
        using var team = new ThreadTeam(2);
        using var model = EncoderModel.Load(ModelFolder.Open(result.ModelFolder), "encoder", new EncoderOptions { Team = team });
        var filled = await model.FillMask!.FillAsync(["ada sells [MASK] in rome."], 4, TestContext.Current.CancellationToken); // A masked-word model fills.
        filled[0][0].Words.Select(word => word.Token).ShouldBeSubsetOf(["silk", "salt", "wool", "wine", "iron", "glass", "paper", "honey"]);
        File.ReadAllText(_bench.Folder.In("run", "README.md")).ShouldContain("equally likely ones");
    }

    [Fact]
    public void Threads_interruption_and_recomputed_layers_do_not_change_a_bit()
    {
        string[] brief = ["steps: 40", "steps: 8", "every: 20", "every: 4", "every: 40", "every: 0"];
        Run("whole", new SilentObserver(), brief);
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
        EncoderJob.Run(Recipe(brief), _bench.Folder.In("cut"), resume: false, observer, cancel.Token).End.ShouldBe(TrainingEnd.Interrupted);
        EncoderJob.Run(Recipe([.. brief, "threads: 2", "threads: 3"]), _bench.Folder.In("cut"), resume: true, new SilentObserver(), CancellationToken.None).End.ShouldBe(TrainingEnd.Completed);
        Run("recomputed", new SilentObserver(), [.. brief, "rows: 8}", "rows: 8, activation_checkpointing: true}", "threads: 2", "threads: 1"]);
        _bench.Weights("cut").ShouldBe(_bench.Weights("whole"));
        _bench.Weights("recomputed").ShouldBe(_bench.Weights("whole"));
    }

    [Theory]
    [InlineData("rows: 1, accumulation: 8")]
    [InlineData("rows: 2, accumulation: 4")]
    public void Accumulation_equals_one_large_batch(string batch)
    {
        string[] brief = ["steps: 40", "steps: 6", "every: 20", "every: 6", "every: 40", "every: 0"];
        var (whole, split) = (new TrainingBench.RecordingObserver(), new TrainingBench.RecordingObserver());
        Run("whole", whole, brief);
        Run("split", split, [.. brief, "rows: 8", batch]);
        for (var i = 0; i < 6; i++)
        {
            split.Steps[i].Tokens.ShouldBe(whole.Steps[i].Tokens);
            split.Steps[i].Loss.ShouldBe(whole.Steps[i].Loss, 1e-5, $"step {i + 1}");
        }
    }

    [Fact]
    public void Documents_that_share_words_with_held_out_passages_are_left_out()
    {
        var corpus = EncoderRecipe.Parse(
            _bench.Changed(EncoderBench.Encoder, "texts: [facts.txt]", "texts: [facts.txt], questions: {files: [questions.json], development_articles: 4, test_articles: 8}"), _bench.Folder.In("recipe.yaml")).Corpus;
        var splits = QuestionSplits.Read(corpus.Questions!); // The recipe names them.
        var before = EncoderDocuments.Read(corpus);
        before.Training.Concat(before.Validation).ShouldNotContain(splits.Test[0].Passage);
        before.Training.Concat(before.Validation).ShouldContain(splits.Training[0].Passage);
        File.AppendAllText(_bench.Folder.In("facts.txt"), "\n\nIt is said: " + splits.Test[0].Passage);
        var after = EncoderDocuments.Read(corpus);
        after.Overlapping.ShouldBe(before.Overlapping + 1);
    }

    [Fact]
    public void A_corpus_without_documents_is_refused()
    {
        File.WriteAllText(_bench.Folder.In("facts.txt"), "One document.");
        Should.Throw<TrainingException>(() => Run("run", new SilentObserver())).Code.ShouldBe("TRN0551");
        File.Delete(_bench.Folder.In("facts.txt"));
        Should.Throw<TrainingException>(() => Run("run", new SilentObserver())).Code.ShouldBe("TRN0040");
    }

    public void Dispose() => _bench.Dispose();

    private TrainingResult Run(string folder, ITrainingObserver observer, params string[] changes) =>
        EncoderJob.Run(Recipe(changes), _bench.Folder.In(folder), resume: false, observer, CancellationToken.None);

    private EncoderRecipe Recipe(params string[] changes) => EncoderRecipe.Parse(_bench.Changed(EncoderBench.Encoder, changes), _bench.Folder.In("recipe.yaml"));
}
