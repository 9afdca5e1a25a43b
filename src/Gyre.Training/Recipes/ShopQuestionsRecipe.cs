using Gyre.Contracts;
using Gyre.Training.Corpus;

namespace Gyre.Training.Recipes;

/// <summary>Generated questions of the sample shop's customers, each asked with the note that answers it, or that does not.</summary>
public sealed record ShopQuestionsRecipe
{
    private const string Usual = "Here is what we know.\n{passages}\n\nA customer asks: {question}";

    /// <summary>The seed of notes and questions.</summary>
    public required ulong Seed { get; init; }

    /// <summary>Products and stores that have a note.</summary>
    public required int Things { get; init; }

    /// <summary>Questions that their note answers.</summary>
    public required int Questions { get; init; }

    /// <summary>Questions that their note does not answer.</summary>
    public required int Unanswerable { get; init; }

    /// <summary>How note and question make a prompt: <c>{passages}</c> and <c>{question}</c> stand in it, as in an evaluation's <c>retrieval</c>.</summary>
    public required string Template { get; init; }

    internal static ShopQuestionsRecipe Read(RecipeSection section)
    {
        var recipe = new ShopQuestionsRecipe
        {
            Seed = (ulong)section.Whole("seed", 1, 0, long.MaxValue),
            Things = section.Integer("things", 100, 1, 100_000),
            Questions = section.Integer("questions", 200, 0, 1_000_000),
            Unanswerable = section.Integer("unanswerable", 50, 0, 1_000_000),
            Template = section.Text("template", Usual),
        };
        if (!recipe.Template.Contains("{passages}", StringComparison.Ordinal) || !recipe.Template.Contains("{question}", StringComparison.Ordinal))
        {
            section.Fault("template", "lacks {passages} or {question}; expected both.");
        }

        section.Finish();
        return recipe;
    }

    /// <summary>The questions as whole prompts.</summary>
    /// <param name="split">Whose things and wordings: those for training, or those held out.</param>
    /// <remarks>Errors: TRN0201 so few things cannot be asked so many questions.</remarks>
    internal IEnumerable<DatasetRow> Rows(Split split)
    {
        var notes = new ShopNotes(Seed, Things, split);
        var texts = notes.Notes.ToDictionary(note => note.Id, note => note.Text, StringComparer.Ordinal);
        return notes.Questions(Questions, Unanswerable).Select(row => row with
        {
            Prompt = Template.Replace("{passages}", texts[row.Facts[ShopNotes.NoteFact]], StringComparison.Ordinal).Replace("{question}", row.Prompt, StringComparison.Ordinal),
        });
    }
}
