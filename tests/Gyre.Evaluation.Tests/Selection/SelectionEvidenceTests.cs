using Gyre.Evaluation.Selection;

namespace Gyre.Evaluation.Tests.Selection;

public sealed class SelectionEvidenceTests : IDisposable
{
    private const string Review = """
        notes:
          - {candidate: a, by: Ann, criterion: tone, rating: 5, note: Lively.}
          - {candidate: a, by: Bob, criterion: tone, rating: 4}
          - {candidate: b, by: Ann, criterion: tone, rating: 3}
          - {candidate: b, by: Bob, criterion: tone, rating: 2}
          - {candidate: b, by: Cid, note: Too short.}
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-evidence-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Ratings 5 and 4: mean 4.5, deviation 0.7071, Student's 0.975 quantile with one degree 12.706; the upper end is cut off at the scale's.</summary>
    [Fact]
    public void Ratings_have_a_mean_with_Students_interval_and_pairs_by_person()
    {
        var result = Decide($"{{name: people, review: {File("review.yaml", Review)}}}", "{name: tone, weight: 1, evidence: people, metric: tone}");

        var a = result.Candidates.Single(one => one.Name == "a").Scores[0];
        a.Measurement!.Value.ShouldBe(4.5);
        a.Measurement.Low!.Value.ShouldBe(1, 1e-9); // 4.5 − 6.353 would be below the scale.
        a.Measurement.High.ShouldBe(5);
        a.Score!.Value.ShouldBe(3.5 / 4);
        result.Rivals.Single().Paired.ShouldBe(1); // Both gave 2 less: the difference is sure.
        result.Chosen.ShouldBe("a");
        result.Notes.Count.ShouldBe(5);
        result.Sources.Single().Description.ShouldBe("4 ratings and 2 notes of 3 people");
    }

    [Fact]
    public void Students_interval_is_the_tables()
    {
        var many = string.Join('\n', new[] { 3, 4, 3, 4, 3, 4, 3, 4, 3, 4 }.Select((rating, i) => $"  - {{candidate: a, by: P{i}, criterion: tone, rating: {rating}}}"));

        var a = Decide($"{{name: people, review: {File("review.yaml", "notes:\n" + many)}}}", "{name: tone, weight: 1, evidence: people, metric: tone}").Candidates.Single(one => one.Name == "a").Scores[0];

        // Deviation √(2.5/9), 9 degrees: 2.262157.
        (a.Measurement!.High!.Value - 3.5).ShouldBe(2.262157 * Math.Sqrt(2.5 / 9) / Math.Sqrt(10), 1e-6);
    }

    [Theory]
    [InlineData("notes: [{candidate: a, by: Ann, rating: 3}]", "EVA0124")]
    [InlineData("notes: [{candidate: a, by: Ann, criterion: tone, rating: 9}]", "EVA0124")]
    [InlineData("notes: [{candidate: a, by: Ann, criterion: tone, rating: 3}, {candidate: a, by: Ann, criterion: tone, rating: 4}]", "EVA0124")]
    [InlineData("notes: [{candidate: a}]", "EVA0124")]
    [InlineData("nothing", "EVA0124")]
    [InlineData("notes: [{candidate: c, by: Ann, note: x}]", "EVA0126")]
    public void A_review_with_a_fault_is_refused(string text, string code) =>
        Should.Throw<EvaluationException>(() => Decide($"{{name: people, review: {File("review.yaml", text)}}}", "{name: tone, weight: 1, evidence: people, metric: tone}")).Code.ShouldBe(code);

    [Fact]
    public void Benchmarks_stand_beside_each_other_with_their_intervals()
    {
        var result = Decide($"{{name: arc, benchmarks: {{a: {Benchmark("a", 0.6)}, b: {Benchmark("b", 0.3)}}}}}", "{name: arc, weight: 1, evidence: arc}");

        result.Chosen.ShouldBe("a");
        var score = result.Candidates[0].Scores[0];
        (score.Score, score.Low, score.High).ShouldBe((0.6, 0.55, 0.65));
        result.Sources.Select(source => source.Identity.Single().Value).ShouldBe(["model-a", "model-b"]);
        result.Missing.ShouldNotContain(gap => gap.StartsWith("Benchmark", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("\"shots\": 0", "\"shots\": 5", "asked differently")]
    [InlineData("\"digest\": \"definition\"", "\"digest\": \"other\"", "different benchmarks")]
    [InlineData("\"sha256\": \"data\"", "\"sha256\": \"other\"", "data differ")]
    public void Results_of_different_runs_are_refused(string from, string to, string expected)
    {
        var (a, b) = (Benchmark("a", 0.6), Benchmark("b", 0.3));
        System.IO.File.WriteAllText(b, System.IO.File.ReadAllText(b).Replace(from, to, StringComparison.Ordinal));

        var error = Should.Throw<EvaluationException>(() => Decide($"{{name: arc, benchmarks: {{a: {a}, b: {b}}}}}", "{name: arc, weight: 1, evidence: arc}"));

        error.Code.ShouldBe("EVA0125");
        error.Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("not JSON")]
    [InlineData("{\"format\": \"gyre-benchmark-9\"}")]
    [InlineData("{\"format\": \"gyre-benchmark-1\", \"benchmark\": 3}")]
    [InlineData("{\"format\": \"\\ud800\"}")]
    public void What_is_no_result_of_a_benchmark_is_refused(string text) =>
        Should.Throw<EvaluationException>(() => Decide($"{{name: arc, benchmarks: {{a: {File("x.json", text)}}}}}", "{name: arc, weight: 1, evidence: arc}")).Code.ShouldBe("EVA0123");

    private static SelectionResult Decide(string evidence, string objective)
    {
        var recipe = SelectionRecipe.Parse($"name: n\nuse_case: u\ncandidates: [{{name: a, model: a}}, {{name: b, model: b}}]\nevidence: [{evidence}]\nobjectives: [{objective}]");
        var all = new SelectionEvidence(recipe);
        if (recipe.Evidence[0].Review is not null)
        {
            all.AddReview(recipe.Evidence[0].Name);
        }
        else
        {
            all.AddBenchmarks(recipe.Evidence[0].Name);
        }

        return ModelSelection.Decide(recipe, all, new Dictionary<string, CandidateFacts>());
    }

    private string Benchmark(string model, double value) => File($"{model}.json", $$"""
        {"format": "gyre-benchmark-1",
         "benchmark": {"name": "arc", "digest": "definition"},
         "model": {"name": "{{model}}", "digest": "model-{{model}}"},
         "run": {"shots": 0, "seed": 1, "seconds": {{value * 10}}},
         "items": {"total": 10, "answered": 9},
         "headline": {"name": "accuracy", "direction": "higher", "unit": "share", "value": {{value}}, "low": {{value - 0.05:0.00}}, "high": {{value + 0.05:0.00}}, "confidence": 0.95, "method": "wilson", "items": 9},
         "metrics": [], "subjects": [], "files": [{"sha256": "data"}]}
        """);

    private string File(string name, string text)
    {
        var path = Path.Combine(_folder, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }
}
