using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;
using Gyre.Tensors.Threading;
using Gyre.Training.Encoders;
using Gyre.Training.Loop;
using Gyre.Training.Tests.Loop;

namespace Gyre.Training.Tests.Encoders;

/// <summary>Whole runs of a small encoder that learns to find answers in a world of facts.</summary>
public sealed class AnswersJobTests : IDisposable
{
    private const string Text =
        """
        kind: answers
        name: answers
        threads: 2
        base: encoder/model
        questions: {files: [questions.json], development_articles: 4, test_articles: 8, unanswerable: 0.5}
        generated: {steps: 40, share: 0.25}
        windows: {length: 64, overlap: 16, longest_answer: 4}
        batch: {rows: 16}
        optimizer: {decay: 0}
        schedule: {steps: 200, peak: 0.003, warmup: 20}
        evaluation: {every: 100, rows: 40}
        checkpoint: {every: 500}
        """;

    private readonly EncoderBench _bench = new();

    public AnswersJobTests() =>
        EncoderJob.Run(EncoderRecipe.Parse(EncoderBench.Encoder, _bench.Folder.In("encoder.yaml")), _bench.Folder.In("encoder"), resume: false, new SilentObserver(), CancellationToken.None);

    [Fact]
    public async Task It_learns_to_answer_from_passages_it_has_not_seen_and_to_say_when_they_do_not()
    {
        var observer = new TrainingBench.RecordingObserver();
        var result = Run("run", observer);

        result.End.ShouldBe(TrainingEnd.Completed);
        observer.Warnings.ShouldBeEmpty();
        var lines = File.ReadAllLines(_bench.Folder.In("run", "answers.jsonl")).Select(line => JsonNode.Parse(line)!).ToArray();
        var answered = lines.Where(line => line["wanted"]!.AsArray().Count > 0).ToArray();
        var without = lines.Where(line => line["wanted"]!.AsArray().Count == 0).ToArray();
        answered.Length.ShouldBe(96);
        without.Length.ShouldBeGreaterThan(40);

        // A passage holds twenty tokens of two facts; one answer in six or so has the right kind by chance.
        answered.Count(line => line["wanted"]!.AsArray().Any(wanted => (string)wanted! == (string)line["text"]!)).ShouldBeGreaterThan(answered.Length * 2 / 5);
        var points = Gyre.Training.Runs.MetricsLog.Read(_bench.Folder.In("run", "metrics.jsonl")).ToArray();
        points[0].Loss!.Value.ShouldBeGreaterThan(2.2); // Every step has a loss.
        points[^1].ValidationLoss!.Value.ShouldBeLessThan(1.6); // The last step is measured.
        var card = File.ReadAllText(_bench.Folder.In("run", "README.md"));
        card.ShouldContain("| F1, all |");
        File.ReadAllText(_bench.Folder.In("run", "threshold.svg")).ShouldStartWith("<svg");
        using var team = new ThreadTeam(2);
        using var loaded = EncoderModel.Load(ModelFolder.Open(result.ModelFolder), "answers", new EncoderOptions { Team = team });
        var found = await loaded.QuestionAnswerer!.AnswerAsync( // A model with a span head answers.
            [new TextPair("where does Ada sell silk?", "Boris buys salt in Oslo. Ada sells silk in Vienna. Elsa paints wool in Rome.")], null, TestContext.Current.CancellationToken);
        found[0].Answers[0].Text.ShouldNotBeEmpty();
        found[0].NoAnswerScore.ShouldBeInRange(0, 1);
    }

    [Fact]
    public void While_settings_are_chosen_the_card_scores_the_development_questions_alone()
    {
        string[] brief = ["steps: 200", "steps: 4", "steps: 40", "steps: 2", "every: 100", "every: 4", "warmup: 20", "warmup: 1", "name: answers", "name: answers\nscore: development\nhidden_share: 0.2"];
        Run("chosen", new SilentObserver(), brief);
        var ids = File.ReadAllLines(_bench.Folder.In("chosen", "answers.jsonl")).Select(line => (string)JsonNode.Parse(line)!["id"]!).ToArray(); // Every line has one.
        var splits = QuestionSplits.Read(new QuestionDataRecipe { Files = [_bench.Folder.In("questions.json")], DevelopmentArticles = 4, TestArticles = 8, Unanswerable = 0.5 });
        ids.ShouldBe(splits.Development.Select(item => item.Id));
        File.ReadAllText(_bench.Folder.In("chosen", "README.md")).ShouldContain("on the development questions;");
    }

