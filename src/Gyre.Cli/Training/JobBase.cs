using Gyre.Cli.Verbs;

namespace Gyre.Cli.Training;

/// <summary>Finds the model that a recipe starts from: a path beside the recipe, a path, an installed model, or one that comes with Gyre.</summary>
internal static class JobBase
{
    /// <summary>The model's path.</summary>
    /// <param name="reference">What the recipe says.</param>
    /// <param name="recipeFolder">What relative paths in it count from.</param>
    /// <param name="dataFolder">Where installed models are.</param>
    public static string PathOf(string reference, string recipeFolder, string dataFolder)
    {
        var beside = Path.GetFullPath(reference, recipeFolder);
        if (reference != CliModels.Default && Path.Exists(beside))
        {
            return beside;
        }

        using var models = new CliModels(dataFolder);
        return Path.GetFullPath(models.Resolve(models.FindAlias(reference)?.Model ?? reference).Path);
    }
}
