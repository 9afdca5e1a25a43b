using Gyre.Evaluation.Scorers;

namespace Gyre.Training.Recipes;

/// <summary>What is measured before and after a job.</summary>
public sealed record ReportRecipe
{
    /// <summary>The tasks; empty for no report.</summary>
    public required IReadOnlyList<ReportTaskRecipe> Tasks { get; init; }

    /// <summary>The most tokens of an answer that is scored.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Confidence of the intervals.</summary>
    public required double Confidence { get; init; }

    internal static ReportRecipe Read(RecipeSection section, string folder)
    {
        var tasks = new List<ReportTaskRecipe>();
        foreach (var task in section.Sections("tasks"))
        {
            tasks.Add(ReadTask(task, folder));
        }

        foreach (var name in tasks.GroupBy(task => task.Name, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key))
        {
            section.Fault("tasks", $"names the task '{name}' twice; expected different names.");
        }

        var report = new ReportRecipe
        {
            Tasks = tasks,
            MaxTokens = section.Integer("max_tokens", 128, 1, 131_072),
            Confidence = section.Number("confidence", 0.95, 0.5, 0.9999),
        };
        section.Finish();
        return report;
    }

    private static ReportTaskRecipe ReadTask(RecipeSection section, string folder)
    {
        var (hasFile, hasShop, hasQuestions, hasFacts, hasBrand, hasText) = (section.Has("file"), section.Has("shop"), section.Has("shop_questions"), section.Has("shop_facts"), section.Has("brand"), section.Has("continuation"));
        if (new[] { hasFile, hasShop, hasQuestions, hasFacts, hasBrand, hasText }.Count(has => has) != 1)
        {
            section.Fault(hasFile ? "file" : "shop", "needs exactly one of 'file' (rows with prompts and references), 'shop' (generated held-out rows), 'shop_questions' (generated questions with their notes), 'shop_facts' (the facts of a fixed shop, asked without notes), 'brand' (generated requests under the brand guide) and 'continuation' (texts to continue).");
        }

        var brand = section.Section("brand");
        var text = section.Section("continuation");
        var shop = section.Section("shop");
        var task = new ReportTaskRecipe
        {
            Name = section.Text("name", null),
            IsTrained = section.Flag("trained", false),
            File = hasFile ? Path.GetFullPath(section.Text("file", null), folder) : "",
            ShopSeed = hasShop ? (ulong)shop.Whole("seed", 1, 0, long.MaxValue) : 0,
            ShopCounts = hasShop ? shop.Numbers("counts", 0, 100_000) : new Dictionary<string, double>(StringComparer.Ordinal),
            ShopQuestions = hasQuestions ? ShopQuestionsRecipe.Read(section.Section("shop_questions")) : null,
            ShopFacts = hasFacts ? ShopFactsRecipe.Read(section.Section("shop_facts"), isReport: true) : null,
            BrandSeed = hasBrand ? (ulong)brand.Whole("seed", 1, 0, long.MaxValue) : 0,
            BrandRows = hasBrand ? brand.Integer("rows", 100, 1, 1_000_000) : 0,
            TextFile = hasText ? Path.GetFullPath(text.Text("file", null), folder) : "",
            TextWords = text.Integer("words", 8, 1, 100_000),
            TextSeparator = text.Text("separator", "\n\n"),
            Rows = section.Integer("rows", 0, 0, 10_000_000),
            Scorers = section.Texts("scorers"),
        };
        foreach (var name in task.Scorers.Where(name => ScorerCatalogue.Find(name) is null))
        {
            section.Fault("scorers", $"names the unknown scorer '{name}'; expected one of {string.Join(", ", ScorerCatalogue.Names)}.");
        }

        if (hasShop && task.ShopCounts.Count == 0)
        {
            shop.Fault("counts", "is missing; expected rows by task, for example {describe: 50}.");
        }

        foreach (var unknown in task.ShopCounts.Keys.Except(Corpus.ShopTasks.All, StringComparer.Ordinal))
        {
            shop.Fault("counts", $"names the unknown task '{unknown}'; expected {string.Join(", ", Corpus.ShopTasks.All)}.");
        }

        shop.Finish();
        brand.Finish();
        text.Finish();
        section.Finish();
        return task;
    }
}
