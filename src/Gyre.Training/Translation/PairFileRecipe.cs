using Gyre.Training.Recipes;

namespace Gyre.Training.Translation;

/// <summary>Where pairs lie: one table with two columns, or two text files whose lines correspond.</summary>
internal sealed record PairFileRecipe
{
    /// <summary>A CSV, TSV or JSON Lines file, plain or gzip; empty for two text files.</summary>
    public required string Table { get; init; }

    public required string SourceColumn { get; init; }

    public required string TargetColumn { get; init; }

    /// <summary>Text of the source language, a line a sentence, plain or gzip; empty for a table.</summary>
    public required string SourceFile { get; init; }

    public required string TargetFile { get; init; }

    /// <summary>The files by full path.</summary>
    public IReadOnlyList<string> Files => Table.Length > 0 ? [Table] : [SourceFile, TargetFile];

    public static PairFileRecipe Read(RecipeSection section, string folder)
    {
        var hasTable = section.Has("table");
        if (section.IsPresent && hasTable == (section.Has("source") || section.Has("target")))
        {
            section.Fault("table", "needs either 'table' (one file with two columns) or both 'source' and 'target' (two text files).");
        }

        var files = new PairFileRecipe
        {
            Table = hasTable ? Full("table") : "",
            SourceColumn = section.Text("source_column", "source"),
            TargetColumn = section.Text("target_column", "target"),
            SourceFile = hasTable ? "" : Full("source"),
            TargetFile = hasTable ? "" : Full("target"),
        };
        section.Finish();
        return files;

        string Full(string key)
        {
            var path = section.Text(key, null);
            return path.Length == 0 ? "" : Path.GetFullPath(path, folder);
        }
    }
}
