using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;
using Gyre.Tensors.Threading;
using Gyre.Training.Encoders;
using Gyre.Training.Loop;

namespace Gyre.Training.Tests.Encoders;

/// <summary>Labels of texts and of words on a body trained on masked words.</summary>
public sealed class ClassifierJobTests : IDisposable
{
    private const string Text =
        """
        kind: classifier
        name: labels
        threads: 2
        task: sequence
        base: encoder/model
        data: {file: texts.csv}
        batch: {rows: 16, sequence: 40}
        optimizer: {decay: 0}
        schedule: {steps: 80, peak: 0.003, warmup: 5}
        evaluation: {every: 40, rows: 40}
        checkpoint: {every: 500}
        """;

    private static readonly string[] Verbs = ["carries", "sells", "buys", "paints"];

    private readonly EncoderBench _bench = new();

    public ClassifierJobTests()
    {
        EncoderJob.Run(EncoderRecipe.Parse(EncoderBench.Encoder, _bench.Folder.In("encoder.yaml")), _bench.Folder.In("encoder"), resume: false, new SilentObserver(), CancellationToken.None);
        var random = new SeededRandom(9);
        var sentences = Enumerable.Range(0, 300).Select(i => (Person: Pick("Ada", "Boris", "Clara", "Dmitri", "Elsa"), Verb: Verbs[i % 4], Good: Pick("silk", "salt", "wool", "iron", "honey"), Town: Pick("Rome", "Paris", "Oslo", "Prague"))).Distinct().ToArray();
        File.WriteAllLines(_bench.Folder.In("texts.csv"), sentences.Select(s => $"{s.Person} {s.Verb} {s.Good} in {s.Town}.,{(s.Verb is "sells" or "buys" ? "trade" : "work")}").Prepend("text,label"));
        File.WriteAllLines(_bench.Folder.In("words.txt"), sentences.SelectMany(s => new[] { $"{s.Person} PER", $"{s.Verb} O", $"{s.Good}\tGOOD", "in O", $"{s.Town} LOC", "" }));

        string Pick(params string[] items) => items[random.NextInt32(items.Length)];
    }

    [Theory]
    [InlineData("sequence", "texts.csv", false)]
    [InlineData("tokens", "words.txt", false)]
    [InlineData("tokens", "words.txt", true)]
    public async Task Labels_of_held_out_texts_are_found(string task, string file, bool isFrozen)
    {
        var result = Run("run", "task: sequence", $"task: {task}\nfrozen_body: {(isFrozen ? "true" : "false")}", "texts.csv", file, "peak: 0.003", isFrozen ? "peak: 0.03" : "peak: 0.003");
        result.End.ShouldBe(TrainingEnd.Completed);
        var card = File.ReadAllLines(_bench.Folder.In("run", "README.md"));
        foreach (var score in new[] { "accuracy", "F1" })
        {
            var row = card.Single(line => line.StartsWith($"| {score}, against always", StringComparison.Ordinal)).Split('|', StringSplitOptions.TrimEntries);
            double.Parse(row[3], System.Globalization.CultureInfo.InvariantCulture).ShouldBeGreaterThan(0.9);
            row[5].ShouldStartWith("+");
        }

        using var team = new ThreadTeam(2);
        using var model = EncoderModel.Load(ModelFolder.Open(result.ModelFolder), "labels", new EncoderOptions { Team = team });
        if (task == "sequence")
        {
            var labels = await model.TextClassifier!.ClassifyAsync([new TextPair("Clara sells iron in Oslo.", null)], TestContext.Current.CancellationToken); // A model with sequence labels classifies.
            labels[0].Scores.MaxBy(score => score.Score)!.Label.ShouldBe("trade");
        }
        else
        {
            model.TokenClassifier.ShouldNotBeNull();
        }
    }

    [Fact]
    public void A_whole_body_is_compared_with_a_frozen_one()
    {
        Run("frozen", "task: sequence", "task: sequence\nfrozen_body: true", "steps: 80", "steps: 5", "every: 40", "every: 5", "warmup: 5", "warmup: 1");
        Run("whole", "task: sequence", "task: sequence\nagainst: frozen");
        var row = File.ReadAllLines(_bench.Folder.In("whole", "README.md")).Single(line => line.StartsWith("| accuracy, against the run in 'frozen'", StringComparison.Ordinal)).Split('|', StringSplitOptions.TrimEntries);
        row[4].ShouldStartWith("+");
        row[5].ShouldMatch(@"^\+0\.\d+ to \+0\.\d+$");
        Should.Throw<TrainingException>(() => Run("other", "task: sequence", "task: sequence\nagainst: nowhere", "steps: 80", "steps: 5")).Code.ShouldBe("TRN0557");
    }

    [Fact]
    public void A_label_that_is_not_listed_is_refused_with_its_line()
    {
        var error = Should.Throw<TrainingException>(() => Run("run", "file: texts.csv", "file: texts.csv, labels: [trade, play]"));
        error.Code.ShouldBe("TRN0552");
        error.Message.ShouldContain("'work'");
        error.Message.ShouldContain("trade, play");
    }

    [Fact]
    public void A_line_without_a_label_an_empty_file_and_one_label_alone_are_refused()
    {
        File.WriteAllText(_bench.Folder.In("words.txt"), "Ada PER\nsells\n");
        Code("words").ShouldBe("TRN0552");
        File.WriteAllText(_bench.Folder.In("words.txt"), "");
        Code("words").ShouldBe("TRN0552");
        File.WriteAllText(_bench.Folder.In("words.txt"), string.Concat(Enumerable.Repeat("Ada PER\n\n", 40)));
        Code("words").ShouldBe("TRN0552");

        string Code(string run) => Should.Throw<TrainingException>(() => Run(run, "task: sequence", "task: tokens", "texts.csv", "words.txt")).Code;
    }

    [Fact]
    public void A_text_longer_than_the_row_is_refused_or_cut()
    {
        File.AppendAllText(_bench.Folder.In("texts.csv"), string.Concat(Enumerable.Repeat("Ada ", 60)) + ",work\n");
        Should.Throw<TrainingException>(() => Run("run")).Code.ShouldBe("TRN0553");
        Run("cut", "file: texts.csv", "file: texts.csv, long_texts: cut", "steps: 80", "steps: 5").End.ShouldBe(TrainingEnd.Completed);
    }

    public void Dispose() => _bench.Dispose();

    private TrainingResult Run(string folder, params string[] changes) =>
        ClassifierJob.Run(ClassifierRecipe.Parse(_bench.Changed(Text, changes), _bench.Folder.In("recipe.yaml")), _bench.Folder.In(folder), resume: false, new SilentObserver(), CancellationToken.None);
}
