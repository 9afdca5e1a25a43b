using Gyre.Contracts;
using Gyre.TestSupport;
using Gyre.Training.Curation.Import;
using Gyre.Training.Curation.Pipeline;

namespace Gyre.Training.Tests.Curation.Pipeline;

public class DatasetRecipeTests
{
    [Fact]
    public void All_faults_are_told_at_once()
    {
        var error = Should.Throw<TrainingException>(() => DatasetRecipe.Parse(
            """
            kind: dataset
            name: bad name
            sources:
              - { name: a, files: [x.jsonl], format: xml }
              - { name: a }
            filters:
              - { kind: lenght }
              - { kind: pattern, drop: "(", keep: x }
              - { kind: score, scorer: none-such }
            clean: { html: maybe }
            deduplicate: { threshold: 7, keep: best }
            decontaminate: {}
            balance: { by: level }
            mixture: { epochs: { a: 1 }, temperature: 2 }
            split: { into: { train: 0 } }
            synthesis:
              - { name: s, model: m, seeds: [b] }
            colour: red
            """,
            "recipe.yaml"));

        error.Code.ShouldBe("TRN0003");
        foreach (var expected in new[]
        {
            "'bad name' holds other characters", "'xml' is not known", "'a' names two sources", "sources[1].files", "'lenght' is not known", "needs exactly one of 'drop'", "'none-such' is not known",
            "clean.html", "deduplicate.threshold", "deduplicate.field", "decontaminate.sets", "stands beside 'balance'", "mixture.epochs", "split.into", "'b', which is no source", "synthesis[0].licence", "colour: is an unknown key",
        })
        {
            error.Message.ShouldContain(expected);
        }
    }

    [Fact]
    public void Paths_count_from_the_recipes_folder_and_absent_stages_do_not_run()
    {
        var recipe = DatasetRecipe.Parse("kind: dataset\nname: t\nsources: [{name: a, files: [x/*.jsonl], licence: MIT, unit: line}]\n", "/data/recipes/r.yaml");

        recipe.Sources.Single().Files.ShouldBe(["/data/recipes/x/*.jsonl"]);
        recipe.Sources.Single().Unit.ShouldBe(TextUnit.Line);
        (recipe.Clean, recipe.Screen, recipe.Deduplicate, recipe.Split, recipe.Resample, recipe.Decontaminate).ShouldBe((null, null, null, null, null, null));
        recipe.AllowsUnknownLicence.ShouldBeFalse();
    }

    [Fact]
    public void A_recipe_of_another_kind_is_refused() =>
        Should.Throw<TrainingException>(() => DatasetRecipe.Parse("kind: align\nname: t\nsources: [{name: a, files: [x]}]\n", "r.yaml")).Message.ShouldContain("expected 'dataset'");
}

/// <summary>Reading a dataset recipe gives a result or a <see cref="TrainingException"/> with a documented code, whatever stands in it.</summary>
public class DatasetRecipeFuzzTests() : YamlFuzz(new SeededRandom(52).NextInt32)
{
    protected override string Text { get; } = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "recipes", "dataset-shop.yaml"));

    protected override void Read(string text) => DatasetRecipe.Parse(text, "recipe.yaml");

    protected override bool IsDocumented(Exception error) => error is TrainingException { Code: "TRN0002" or "TRN0003" };
}
