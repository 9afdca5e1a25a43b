using Gyre.Contracts;
using Gyre.Evaluation;
using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Recipes;
using Gyre.Orchestration.Retrieval;
using Gyre.Training.Corpus;

namespace Gyre.Cli.Evaluation;

/// <summary>The rows that a recipe measures on, with what comes beside them.</summary>
/// <param name="Dataset">The rows.</param>
/// <param name="Examples">Rows of the same kind that are not measured on, for worked examples.</param>
internal sealed record ExperimentRows(IDataset Dataset, IReadOnlyList<DatasetRow> Examples)
{
    /// <summary>The shop's rows, when the recipe measures on them.</summary>
    public IReadOnlyList<DatasetRow>? Shop { get; private init; }

    /// <summary>Passages that come with the rows; none for most datasets.</summary>
    public IReadOnlyList<Passage> Passages { get; private init; } = [];

    /// <param name="recipe">The recipe.</param>
    /// <param name="dataFolder">Where the registry of datasets is.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public static async Task<ExperimentRows> ReadAsync(EvaluationRecipe recipe, string dataFolder, CancellationToken cancellationToken)
    {
        var examples = recipe.Candidates.Max(candidate => candidate.Examples);
        return recipe.Dataset switch
        {
            ShopDatasetRecipe shop => OfShop(shop, examples),
            ShopQuestionsRecipe questions => OfNotes(questions, examples),
            ShopFactsRecipe facts => OfFacts(facts, examples),
            ShopBrandRecipe brand => OfBrand(brand, examples),
            FileDatasetRecipe file => OfFile(file, examples),
            RegistryDatasetRecipe registry => await OfRegistryAsync(registry, examples, dataFolder, cancellationToken),
            var other => throw new InvalidOperationException($"Read the rows of '{recipe.Name}': found a dataset of the kind {other.GetType().Name}, which this command does not know."),
        };
    }

    private static ExperimentRows OfShop(ShopDatasetRecipe shop, int examples)
    {
        var corpus = new ShopCorpus(shop.Seed);
        var rows = corpus.HeldOut(shop.Counts);
        return new ExperimentRows(
            new RowDataset("shop", rows, $"the sample shop's held-out rows, seed {shop.Seed}"),
            examples == 0 ? [] : Others(rows, corpus.HeldOut(shop.Counts.ToDictionary(count => count.Key, count => count.Value + examples, StringComparer.Ordinal)))) { Shop = rows };
    }

    private static ExperimentRows OfNotes(ShopQuestionsRecipe recipe, int examples)
    {
        var notes = new ShopNotes(recipe.Seed, recipe.Things);
        var rows = notes.Questions(recipe.Questions, recipe.Unanswerable, recipe.Wordings);
        var others = examples == 0 ? [] : notes.Questions(recipe.Questions + examples, recipe.Unanswerable + (recipe.Unanswerable > 0 ? examples : 0), recipe.Wordings);
        return new ExperimentRows(
            new RowDataset("shop-questions", rows, $"the sample shop's notes on {recipe.Things} products and stores and customers' questions about them, seed {recipe.Seed}"), Others(rows, others))
        {
            Passages = [.. notes.Notes.Select(note => new Passage(note.Id, "the shop's notes", note.Text))],
        };
    }

    /// <remarks>Worked examples are of another shop, drawn from the next seed: of this one every fact is asked.</remarks>
    private static ExperimentRows OfFacts(ShopFactsRecipe recipe, int examples)
    {
        var shop = new ShopFacts(recipe.Seed, recipe.Things);
        return new ExperimentRows(
            new RowDataset("shop-facts", shop.Questions(recipe.Strangers, recipe.Wordings), $"questions about the {shop.Count} facts of {recipe.Things} products and stores of the sample shop, seed {recipe.Seed}"),
            examples == 0 ? [] : new ShopFacts(recipe.Seed + 1, recipe.Things).Questions(recipe.Strangers, recipe.Wordings))
        {
            Passages = [.. shop.Notes.Select(note => new Passage(note.Id, "the shop's notes", note.Text))],
        };
    }

    private static ExperimentRows OfBrand(ShopBrandRecipe recipe, int examples)
    {
        var rows = new BrandPreferences(recipe.Seed).HeldOut(recipe.Rows + examples).Select(pair => pair.Row).ToArray();
        return new ExperimentRows(new RowDataset("shop-brand", rows[..recipe.Rows], $"requests under the sample shop's brand guide, seed {recipe.Seed}"), rows[recipe.Rows..]);
    }

    private static ExperimentRows OfFile(FileDatasetRecipe file, int examples)
    {
        if (file.Examples is { } path)
        {
            return new ExperimentRows(DatasetFile.Open(file.Path, file.Columns), [.. DatasetFile.Open(path, file.Columns).Read()]);
        }

        return examples == 0
            ? new ExperimentRows(DatasetFile.Open(file.Path, file.Columns), [])
            : throw NoExamples("no file");
    }

    private static async Task<ExperimentRows> OfRegistryAsync(RegistryDatasetRecipe recipe, int examples, string dataFolder, CancellationToken cancellationToken)
    {
        var dataset = await RegistryDataset.OpenAsync(dataFolder, recipe.Reference, cancellationToken);
        if (recipe.Examples is { } others)
        {
            return new ExperimentRows(dataset, [.. (await RegistryDataset.OpenAsync(dataFolder, others, cancellationToken)).Read()]);
        }

        return examples == 0 ? new ExperimentRows(dataset, []) : throw NoExamples("no version");
    }

    private static EvaluationException NoExamples(string what) => new(
        "EVA0003", $"Reading an evaluation recipe failed: a candidate wants examples, and 'dataset.examples' names {what} that has them. Name one with rows that are not measured on.");

    /// <summary>Rows of the longer list that are not measured on.</summary>
    private static DatasetRow[] Others(IReadOnlyList<DatasetRow> rows, IReadOnlyList<DatasetRow> more)
    {
        var asked = rows.Select(row => row.Prompt).ToHashSet(StringComparer.Ordinal);
        return [.. more.Where(row => !asked.Contains(row.Prompt))];
    }
}
