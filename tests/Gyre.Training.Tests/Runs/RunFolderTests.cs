using Gyre.Training.Recipes;
using Gyre.Training.Runs;
using Gyre.Training.Tests.Recipes;

namespace Gyre.Training.Tests.Runs;

public sealed class RunFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TrainingRecipe _recipe = TrainingRecipe.Parse(TrainingRecipeTests.Minimal, "recipe.yaml");

    [Fact]
    public void A_new_run_keeps_a_copy_of_its_recipe()
    {
        using var run = RunFolder.Open(_folder.In("run"), _recipe, resume: false);

        File.ReadAllText(run.Recipe).ShouldBe(TrainingRecipeTests.Minimal);
    }

    [Fact]
    public void A_folder_that_holds_something_is_not_overwritten()
    {
        File.WriteAllText(_folder.In("note.txt"), "mine");

        var error = Should.Throw<TrainingException>(() => RunFolder.Open(_folder.Path, _recipe, resume: false));

        error.Code.ShouldBe("TRN0010");
        error.Message.ShouldContain("--resume");
    }

    [Fact]
    public void Resuming_nothing_is_an_error() =>
        Should.Throw<TrainingException>(() => RunFolder.Open(_folder.In("run"), _recipe, resume: true)).Code.ShouldBe("TRN0011");

    [Fact]
    public void Resuming_with_another_recipe_names_the_keys_that_differ()
    {
        RunFolder.Open(_folder.In("run"), _recipe, resume: false).Dispose();
        var other = TrainingRecipe.Parse(TrainingRecipeTests.Minimal.Replace("rows: 2", "rows: 3", StringComparison.Ordinal), "recipe.yaml");

        var error = Should.Throw<TrainingException>(() => RunFolder.Open(_folder.In("run"), other, resume: true));

        error.Code.ShouldBe("TRN0012");
        error.Message.ShouldContain("batch.rows: 2 → 3");
        RunFolder.Open(_folder.In("run"), _recipe, resume: true).Dispose();
    }

    [Fact]
    public void Two_runs_cannot_share_a_folder()
    {
        using var first = RunFolder.Open(_folder.In("run"), _recipe, resume: false);

        Should.Throw<TrainingException>(() => RunFolder.Open(_folder.In("run"), _recipe, resume: true)).Code.ShouldBe("TRN0013");
    }

    [Fact]
    public void A_path_below_a_file_cannot_become_a_run()
    {
        File.WriteAllText(_folder.In("file"), "");

        Should.Throw<TrainingException>(() => RunFolder.Open(_folder.In("file", "run"), _recipe, resume: false)).Code.ShouldBe("TRN0014");
    }

    public void Dispose() => _folder.Dispose();
}