    [Fact]
    public void Threads_and_interruption_do_not_change_a_bit()
    {
        string[] brief = ["steps: 200", "steps: 8", "steps: 40", "steps: 4", "every: 100", "every: 4", "warmup: 20", "warmup: 2"];
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
        AnswersJob.Run(Recipe(brief), _bench.Folder.In("cut"), resume: false, observer, cancel.Token).End.ShouldBe(TrainingEnd.Interrupted);
        AnswersJob.Run(Recipe([.. brief, "threads: 2", "threads: 1"]), _bench.Folder.In("cut"), resume: true, new SilentObserver(), CancellationToken.None).End.ShouldBe(TrainingEnd.Completed);
        _bench.Weights("cut").ShouldBe(_bench.Weights("whole"));
    }

    [Fact]
    public void Accumulation_equals_one_large_batch()
    {
        string[] brief = ["steps: 200", "steps: 6", "steps: 40", "steps: 3", "every: 100", "every: 6", "warmup: 20", "warmup: 2"];
        var (whole, split) = (new TrainingBench.RecordingObserver(), new TrainingBench.RecordingObserver());
        Run("whole", whole, brief);
        Run("split", split, [.. brief, "rows: 16", "rows: 2, accumulation: 8"]);
        for (var i = 0; i < 6; i++)
        {
            split.Steps[i].Loss.ShouldBe(whole.Steps[i].Loss, 1e-5, $"step {i + 1}");
        }
    }

    [Fact]
    public void A_frozen_body_keeps_its_weights()
    {
        string[] brief = ["steps: 200", "steps: 3", "steps: 40", "steps: 1", "every: 100", "every: 3", "warmup: 20", "warmup: 1", "base: encoder/model", "base: encoder/model\nfrozen_body: true"];
        var result = Run("frozen", new SilentObserver(), brief);
        result.Parameters.ShouldBe((2 * 64) + 2);
        using var before = Gyre.Models.Weights.SafetensorsFolder.Open(_bench.Folder.In("encoder", "model"));
        using var after = Gyre.Models.Weights.SafetensorsFolder.Open(result.ModelFolder);
        foreach (var name in after.Names.Where(name => !name.StartsWith("qa_outputs", StringComparison.Ordinal)))
        {
            before.TryGet(name, out var old).ShouldBeTrue();
            after.TryGet(name, out var kept);
            Bytes(kept!).ShouldBe(Bytes(old!), name); // Both files have it.
        }

        static unsafe byte[] Bytes(Gyre.Models.Weights.WeightTensor tensor) => new ReadOnlySpan<byte>(tensor.Bytes, (int)tensor.LengthBytes).ToArray();
    }

    [Theory]
    [InlineData("base: encoder/model", "base: nowhere", "TRN0556")]
    [InlineData("length: 64", "length: 128", "TRN0556")]
    [InlineData("length: 64", "length: 16", "TRN0553")]
    [InlineData("test_articles: 8", "test_articles: 56", "TRN0551")]
    [InlineData("questions.json", "facts.txt", "TRN0555")]
    public void What_cannot_be_is_refused_by_name(string old, string changed, string code)
    {
        if (changed == "length: 16")
        {
            var text = File.ReadAllText(_bench.Folder.In("questions.json"));
            File.WriteAllText(_bench.Folder.In("questions.json"), text.Replace("where does", "where " + string.Concat(Enumerable.Repeat("oh ", 20)) + "does", StringComparison.Ordinal));
        }

        Should.Throw<TrainingException>(() => Run("run", new SilentObserver(), old, changed)).Code.ShouldBe(code);
    }

    public void Dispose() => _bench.Dispose();

    private TrainingResult Run(string folder, ITrainingObserver observer, params string[] changes) =>
        AnswersJob.Run(Recipe(changes), _bench.Folder.In(folder), resume: false, observer, CancellationToken.None);

    private AnswersRecipe Recipe(params string[] changes) => AnswersRecipe.Parse(_bench.Changed(Text, changes), _bench.Folder.In("recipe.yaml"));
}
