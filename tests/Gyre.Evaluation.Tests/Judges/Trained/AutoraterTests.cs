using System.Globalization;
using System.Text.Json.Nodes;
using Gyre.Contracts;
using Gyre.Evaluation.Judges.Pairs;
using Gyre.Evaluation.Judges.Trained;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Tests.Judges.Trained;

public sealed class AutoraterTests
{
    private static readonly AutoraterOptions Options = new() { Provenance = "a test", Comparison = new() { Resamples = 500, Seed = 3 } };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ratings_that_follow_a_scorer_are_learnt_and_held_against_the_baseline()
    {
        var (model, report) = await AutoraterTraining.OnLevelsAsync(Ratings(300, quality => quality), [new DigitScorer(), new LengthScorer()], Options, Token);

        report.IsBetterThanBaseline.ShouldBeTrue(report.Verdict);
        report.Concordance.Number.ShouldBeInRange(0.75, 0.99);
        report.ConcordanceInterval!.Low.ShouldBeGreaterThan(0.7);
        report.Kappa.Number.ShouldBeGreaterThan(0.4);
        report.Share.Number.ShouldBeGreaterThan(report.BaselineShare.Number + 0.1);
        report.LogLoss.ShouldBeLessThan(report.BaselineLogLoss);
        report.CalibrationError.ShouldBeLessThan(0.15);
        (report.Ratings, report.Folds, model.Least, model.Greatest, model.IsOfPairs).ShouldBe((300, 5, 1, 5, false));

        var rater = new TrainedAutorater(model, [new LengthScorer(), new DigitScorer()]);
        var bad = await rater.ScoreAsync(Row("q"), "quality 0", Token);
        var good = await rater.ScoreAsync(Row("q"), "quality 9", Token);
        good.Value!.Value.ShouldBeGreaterThan(bad.Value!.Value + 1);
        good.Reason.ShouldContain("5: ");
        good.Reason.ShouldNotContain("no better");
        rater.Form.ShouldSatisfyAllConditions(form => form.Least.ShouldBe(1), form => form.Greatest.ShouldBe(5));
    }

    [Fact]
    public async Task Ratings_by_chance_are_found_no_better_than_the_baseline_and_every_score_says_so()
    {
        for (var seed = 0UL; seed < 5; seed++)
        {
            var random = new SeededRandom(100 + seed);
            var (model, report) = await AutoraterTraining.OnLevelsAsync(Ratings(200, _ => random.NextInt32(10)), [new DigitScorer(), new LengthScorer()], Options, Token);

            report.IsBetterThanBaseline.ShouldBeFalse(report.Verdict);
            report.Verdict.ShouldStartWith("No better than a baseline");
            report.ConcordanceInterval!.Low.ShouldBeLessThan(0.55);
            (await new TrainedAutorater(model, [new DigitScorer(), new LengthScorer()]).ScoreAsync(Row("q"), "quality 3", Token)).Reason.ShouldContain("no better than its baseline");
        }
    }

    [Fact]
    public async Task Words_alone_are_learnt_when_they_are_hashed()
    {
        var random = new SeededRandom(8);
        string[] good = ["thanks", "certainly", "gladly"], bad = ["nope", "whatever", "dunno"], filler = ["the", "a", "shirt", "blue", "size", "is"];
        var ratings = Enumerable.Range(0, 200).Select(i =>
        {
            var isGood = random.NextInt32(2) == 1;
            var words = Enumerable.Range(0, 6).Select(_ => random.Pick(filler)).Append(random.Pick(isGood ? good : bad));
            return new RatedAnswer(Row($"prompt {i}"), string.Join(' ', words), isGood ? 1 : 0);
        }).ToArray();

        var (model, report) = await AutoraterTraining.OnLevelsAsync(ratings, [], Options with { HashedWords = 256 }, Token);

        report.Concordance.Number.ShouldBeGreaterThan(0.9);
        var rater = new TrainedAutorater(model, []);
        rater.Form.Unit.ShouldBe(MetricUnit.Share);
        (await rater.ScoreAsync(Row("q"), "the size is a blue shirt gladly", Token)).Value!.Value.ShouldBeGreaterThan(0.5);
        (await rater.ScoreAsync(Row("q"), "the size is a blue shirt dunno", Token)).Value!.Value.ShouldBeLessThan(0.5);
    }

