using Gyre.Evaluation.Recipes;
using Gyre.TestSupport;

namespace Gyre.Evaluation.Tests.Recipes;

public class EvaluationRecipeTests
{
    private static readonly string DefaultPath = Path.Combine(TestData.RepositoryRoot, "recipes", "default.yaml");

    [Fact]
    public void The_default_recipe_asks_enough_rows_of_each_demanded_task()
    {
        var recipe = EvaluationRecipe.Load(DefaultPath);

        var counts = recipe.Dataset.ShouldBeOfType<ShopDatasetRecipe>().Counts;
        counts.Values.Sum().ShouldBeGreaterThanOrEqualTo(500);
        var demanded = recipe.Metrics.Where(metric => metric.Threshold is not null).ToDictionary(metric => metric.Task!, metric => (metric.Scorer, metric.Threshold!.Value));
        demanded.ShouldBe(new Dictionary<string, (string, double)>
        {
            ["describe"] = ("all-attributes", 0.95), ["answer"] = ("exact-match", 0.90), ["unanswerable"] = ("decline", 0.90), ["extract"] = ("json-equal", 0.90),
        }, ignoreOrder: true);
        demanded.Keys.ShouldAllBe(task => counts[task] >= 125);
        recipe.Candidates.Single().ToOptions().Generation.Temperature.ShouldBe(0);
    }

    [Fact]
    public void Candidates_with_examples_templates_and_prices_are_read()
    {
        var recipe = EvaluationRecipe.Parse(
            """
            name: x
            dataset:
              file: rows.jsonl
              examples: more.jsonl
              columns: {prompt: question, reference: answer, facts: {level: difficulty}}
            candidates:
              - {name: plain, model: default}
              - {name: shown, model: default, examples: 3, system: Be short., template: "Q: {prompt} ({fact.level})", price: {input: 1, output: 4.5}, adapter: my=dir}
            baseline: plain
            segments: [level]
            metrics:
              - {scorer: levenshtein-similarity, threshold: 0.5, tolerance: 0.02}
            """);
        recipe.Dataset.ShouldBe(new FileDatasetRecipe("rows.jsonl", ((FileDatasetRecipe)recipe.Dataset).Columns, "more.jsonl"));
        ((FileDatasetRecipe)recipe.Dataset).Columns.Facts["level"].ShouldBe("difficulty");
        var shown = recipe.Candidates[1];
        (shown.Name, shown.Examples, shown.SystemPrompt, shown.Adapter, shown.PricePerMillion).ShouldBe(("shown", 3, "Be short.", "my=dir", (1m, 4.5m)));
        recipe.Metrics.Single().ShouldBe(new MetricRecipe(null, "levenshtein-similarity", 0.5, 0.02));
        recipe.Segments.ShouldBe(["level"]);
    }

    [Fact]
    public void Rows_of_the_registry_are_named_by_their_version() => EvaluationRecipe.Parse(
        """
        name: x
        model: default
        dataset: {registry: questions@gold, examples: questions-train@2}
        metrics: [{scorer: exact-match}]
        """).Dataset.ShouldBe(new RegistryDatasetRecipe("questions@gold", "questions-train@2"));

    [Fact]
    public void Facts_of_a_fixed_shop_are_a_dataset()
    {
        const string Yaml = """
            name: x
            model: default
            dataset: {shop-facts: {seed: 5, things: 24, strangers: 40, wordings: 2}}
            metrics: [{scorer: exact-match}]
            """;

        EvaluationRecipe.Parse(Yaml).Dataset.ShouldBe(new ShopFactsRecipe(5, 24, 40, 2));
        Should.Throw<EvaluationException>(() => EvaluationRecipe.Parse(Yaml.Replace("wordings: 2", "wordings: 4, questions: 3", StringComparison.Ordinal))).Message.ShouldSatisfyAllConditions(
            message => message.ShouldContain("wordings: '4'"), message => message.ShouldContain("questions: is unknown"));
    }

    [Fact]
    public void Candidates_that_cannot_be_are_told_with_the_others()
    {
        var error = Should.Throw<EvaluationException>(() => EvaluationRecipe.Parse(
            """
            name: x
            model: default
            dataset: {file: a.jsonl, shop: {seed: 1}}
            candidates:
              - {name: a, model: m, template: "{promt}"}
              - {name: a, model: m, temperatur: 1}
            baseline: b
            metrics:
              - {scorer: exact-match, tolerance: -1}
            """));
        foreach (var part in new[]
        {
            "stands beside 'shop'", "stands beside 'model'", "'{promt}' is unknown", "2 are called 'a'", "temperatur: is unknown", "'b' is no candidate", "tolerance: '-1'",
        })
        {
            error.Message.ShouldContain(part);
        }
    }

    [Fact]
    public void Every_fault_is_reported_at_once_with_its_line()
    {
        var error = Should.Throw<EvaluationException>(() => EvaluationRecipe.Parse(
            """
            name: x
            dataset:
              shop:
                seed: -1
                counts: {answer: 0, extract: 5}
                split: test
            paralelism: 3
            metrics:
              - task: answer
                scorer: vibes
                threshold: 90
              - nonsense
            """));

        error.Code.ShouldBe("EVA0003");
        foreach (var part in new[]
        {
            "model: is missing", "line 4: dataset.shop.seed: '-1'", "line 5: dataset.shop.counts.answer: '0'", "dataset.shop.split: is unknown", "line 7: paralelism: is unknown",
            "'vibes' is unknown", "metrics[0].threshold: '90'", "line 12: metrics: holds something", "'extract' has rows but no metric",
        })
        {
            error.Message.ShouldContain(part);
        }
    }

    [Theory]
    [InlineData("", "EVA0002")]
    [InlineData("- a\n- b", "EVA0002")]
    [InlineData("a: [", "EVA0002")]
    [InlineData("{}", "EVA0003")]
    [InlineData("dataset: 5\nmetrics: {}\n", "EVA0003")]
    public void Other_text_is_an_error_with_a_code(string yaml, string code) =>
        Should.Throw<EvaluationException>(() => EvaluationRecipe.Parse(yaml)).Code.ShouldBe(code);

    [Fact]
    public void Hostile_depth_is_an_error_and_no_crash() =>
        Should.Throw<EvaluationException>(() => EvaluationRecipe.Parse("a: " + new string('[', 200_000))).Code.ShouldBe("EVA0002");

    [Fact]
    public void A_missing_file_is_an_error_that_names_it() =>
        Should.Throw<EvaluationException>(() => EvaluationRecipe.Load("nowhere.yaml")).Message.ShouldContain("nowhere.yaml");
}
