using Gyre.Server.FineTuning;
using Gyre.Training.Finetuning;

namespace Gyre.Server.Tests.FineTuning;

public sealed class TuningPlanTests
{
    [Theory]
    [InlineData(1, 25)]
    [InlineData(10, 10)]
    [InlineData(40, 3)]
    [InlineData(1000, 3)]
    [InlineData(10_000, 2)]
    [InlineData(50_000, 1)]
    public void Few_examples_are_shown_more_often(int examples, int epochs) =>
        TuningPlan.For(Survey(examples, 30), new TuningNumbers(null, null, null)).Numbers.Epochs.ShouldBe(epochs);

    [Theory]
    [InlineData(40, 30, 4, 5)]
    [InlineData(40, 30, 10, 6)]
    [InlineData(7, 200, 3, 1)]
    [InlineData(1, 5, 1, 1)]
    [InlineData(300, 1000, 64, 2)]
    public void Steps_show_every_example_as_often_as_asked(int examples, int length, int batch, int epochs)
    {
        var survey = Survey(examples, length);
        var plan = TuningPlan.For(survey, new TuningNumbers(epochs, batch, null));

        var rows = survey.RowsOf(plan.Length);
        plan.Length.ShouldBeInRange(length, Math.Max(32, length + 15));
        (plan.Steps * plan.Rows * plan.Accumulation).ShouldBeInRange(epochs * rows, (epochs * rows) + (plan.Rows * plan.Accumulation));
        (plan.Rows * plan.Length).ShouldBeLessThanOrEqualTo(Math.Max(4096, plan.Length));
    }

    [Theory]
    [InlineData(128, 2e-3)]
    [InlineData(256, 2e-3)]
    [InlineData(2048, 2.5e-4)]
    [InlineData(65_536, 1e-4)]
    public void Wider_models_learn_at_a_smaller_rate_which_the_multiplier_scales(int width, double rate)
    {
        TuningPlan.For(Survey(40, 30) with { Width = width }, new TuningNumbers(null, null, null)).Rate.ShouldBe(rate, 1e-12);
        TuningPlan.For(Survey(40, 30) with { Width = width }, new TuningNumbers(null, null, 3)).Rate.ShouldBe(3 * rate, 1e-12);
    }

    [Fact]
    public void The_recipe_is_one_that_fine_tuning_reads_whatever_its_paths_hold()
    {
        var text = TuningPlan.For(Survey(40, 30), new TuningNumbers(3, 10, 2)).ToRecipe("ftjob-1", "org/my: model #1", 7, 2, "/data/a \"b\": {c}.jsonl", null, "/adapters/ft%3Ax");

        var recipe = FinetuneRecipe.Parse(text, "/run/recipe.yaml");

        (recipe.Base, recipe.Loop.Seed, recipe.Loop.Threads, recipe.Adapter?.From).ShouldBe(("org/my: model #1", 7UL, 2, Path.GetFullPath("/adapters/ft%3Ax")));
        recipe.Train.ShouldHaveSingleItem().File.ShouldBe(Path.GetFullPath("/data/a \"b\": {c}.jsonl"));
        recipe.Loop.Checkpoint.KeepsBest.ShouldBeFalse(); // Nothing was held out to choose by.
    }

    private static ExampleSurvey Survey(int examples, int length) => new()
    {
        Lengths = [.. Enumerable.Repeat(length, examples)],
        Longest = length,
        ValidationExamples = 0,
        ContextLength = 2048,
        Width = 256,
    };
}
