using Gyre.Training.Corpus;

namespace Gyre.Training.Recipes;

/// <summary>What the model reads: the generated shop corpus, or text files.</summary>
public sealed record CorpusRecipe
{
    /// <summary>True for the generated shop corpus; false for <see cref="TextFiles"/>.</summary>
    public required bool IsShop { get; init; }

    /// <summary>Seed of the generated corpus.</summary>
    public required ulong ShopSeed { get; init; }

    /// <summary>How many examples to generate for training.</summary>
    public required int ShopExamples { get; init; }

    /// <summary>Relative weight of each task in the generated corpus, by task name; empty for the generator's own mixture.</summary>
    public required IReadOnlyDictionary<string, double> ShopMixture { get; init; }

    /// <summary>How many of the first generated examples only teach copying, 0 or more.</summary>
    public required int ShopLead { get; init; }

    /// <summary>True when documents are read in the order of the corpus instead of shuffled ever anew.</summary>
    public required bool KeepsOrder { get; init; }

    /// <summary>The share of generated conversations whose prompts count in the loss too, 0 to 1.</summary>
    public required double ShopPromptShare { get; init; }

    /// <summary>UTF-8 text files, full paths.</summary>
    public required IReadOnlyList<string> TextFiles { get; init; }

    /// <summary>The text that separates documents inside a text file.</summary>
    public required string Separator { get; init; }

    /// <summary>The share of text documents kept for validation; the shop corpus has its own split by subject and family.</summary>
    public required double ValidationShare { get; init; }

    /// <summary>True when the last part of each text file is kept for validation instead of documents here and there.</summary>
    public required bool KeepsTail { get; init; }

    /// <summary>The generator of the shop corpus as this recipe sets it.</summary>
    /// <param name="seedOffset">Added to the recipe's seed.</param>
    internal ShopCorpus CreateShop(ulong seedOffset = 0)
    {
        var options = new ShopCorpusOptions { Lead = ShopLead };
        return new ShopCorpus(ShopSeed + seedOffset, ShopMixture.Count == 0 ? options : options with { Mixture = ShopMixture });
    }

    internal static CorpusRecipe Read(RecipeSection section, string folder)
    {
        var hasShop = section.Has("shop");
        var hasText = section.Has("text");
        if (section.IsPresent && hasShop == hasText)
        {
            section.Fault(hasShop ? "shop" : "text", "needs exactly one of 'shop' (the generated corpus) and 'text' (a list of files).");
        }

        var shop = section.Section("shop");
        var corpus = new CorpusRecipe
        {
            IsShop = hasShop,
            ShopSeed = hasShop ? (ulong)shop.Whole("seed", 1, 0, long.MaxValue) : 0,
            ShopExamples = hasShop ? shop.Integer("examples", null, 1, 50_000_000) : 0,
            ShopMixture = hasShop ? shop.Numbers("mixture", 0, 1e6) : new Dictionary<string, double>(StringComparer.Ordinal),
            ShopLead = hasShop ? shop.Integer("lead", 0, 0, 50_000_000) : 0,
            KeepsOrder = section.Choice("order", false, ("shuffled", false), ("kept", true)),
            ShopPromptShare = hasShop ? shop.Number("prompts", 0, 0, 1) : 0,
            TextFiles = hasText ? [.. section.Texts("text").Select(path => Path.GetFullPath(path, folder))] : [],
            Separator = section.Text("separator", "\n\n"),
            ValidationShare = section.Number("validation", 0.05, 0.0001, 0.5),
            KeepsTail = section.Choice("held_out", false, ("spread", false), ("tail", true)),
        };
        if (hasText && corpus.TextFiles.Count == 0)
        {
            section.Fault("text", "lists no file; expected at least one.");
        }

        foreach (var task in corpus.ShopMixture.Keys.Except(ShopTasks.All, StringComparer.Ordinal))
        {
            shop.Fault("mixture", $"names the unknown task '{task}'; expected {string.Join(", ", ShopTasks.All)}.");
        }

        if (hasShop && corpus.ShopMixture.Count > 0 && corpus.ShopMixture.Values.Sum() <= 0)
        {
            shop.Fault("mixture", "weights sum to 0; expected at least one positive weight.");
        }

        if (corpus.Separator.Length == 0)
        {
            section.Fault("separator", "is empty; expected the text between two documents, for example \"\\n\\n\".");
        }

        shop.Finish();
        section.Finish();
        return corpus;
    }
}