    [Fact]
    public async Task Comparisons_are_learnt_and_ties_pull_to_the_middle()
    {
        var random = new SeededRandom(4);
        var pairs = Enumerable.Range(0, 200).Select(i =>
        {
            var (one, two) = (random.NextInt32(10), random.NextInt32(10));
            var preference = one == two ? PairPreference.Tie : random.NextDouble() < 1 / (1 + Math.Exp(two - one)) ? PairPreference.First : PairPreference.Second;
            return new ComparedAnswers(Row($"prompt {i}"), $"quality {one}", $"quality {two}", preference);
        }).ToArray();

        var (model, report) = await AutoraterTraining.OnPairsAsync(pairs, [new DigitScorer()], Options, Token);

        report.IsBetterThanBaseline.ShouldBeTrue(report.Verdict);
        report.Share.Number.ShouldBeGreaterThan(0.75);
        report.Concordance.IsDefined.ShouldBeFalse();
        model.IsOfPairs.ShouldBeTrue();
        var rater = new TrainedAutorater(model, [new DigitScorer()]);
        (await rater.CompareAsync(Row("q"), "quality 8", "quality 2", Token)).ShouldBeGreaterThan(0.9);
        (await rater.CompareAsync(Row("q"), "quality 5", "quality 5", Token)).ShouldBe(0.5);
        (await rater.ScoreAsync(Row("q") with { Reference = "quality 9" }, "quality 1", Token)).Value!.Value.ShouldBeLessThan(0.1);
        (await rater.ScoreAsync(Row("q"), "quality 1", Token)).Result.Reason!.Cause.ShouldBe(UndefinedCause.NoReference);
    }

    [Fact]
    public async Task The_same_ratings_give_the_same_file_for_any_number_of_threads_and_a_file_reads_back()
    {
        using var folder = new Benchmarks.TemporaryFolder();
        var texts = new List<string>();
        foreach (var threads in new[] { 1, 3 })
        {
            var (model, _) = await AutoraterTraining.OnLevelsAsync(
                Ratings(80, quality => quality), [new DigitScorer(), new LengthScorer()], Options with { Comparison = Options.Comparison with { Threads = threads } }, Token);
            var path = Path.Combine(folder.Path, $"{threads}.json");
            model.Save(path);
            texts.Add(await File.ReadAllTextAsync(path, Token));
            var (first, second) = (new TrainedAutorater(model, [new DigitScorer(), new LengthScorer()]), new TrainedAutorater(AutoraterModel.Load(path), [new DigitScorer(), new LengthScorer()]));
            (await second.ScoreAsync(Row("q"), "quality 4", Token)).ShouldBe(await first.ScoreAsync(Row("q"), "quality 4", Token));
        }

        texts[1].ShouldBe(texts[0]);
        AutoraterModel.Load(Path.Combine(folder.Path, "1.json")).ShouldSatisfyAllConditions(
            model => model.Provenance.ShouldBe("a test"), model => model.Ratings.ShouldBe(80), model => model.Scorers.ShouldBe(["digit", "length"]), model => model.Finding.ShouldContain("log-loss"));
    }

    [Fact]
    public async Task Files_that_are_not_whole_are_refused()
    {
        using var folder = new Benchmarks.TemporaryFolder();
        var path = Path.Combine(folder.Path, "model.json");
        var (model, _) = await AutoraterTraining.OnLevelsAsync(Ratings(60, quality => quality), [new DigitScorer()], Options, Token);
        model.Save(path);
        var whole = await File.ReadAllTextAsync(path, Token);
        Action<JsonObject>[] damages =
        [
            json => json["format"] = "gyre-autorater-2", json => json.Remove("weights"), json => json["extra"] = 1, json => json["weights"] = new JsonArray(1, 2), json => json["scales"]![0] = 0,
            json => json["thresholds"] = new JsonArray(2, 1, 0, -1), json => json["scorers"] = new JsonArray("a", "a"), json => json["hashedWords"] = -1, json => json["means"] = null, json => json["scorers"]![0] = null,
            json => json["least"] = 1e9, json => json["weights"]![0] = "1", json => json["provenance"] = null,
        ];
        foreach (var (index, damage) in damages.Index())
        {
            var json = JsonNode.Parse(whole)!.AsObject();
            damage(json);
            await File.WriteAllTextAsync(path, json.ToJsonString(), Token);
            Should.Throw<EvaluationException>(() => AutoraterModel.Load(path), $"damage {index}").Code.ShouldBe("EVA0103");
        }

        foreach (var text in new[] { "", "null", "[]", whole[..^20], whole.Replace("\"format\"", "\"format\": \"x\", \"format\"", StringComparison.Ordinal), string.Concat(Enumerable.Repeat("[", 100)) })
        {
            await File.WriteAllTextAsync(path, text, Token);
            Should.Throw<EvaluationException>(() => AutoraterModel.Load(path)).Code.ShouldBe("EVA0103");
        }

        Should.Throw<EvaluationException>(() => AutoraterModel.Load(Path.Combine(folder.Path, "none.json"))).Code.ShouldBe("EVA0102");
        Should.Throw<EvaluationException>(() => model.Save(folder.Path)).Code.ShouldBe("EVA0105");
        Should.Throw<EvaluationException>(() => new TrainedAutorater(model, [new LengthScorer()])).ShouldSatisfyAllConditions(error => error.Code.ShouldBe("EVA0104"), error => error.Message.ShouldContain("digit"));
    }

