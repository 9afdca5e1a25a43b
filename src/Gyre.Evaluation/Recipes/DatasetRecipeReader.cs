using Gyre.Evaluation.Datasets;

namespace Gyre.Evaluation.Recipes;

/// <summary>Reads where the rows of an evaluation recipe come from.</summary>
internal static class DatasetRecipeReader
{
    private const int MostRows = 1_000_000;
    private const int MostWordings = 3;

    private static readonly Dictionary<string, Func<RecipeMapping, DatasetRecipe>> Kinds = new(StringComparer.Ordinal)
    {
        ["shop"] = Shop,
        ["shop-questions"] = ShopQuestions,
        ["shop-facts"] = ShopFacts,
        ["shop-brand"] = ShopBrand,
        ["file"] = File,
        ["registry"] = Registry,
    };

    public static DatasetRecipe Read(RecipeMapping dataset)
    {
        string[] kinds = [.. Kinds.Keys.Where(dataset.Has)];
        if (kinds.Length > 1)
        {
            dataset.Fault(kinds[1], $"stands beside '{kinds[0]}'; expected one of them.");
        }

        return Kinds[kinds.FirstOrDefault() ?? "shop"](dataset);
    }

    private static ShopDatasetRecipe Shop(RecipeMapping dataset)
    {
        var shop = dataset.Mapping("shop");
        var counts = shop.Mapping("counts");
        var recipe = new ShopDatasetRecipe(
            Seed(shop),
            counts.Keys.ToDictionary(task => task, task => (int)counts.Number(task, 1, MostRows, null, whole: true), StringComparer.Ordinal));
        shop.Finish();
        return recipe;
    }

    private static ShopQuestionsRecipe ShopQuestions(RecipeMapping dataset)
    {
        var questions = dataset.Mapping("shop-questions");
        var recipe = new ShopQuestionsRecipe(
            Seed(questions),
            (int)questions.Number("things", 1, 10_000, null, whole: true),
            (int)questions.Number("questions", 1, MostRows, null, whole: true),
            (int)questions.Number("unanswerable", 0, MostRows, 0, whole: true),
            (int)questions.Number("wordings", 0, MostWordings, 0, whole: true));
        questions.Finish();
        return recipe;
    }

    private static ShopFactsRecipe ShopFacts(RecipeMapping dataset)
    {
        var facts = dataset.Mapping("shop-facts");
        var recipe = new ShopFactsRecipe(
            Seed(facts),
            (int)facts.Number("things", 1, 10_000, null, whole: true),
            (int)facts.Number("strangers", 0, MostRows, 0, whole: true),
            (int)facts.Number("wordings", 0, MostWordings, 0, whole: true));
        facts.Finish();
        return recipe;
    }

    private static ShopBrandRecipe ShopBrand(RecipeMapping dataset)
    {
        var brand = dataset.Mapping("shop-brand");
        var recipe = new ShopBrandRecipe(Seed(brand), (int)brand.Number("rows", 1, MostRows, null, whole: true));
        brand.Finish();
        return recipe;
    }

    private static FileDatasetRecipe File(RecipeMapping dataset)
    {
        var columns = dataset.Mapping("columns", optional: true);
        var facts = columns.Mapping("facts", optional: true);
        var standard = new DatasetColumns();
        var file = new FileDatasetRecipe(dataset.Text("file"), new DatasetColumns
        {
            Id = columns.Text("id", standard.Id),
            Prompt = columns.Text("prompt", standard.Prompt),
            Reference = columns.Text("reference", standard.Reference),
            Task = columns.Text("task", standard.Task),
            Subject = columns.Text("subject", standard.Subject),
            Family = columns.Text("family", standard.Family),
            Facts = facts.Keys.ToDictionary(fact => fact, fact => facts.Text(fact), StringComparer.Ordinal),
        }, dataset.Has("examples") ? dataset.Text("examples") : null);
        columns.Finish();
        return file;
    }

    private static RegistryDatasetRecipe Registry(RecipeMapping dataset) =>
        new(dataset.Text("registry"), dataset.Has("examples") ? dataset.Text("examples") : null);

    private static ulong Seed(RecipeMapping mapping) => (ulong)mapping.Number("seed", 0, 1L << 53, null, whole: true);
}
