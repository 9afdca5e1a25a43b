using Gyre.Evaluation.Selection;
using Gyre.TestSupport;

namespace Gyre.Evaluation.Tests.Selection;

public sealed class SelectionRecipeTests
{
    [Fact]
    public void The_recipe_that_comes_with_Gyre_is_read()
    {
        var recipe = SelectionRecipe.Load(Path.Combine(TestData.RepositoryRoot, "recipes", "select-store-writer.yaml"));

        recipe.Candidates.Select(candidate => candidate.Model).ShouldBe(["default", "compact"]);
        recipe.Candidates.ShouldAllBe(candidate => candidate.Openness.Level == 4);
        recipe.Objectives.Select(objective => objective.Aspect).ShouldBe([SelectionAspect.Suitability, SelectionAspect.Suitability, SelectionAspect.Suitability, SelectionAspect.Latency, SelectionAspect.Memory]);
        recipe.Digest.Length.ShouldBe(64);
    }

    [Theory]
    [InlineData("weight: 3", "weight: -1", "weight")]
    [InlineData("evidence: shop, metric", "evidence: other, metric", "has the evidence 'other'")]
    [InlineData(", metric: exact-match", "", "names no 'metric'")]
    [InlineData(", scale: {worst: 2, best: 0}", "", "has no 'scale'")]
    [InlineData("scale: {worst: 2, best: 0}", "scale: {worst: 2, best: 2}", "same worst and best")]
    [InlineData("measure: median_seconds", "measure: speed", "'speed' is unknown; expected one of evidence, p95_seconds")]
    [InlineData("metric: exact-match}", "metric: exact-match, target: 1}", "has a target and no 'scale'")]
    [InlineData("name: b, model", "name: a, model", "2 are called 'a'")]
    [InlineData("result: run}", "result: run, review: x}", "names 2 sources")]
    [InlineData("result: run}", "result: run, names: {c: x}}", "'c', which is no candidate")]
    [InlineData("licence: permissive", "licence: free", "'free' is unknown")]
    [InlineData("limits: {", "limits: {licences: [mine], ", "'mine' is unknown")]
    [InlineData("parallel: 2", "parallel: 2, cache: f8", "'f8' is unknown")]
    [InlineData("parallel: 2", "parallel: 2, calls_from: arc", "calls_from 'arc'")]
    [InlineData("use_case: Write descriptions.", "usecase: x", "usecase: is unknown")]
    public void A_fault_is_named(string from, string to, string expected)
    {
        var yaml = SelectionSample.Recipe.Replace(from, to, StringComparison.Ordinal);
        yaml.ShouldNotBe(SelectionSample.Recipe);

        var error = Should.Throw<EvaluationException>(() => SelectionRecipe.Parse(yaml));

        error.Code.ShouldBe("EVA0122");
        error.Message.ShouldContain(expected);
    }

    [Theory]
    [InlineData("[1, 2]")]
    [InlineData("a: {b: ")]
    [InlineData("a: &x 1\nb: *x")]
    public void What_is_no_mapping_is_refused(string yaml) => Should.Throw<EvaluationException>(() => SelectionRecipe.Parse(yaml)).Code.ShouldBe("EVA0121");

    [Fact]
    public void A_file_that_is_not_there_is_said() => Should.Throw<EvaluationException>(() => SelectionRecipe.Load("none.yaml")).Code.ShouldBe("EVA0120");

    /// <summary>Openness counts answers; one that is missing leaves it unknown.</summary>
    [Fact]
    public void Openness_is_the_sum_of_its_answers()
    {
        var open = new OpennessProfile { Weights = WeightAccess.Open, Licence = LicenceClass.Permissive, Data = Disclosure.Open, Code = Disclosure.Open };

        open.Level.ShouldBe(4);
        (open with { Licence = LicenceClass.UseRestricted, Data = Disclosure.None }).Level.ShouldBe(2.5);
        (open with { Code = null }).Level.ShouldBeNull();
    }
}
