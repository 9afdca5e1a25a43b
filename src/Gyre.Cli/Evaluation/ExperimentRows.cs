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

    public static ExperimentRows Read(EvaluationRecipe recipe)
    {
        var examples = recipe.Candidates.Max(candidate => candidate.Examples);
        return recipe.Dataset switch
        {
            ShopDatasetRecipe shop => OfShop(shop, examples),
            ShopQuestionsRecipe questions => OfNotes(questions, examples),
            FileDatasetRecipe file => OfFile(file, examples),
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

    private static ExperimentRows OfFile(FileDatasetRecipe file, int examples)
    {
        if (file.Examples is { } path)
        {
            return new ExperimentRows(DatasetFile.Open(file.Path, file.Columns), [.. DatasetFile.Open(path, file.Columns).Read()]);
        }

        return examples == 0
            ? new ExperimentRows(DatasetFile.Open(file.Path, file.Columns), [])
            : throw new EvaluationException("EVA0003", "Reading an evaluation recipe failed: a candidate wants examples, and 'dataset.examples' names no file that has them. Name a file with rows that are not measured on.");
    }

    /// <summary>Rows of the longer list that are not measured on.</summary>
    private static DatasetRow[] Others(IReadOnlyList<DatasetRow> rows, IReadOnlyList<DatasetRow> more)
    {
        var asked = rows.Select(row => row.Prompt).ToHashSet(StringComparer.Ordinal);
        return [.. more.Where(row => !asked.Contains(row.Prompt))];
    }
}