    [Fact]
    public async Task Ratings_that_cannot_be_learnt_are_refused_with_all_faults()
    {
        var message = (await Should.ThrowAsync<EvaluationException>(() => AutoraterTraining.OnLevelsAsync(
            [new RatedAnswer(Row("q"), "a", 1), new RatedAnswer(Row("q"), "b", 1)], [new DigitScorer(), new DigitScorer()], Options with { Penalty = 0, Folds = 1 }, Token))).Message;

        foreach (var part in new[] { "2 ratings", "one prompt", "all ratings are 1", "1 parts", "penalty is 0", "one name" })
        {
            message.ShouldContain(part);
        }

        (await Should.ThrowAsync<EvaluationException>(() => AutoraterTraining.OnPairsAsync([], [], Options, Token))).Code.ShouldBe("EVA0101");
        (await Should.ThrowAsync<EvaluationException>(() => AutoraterTraining.OnLevelsAsync([], [], Options, Token))).Code.ShouldBe("EVA0101");
    }

    [Fact]
    public async Task A_scorer_that_says_nothing_counts_as_such_and_not_as_0()
    {
        var ratings = Ratings(100, quality => quality).Select((rating, i) => i % 3 == 0 ? rating with { Output = "no number" } : rating).ToArray();
        var (model, report) = await AutoraterTraining.OnLevelsAsync(ratings, [new DigitScorer()], Options, Token);

        report.Concordance.Number.ShouldBeGreaterThan(0.6);
        var rater = new TrainedAutorater(model, [new DigitScorer()]);
        var (none, zero) = ((await rater.ScoreAsync(Row("q"), "no number", Token)).Value!.Value, (await rater.ScoreAsync(Row("q"), "quality 0", Token)).Value!.Value);
        none.ShouldBeGreaterThan(zero + 0.5);
    }

    /// <summary>Answers "quality N" of N from 0 to 9, rated 1 to 5 by a noisy person.</summary>
    private static RatedAnswer[] Ratings(int count, Func<int, int> seen)
    {
        var random = new SeededRandom(21);
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                var quality = random.NextInt32(10);
                return new RatedAnswer(Row($"prompt {i / 2}"), $"quality {quality}", Math.Clamp(1 + (int)Math.Round((seen(quality) / 2.25) + (0.8 * random.NextGaussian())), 1, 5));
            }),
        ];
    }

    private static DatasetRow Row(string prompt) => new(prompt, "t", prompt, "", new Dictionary<string, string>(), "", "");

    private sealed class DigitScorer : IScorer
    {
        public string Name => "digit";

        public MetricForm Form { get; } = new(ScoreDirection.HigherIsBetter, MetricUnit.Number, 0, 9, "test");

        public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken) => ValueTask.FromResult(
            output.Length > 0 && char.IsAsciiDigit(output[^1]) ? Score.OfNumber(int.Parse(output[^1..], CultureInfo.InvariantCulture)) : Score.Undefined("no digit"));
    }

    private sealed class LengthScorer : IScorer
    {
        public string Name => "length";

        public MetricForm Form { get; } = new(ScoreDirection.HigherIsBetter, MetricUnit.Count, 0, double.PositiveInfinity, "test");

        public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken) => ValueTask.FromResult(Score.OfNumber(output.Length));
    }
}
