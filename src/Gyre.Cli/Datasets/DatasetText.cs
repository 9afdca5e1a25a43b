using System.Globalization;
using System.Text;
using Gyre.Registry.Datasets;
using Spectre.Console;

namespace Gyre.Cli.Datasets;

/// <summary>Versions of datasets as people and programs read them.</summary>
internal static class DatasetText
{
    private const int ShortDigest = 12;
    private const int MostValues = 4;

    public static string Short(string digest) => digest[..ShortDigest];

    public static string Size(long bytes) => bytes switch
    {
        < 10_000 => $"{bytes} B",
        < 10_000_000 => $"{bytes / 1024.0:0.0} KiB",
        _ => $"{bytes / 1048576.0:0.0} MiB",
    };

    public static string Time(DateTimeOffset time) => time.ToLocalTime().ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);

    /// <summary>A text on one line, with what a terminal would obey made visible, and cut where it is long.</summary>
    public static string Line(string text, int most = int.MaxValue)
    {
        var line = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (line.Length >= most)
            {
                return line.Append('…').ToString();
            }

            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
            {
                line.Append(rune.Value is '\n' or '\r' or '\t' ? ' ' : '\uFFFD');
            }
            else
            {
                line.Append(rune);
            }
        }

        return line.ToString();
    }

    /// <summary>Where a version's rows are from, in one line.</summary>
    public static string Source(DatasetSource source)
    {
        var facts = source.Facts.Select(fact => $"{fact.Key} {(fact.Key == "sha256" && fact.Value.Length > ShortDigest ? Short(fact.Value) : fact.Value)}");
        return Line($"{source.Kind.ToString().ToLowerInvariant()} {source.Name}{(source.Facts.Count == 0 ? "" : $" ({string.Join(", ", facts)})")}");
    }

    public static void WriteLineage(Terminal terminal, DatasetLineage lineage)
    {
        var tree = new Tree(Markup.Escape(Node(lineage)));
        Add(tree, lineage);
        terminal.Rich.Write(tree);

        static void Add(IHasTreeNodes node, DatasetLineage lineage)
        {
            foreach (var parent in lineage.Parents)
            {
                Add(node.AddNode(Markup.Escape(Node(parent))), parent);
            }
        }

        static string Node(DatasetLineage lineage) => $"{lineage.Version.Reference}  {lineage.Version.Rows} rows  sha256 {Short(lineage.Version.Digest)}  from {Source(lineage.Version.Source)}";
    }

    public static void WriteSchema(Terminal terminal, DatasetVersion version)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("column").AddColumn("holds").AddColumn(new TableColumn("rows").RightAligned()).AddColumn(new TableColumn("longest").RightAligned()).AddColumn("values");
        foreach (var column in version.Schema)
        {
            table.AddRow(
                Markup.Escape(Line(column.Name, 60)),
                string.Join(", ", column.Types) + (column.Form.Length > 0 ? $" ({column.Form})" : ""),
                column.IsAlways ? "all" : $"{column.Rows}",
                column.LongestText > 0 ? $"{column.LongestText}" : "",
                Markup.Escape(string.Join(", ", column.Values.Take(MostValues).Select(value => $"{Line(value.Key, 30)} {value.Value}")) + (column.Values.Count > MostValues ? $" and {column.Values.Count - MostValues} more" : "")));
        }

        terminal.Rich.Write(table);
    }

    /// <summary>What <c>--json</c> tells of a version.</summary>
    public static object ToJson(DatasetVersion version) => new
    {
        version.Name,
        version.Number,
        version.Digest,
        version.Rows,
        version.LengthBytes,
        version.Labels,
        version.Tags,
        version.Licence,
        version.Note,
        version.Deprecation,
        version.CreatedAt,
        version.CreatedBy,
        Source = new { Kind = version.Source.Kind.ToString().ToLowerInvariant(), version.Source.Name, version.Source.Facts, version.Source.Parents },
        Schema = version.Schema.Select(column => new { column.Name, column.Types, column.Rows, column.IsAlways, column.Form, column.LongestText, Values = column.Values.Select(value => new { Text = value.Key, Rows = value.Value }) }),
    };

    public static object ToJson(DatasetLineage lineage) => new
    {
        lineage.Version.Name,
        lineage.Version.Number,
        lineage.Version.Digest,
        Source = Source(lineage.Version.Source),
        Parents = lineage.Parents.Select(ToJson),
    };

    /// <summary>Says what became of rows.</summary>
    public static void WriteAdded(Terminal terminal, IReadOnlyList<DatasetAdded> added, bool isJson)
    {
        if (isJson)
        {
            terminal.WriteJson(new { versions = added.Select(result => new { result.IsNew, version = ToJson(result.Version) }) });
            return;
        }

        foreach (var (version, isNew) in added)
        {
            terminal.Output.WriteLine($"{version.Reference}: {version.Rows} rows, {Size(version.LengthBytes)}, sha256 {version.Digest}{(isNew ? "" : " (the dataset had these rows already; nothing was added)")}");
        }
    }
}
