using Gyre.Contracts;
using Gyre.Training.Corpus;

namespace Gyre.Training.Recipes;

/// <summary>The facts of one fixed sample shop, asked without any note: to be known by heart, or shown not to be.</summary>
public sealed record ShopFactsRecipe
{
    private const int MostAskings = 32;
    private static readonly string[] Tasks = [ShopTasks.Answer, ShopTasks.Unanswerable, ShopFacts.UnknownThing];

    /// <summary>The seed of the shop.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Products and stores.</summary>
    public required int Things { get; init; }

    /// <summary>Wordings of each fact among examples; of a report's rows, none beside the one that is asked.</summary>
    public required int Wordings { get; init; }

    /// <summary>Wordings, among examples, of each question that the facts do not answer.</summary>
    public required int UnsaidWordings { get; init; }

    /// <summary>Questions about things that the shop does not have.</summary>
    public required int Strangers { get; init; }

    /// <summary>The only task of a report's rows; empty for all.</summary>
    public required string Task { get; init; }

    /// <param name="section">The section.</param>
    /// <param name="isReport">Whether rows are measured, which have no wordings to choose, but a task.</param>
    internal static ShopFactsRecipe Read(RecipeSection section, bool isReport)
    {
        var recipe = new ShopFactsRecipe
        {
            Seed = (ulong)section.Whole("seed", 1, 0, long.MaxValue),
            Things = section.Integer("things", 24, 1, 10_000),
            Wordings = isReport ? 0 : section.Integer("wordings", 12, 1, MostAskings),
            UnsaidWordings = isReport ? 0 : section.Integer("unsaid_wordings", 3, 0, MostAskings),
            Strangers = section.Integer("strangers", isReport ? 40 : 400, 0, 100_000),
            Task = isReport ? section.Text("task", "") : "",
        };
        if (recipe.Task.Length > 0 && !Tasks.Contains(recipe.Task, StringComparer.Ordinal))
        {
            section.Fault("task", $"names '{recipe.Task}'; expected {string.Join(", ", Tasks)}, or nothing for all of them.");
        }

        section.Finish();
        return recipe;
    }

    /// <summary>What teaches the facts.</summary>
    /// <remarks>Errors: TRN0201 there are not that many different names.</remarks>
    internal IEnumerable<DatasetRow> Lessons() => new ShopFacts(Seed, Things).Lessons(Wordings, UnsaidWordings, Strangers);

    /// <summary>Questions in wordings that no lesson has.</summary>
    /// <remarks>Errors: TRN0201 there are not that many different names.</remarks>
    internal IEnumerable<DatasetRow> Questions() => new ShopFacts(Seed, Things).Questions(Strangers).Where(row => Task.Length == 0 || row.Task == Task);
}
