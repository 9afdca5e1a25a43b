using Gyre.TestSupport;
using Gyre.Training.Encoders;
using Gyre.Training.Recipes;
using Gyre.Training.Translation;

namespace Gyre.Training.Tests.Recipes;

public class TrainingRecipeTests
{
    internal const string Minimal =
        """
        name: small
        model: {hidden_size: 32, layers: 2, heads: 4, kv_heads: 2, ffn_size: 48, context: 64}
        tokenizer: {vocabulary: 300}
        corpus: {shop: {examples: 50}}
        batch: {rows: 2}
        schedule: {steps: 10, peak: 0.001}
        """;

    [Fact]
    public void Left_out_settings_get_their_documented_defaults()
    {
        var recipe = Parse(Minimal);

        recipe.Seed.ShouldBe(1UL);
        recipe.Model.HeadSize.ShouldBe(8);
        recipe.Model.TiesEmbeddings.ShouldBeTrue();
        recipe.Batch.SequenceLength.ShouldBe(64);
        recipe.Optimizer.ShouldBe(new OptimizerRecipe());
        recipe.Schedule.Kind.ShouldBe(ScheduleKind.Cosine);
        recipe.Export.ShouldBe([ExportFormat.SafetensorsF32]);
        recipe.Settings.ShouldContain(new KeyValuePair<string, string>("optimizer.beta2", "0.95"));
    }

    [Fact]
    public void Every_fault_is_reported_at_once_with_its_line()
    {
        const string Text =
            """
            name: small
            model:
              hidden_size: 30
              layers: two
              heads: 4
              ffn_size: 48
              context: 64
            tokenizer: {vocabulary: 300, path: x}
            corpus: {shop: {examples: 50}}
            batch: {rows: 0}
            schedule:
              steps: 10
              warmup: 20
              peek: 0.001
            """;

        var message = Should.Throw<TrainingException>(() => Parse(Text)).Message;

        message.ShouldContain("line 4: model.layers: 'two' is not a whole number");
        message.ShouldContain("line 5: model.heads: 4 heads do not divide hidden_size 30");
        message.ShouldContain("line 8: tokenizer.path: needs exactly one of");
        message.ShouldContain("line 10: batch.rows: 0 is out of range; expected 1 to 4096");
        message.ShouldContain("schedule.peak: is missing");
        message.ShouldContain("line 13: schedule.warmup: 20 is more than steps 10");
        message.ShouldContain("line 14: schedule.peek: is an unknown key; did you mean 'peak'?");
        message.ShouldContain("it has 7 faults");
    }

    [Fact]
    public void A_missing_section_is_one_fault()
    {
        var error = Should.Throw<TrainingException>(() => Parse(Minimal.Replace("batch: {rows: 2}\n", "", StringComparison.Ordinal)));

        error.Code.ShouldBe("TRN0003");
        error.Message.ShouldContain("it has 1 fault.");
        error.Message.ShouldContain("batch: is missing");
    }

    [Theory]
    [InlineData("- a list")]
    [InlineData("name: [unclosed")]
    [InlineData("name: a\nname: b")]
    [InlineData("")]
    [InlineData("a: 1\n---\nb: 2")]
    public void Text_that_is_not_one_yaml_mapping_is_refused(string text) =>
        Should.Throw<TrainingException>(() => Parse(text)).Code.ShouldBe("TRN0002");

    [Fact]
    public void A_missing_file_says_where_it_looked()
    {
        var error = Should.Throw<TrainingException>(() => TrainingRecipe.Load("/nowhere/recipe.yaml"));

        error.Code.ShouldBe("TRN0001");
        error.Message.ShouldContain("/nowhere/recipe.yaml");
    }

    [Fact]
    public void Only_settings_that_change_the_weights_count_as_differences()
    {
        var recipe = Parse(Minimal);

        recipe.DifferencesTo(Parse(Minimal + "\nthreads: 3\nsummary: other\ncheckpoint: {every: 5}")).ShouldBeEmpty();
        recipe.DifferencesTo(Parse(Minimal.Replace("0.001", "0.002", StringComparison.Ordinal) + "\nseed: 2"))
            .ShouldBe(["schedule.peak: 0.001 → 0.002", "seed: 1 → 2"]);
    }

    [Fact]
    public void Relative_paths_count_from_the_recipes_folder()
    {
        var text = Minimal.Replace("corpus: {shop: {examples: 50}}", "corpus: {text: [texts/a.txt]}", StringComparison.Ordinal);

        TrainingRecipe.Parse(text, "/some/where/recipe.yaml").Corpus.TextFiles.ShouldBe(["/some/where/texts/a.txt"]);
    }

    [Fact]
    public void Every_recipe_that_comes_with_gyre_is_valid()
    {
        var recipes = Directory.GetFiles(Path.Combine(TestData.RepositoryRoot, "recipes"), "*.yaml").Where(path => File.ReadAllText(path).Contains("\nschedule:", StringComparison.Ordinal)).ToArray();

        recipes.Length.ShouldBeGreaterThanOrEqualTo(2);
        foreach (var path in recipes)
        {
            var name = RecipeFile.KindOf(File.ReadAllText(path), path) switch
            {
                RecipeFile.Pretraining => TrainingRecipe.Load(path).Name,
                TranslationRecipe.Kind => TranslationRecipe.Load(path).Loop.Name,
                EncoderRecipe.Kind => EncoderRecipe.Load(path).Loop.Name,
                AnswersRecipe.Kind => AnswersRecipe.Load(path).Loop.Name,
                ClassifierRecipe.Kind => ClassifierRecipe.Load(path).Loop.Name,
                _ => Path.GetFileNameWithoutExtension(path), // The tests of those jobs read theirs.
            };
            name.ShouldBe(Path.GetFileNameWithoutExtension(path));
        }
    }

    private static TrainingRecipe Parse(string text) => TrainingRecipe.Parse(text, "recipe.yaml");
}
