using Gyre.Training.Recipes;

namespace Gyre.Training.Encoders;

/// <summary>Questions and which articles are held out.</summary>
internal sealed record QuestionDataRecipe
{
    /// <summary>Files in SQuAD's form, full paths.</summary>
    public required IReadOnlyList<string> Files { get; init; }

    public required int DevelopmentArticles { get; init; }

    public required int TestArticles { get; init; }

    /// <summary>Questions without an answer that are made for each one that has one, by pairing it with another article's passage.</summary>
    public required double Unanswerable { get; init; }

    public static QuestionDataRecipe Read(RecipeSection section, string folder)
    {
        var data = new QuestionDataRecipe
        {
            Files = [.. section.Texts("files").Select(path => Path.GetFullPath(path, folder))],
            DevelopmentArticles = section.Integer("development_articles", 4, 1, 100_000),
            TestArticles = section.Integer("test_articles", 8, 1, 100_000),
            Unanswerable = section.Number("unanswerable", 0.5, 0, 10),
        };
        if (data.Files.Count == 0)
        {
            section.Fault("files", "lists no file; expected at least one.");
        }

        section.Finish();
        return data;
    }
}
