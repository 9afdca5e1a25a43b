using Gyre.Training.Corpus;

namespace Gyre.Training.Recipes;

/// <summary>Where examples come from, and how often they are shown.</summary>
public sealed record ExampleSourceRecipe
{
    /// <summary>A file of examples, full path; empty when they are generated.</summary>
    public required string File { get; init; }

    /// <summary>The seed of generated conversations of the shop.</summary>
    public required ulong ShopSeed { get; init; }

    /// <summary>How many are generated; 0 when <see cref="File"/> is given.</summary>
    public required int ShopExamples { get; init; }

    /// <summary>Relative weight of each task among the generated ones, by task name; empty for the generator's own mixture.</summary>
    public required IReadOnlyDictionary<string, double> ShopMixture { get; init; }

    /// <summary>Generated questions with the note that answers them; null when <see cref="File"/> or conversations are given.</summary>
    public required ShopQuestionsRecipe? ShopQuestions { get; init; }

    /// <summary>The facts of a fixed shop, asked without any note; null when another source is given.</summary>
    public required ShopFactsRecipe? ShopFacts { get; init; }

    /// <summary>The seed of generated descriptions by the brand guide.</summary>
    public required ulong BrandSeed { get; init; }

    /// <summary>How many of those; 0 when another source is given.</summary>
    public required int BrandExamples { get; init; }

    /// <summary>The share of those that break one of the guide's rules, as texts that people wrote do.</summary>
    public required double BrandBroken { get; init; }

    /// <summary>The task of examples that name none.</summary>
    public required string Task { get; init; }

    /// <summary>How often each example is shown in a pass: 2.5 shows each twice and every second a third time.</summary>
    public required double Repeat { get; init; }

    /// <summary>The text that separates documents inside a text file.</summary>
    public required string Separator { get; init; }

    /// <summary>The licence under which the examples may be used, for the card.</summary>
    public required string Licence { get; init; }

    internal static ExampleSourceRecipe Read(RecipeSection section, string folder)
    {
        var (hasFile, hasShop, hasQuestions, hasFacts, hasBrand) = (section.Has("file"), section.Has("shop"), section.Has("shop_questions"), section.Has("shop_facts"), section.Has("brand"));
        if (new[] { hasFile, hasShop, hasQuestions, hasFacts, hasBrand }.Count(has => has) != 1)
        {
            section.Fault(hasFile ? "file" : "shop", "needs exactly one of 'file', 'shop' (generated conversations), 'shop_questions' (generated questions with their notes), 'shop_facts' (the facts of a fixed shop, asked without notes) and 'brand' (generated descriptions by the brand guide).");
        }

        var brand = section.Section("brand");
        var shop = section.Section("shop");
        var source = new ExampleSourceRecipe
        {
            File = hasFile ? Path.GetFullPath(section.Text("file", null), folder) : "",
            ShopSeed = hasShop ? (ulong)shop.Whole("seed", 1, 0, long.MaxValue) : 0,
            ShopExamples = hasShop ? shop.Integer("examples", null, 1, 50_000_000) : 0,
            ShopMixture = hasShop ? shop.Numbers("mixture", 0, 1e6) : new Dictionary<string, double>(StringComparer.Ordinal),
            ShopQuestions = hasQuestions ? ShopQuestionsRecipe.Read(section.Section("shop_questions")) : null,
            ShopFacts = hasFacts ? ShopFactsRecipe.Read(section.Section("shop_facts"), isReport: false) : null,
            BrandSeed = hasBrand ? (ulong)brand.Whole("seed", 1, 0, long.MaxValue) : 0,
            BrandExamples = hasBrand ? brand.Integer("examples", null, 1, 50_000_000) : 0,
            BrandBroken = hasBrand ? brand.Number("broken", 0, 0, 1) : 0,
            Task = section.Text("task", hasFile ? "examples" : "shop"),
            Repeat = section.Number("repeat", 1, 0, 1000),
            Separator = section.Text("separator", "\n\n"),
            Licence = section.Text("licence", ""),
        };
        foreach (var unknown in source.ShopMixture.Keys.Except(ShopTasks.All, StringComparer.Ordinal))
        {
            shop.Fault("mixture", $"names the unknown task '{unknown}'; expected {string.Join(", ", ShopTasks.All)}.");
        }

        if (source.Separator.Length == 0)
        {
            section.Fault("separator", "is empty; expected the text between two documents, for example \"\\n\\n\".");
        }

        shop.Finish();
        brand.Finish();
        section.Finish();
        return source;
    }
}
