using Gyre.Evaluation.Recipes;
using Gyre.Evaluation.Scorers;
using Gyre.TestSupport;
using Gyre.Training.Corpus;

namespace Gyre.Training.Tests.Corpus;

public class HeldOutScoringTests
{
    [Fact]
    public async Task Every_reference_gets_the_full_score_of_the_default_recipe_and_a_foreign_one_does_not()
    {
        var recipe = EvaluationRecipe.Load(Path.Combine(TestData.RepositoryRoot, "recipes", "default.yaml"));
        var shop = recipe.Dataset.ShouldBeOfType<ShopDatasetRecipe>();
        var rows = new ShopCorpus(shop.Seed).HeldOut(shop.Counts);

        rows.Count.ShouldBe(shop.Counts.Values.Sum());
        foreach (var metric in recipe.Metrics)
        {
            var scorer = ScorerCatalogue.Find(metric.Scorer)!;
            var ofTask = rows.Where(row => row.Task == metric.Task).ToArray();
            var foreignPasses = 0;
            for (var i = 0; i < ofTask.Length; i++)
            {
                (await scorer.ScoreAsync(ofTask[i], ofTask[i].Reference, CancellationToken.None)).Value.ShouldBe(1, $"{metric.Scorer} of {ofTask[i].Id}: {ofTask[i].Reference}");
                var foreign = metric.Task == "unanswerable" ? ofTask[i].Facts.Values.LastOrDefault("pale blue") : ofTask[(i + 1) % ofTask.Length].Reference;
                foreignPasses += (await scorer.ScoreAsync(ofTask[i], foreign, CancellationToken.None)).Value == 1 ? 1 : 0;
            }

            if (metric.Threshold is not null)
            {
                foreignPasses.ShouldBeLessThan(ofTask.Length / 20, $"{metric.Scorer} passes answers to other rows");
            }
        }
    }
}
