using Gyre.Training.Recipes;

namespace Gyre.Training.Encoders;

/// <summary>The texts of an encoder's training.</summary>
internal sealed record EncoderCorpusRecipe
{
    /// <summary>UTF-8 text files, full paths.</summary>
    public required IReadOnlyList<string> Texts { get; init; }

    /// <summary>The text between two documents of a text file.</summary>
    public required string Separator { get; init; }

    /// <summary>Tables with a column of texts.</summary>
    public required IReadOnlyList<(string File, string Column)> Tables { get; init; }

    /// <summary>Questions whose training passages are read, and whose held-out ones must not be; null for none.</summary>
    public required QuestionDataRecipe? Questions { get; init; }

    public required double ValidationShare { get; init; }

    /// <summary>The files by full path.</summary>
    public IEnumerable<string> Files => Texts.Concat(Tables.Select(table => table.File)).Concat(Questions?.Files ?? []);

    public static EncoderCorpusRecipe Read(RecipeSection section, string folder)
    {
        var tables = new List<(string, string)>();
        foreach (var table in section.Sections("tables"))
        {
            var file = table.Text("file", null);
            tables.Add((file.Length == 0 ? "" : Path.GetFullPath(file, folder), table.Text("column", "text")));
            table.Finish();
        }

        var corpus = new EncoderCorpusRecipe
        {
            Texts = [.. section.Texts("texts").Select(path => Path.GetFullPath(path, folder))],
            Separator = section.Text("separator", "\n\n"),
            Tables = tables,
            Questions = section.Has("questions") ? QuestionDataRecipe.Read(section.Section("questions"), folder) : null,
            ValidationShare = section.Number("validation", 0.05, 0.0001, 0.5),
        };
        if (corpus.Texts.Count + corpus.Tables.Count == 0 && corpus.Questions is null)
        {
            section.Fault("texts", "is missing, and so are tables and questions; expected texts from one of them.");
        }

        if (corpus.Separator.Length == 0)
        {
            section.Fault("separator", "is empty; expected the text between two documents, for example \"\\n\\n\".");
        }

        section.Finish();
        return corpus;
    }
}
