using System.ComponentModel;
using System.Text.Json.Serialization;
using Gyre.Registry.Datasets;

namespace Gyre.Server.Wire;

/// <summary>One version of a dataset.</summary>
[Description("One version of a dataset.")]
internal sealed record DatasetVersionView
{
    [Description("The dataset.")]
    public required string Name { get; init; }

    [Description("From 1.")]
    public required long Number { get; init; }

    [Description("SHA-256 of its canonical lines: its identity, which an evaluation prints too.")]
    public required string Digest { get; init; }

    [Description("How many rows.")]
    public required long Rows { get; init; }

    [Description("The rows' length as JSON lines. Bytes.")]
    public required long LengthBytes { get; init; }

    [Description("The movable labels that point here.")]
    public required IReadOnlyList<string> Labels { get; init; }

    [Description("Words to find it by.")]
    public required IReadOnlyList<string> Tags { get; init; }

    [Description("Under what licence the rows may be used; empty when nobody said.")]
    public required string Licence { get; init; }

    [Description("What its maker said of it.")]
    public required string Note { get; init; }

    [Description("Why it should not be used any more; null when it may.")]
    public required string? Deprecation { get; init; }

    [Description("When it was made. ISO 8601, UTC.")]
    public required DateTimeOffset CreatedAt { get; init; }

    [Description("Who made it; empty when unknown.")]
    public required string CreatedBy { get; init; }

    [Description("Where the rows are from.")]
    public required Origin Source { get; init; }

    [Description("The columns; absent from lists.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Column>? Schema { get; init; }

    [Description("The versions it was made from, with theirs, up to where the rows came in; absent from lists.")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<Ancestor>? Lineage { get; init; }

    public static DatasetVersionView Of(DatasetVersion version) => new()
    {
        Name = version.Name,
        Number = version.Number,
        Digest = version.Digest,
        Rows = version.Rows,
        LengthBytes = version.LengthBytes,
        Labels = version.Labels,
        Tags = version.Tags,
        Licence = version.Licence,
        Note = version.Note,
        Deprecation = version.Deprecation,
        CreatedAt = version.CreatedAt,
        CreatedBy = version.CreatedBy,
        Source = Origin.Of(version.Source),
    };

    public static DatasetVersionView Of(DatasetLineage lineage) => Of(lineage.Version) with
    {
        Schema = [.. lineage.Version.Schema.Select(column => new Column
        {
            Name = column.Name,
            Types = column.Types,
            Rows = column.Rows,
            IsAlways = column.IsAlways,
            Form = column.Form,
            LongestText = column.LongestText,
            Values = [.. column.Values.Select(value => new Value { Text = value.Key, Rows = value.Value })],
        })],
        Lineage = Flatten(lineage),
    };

    /// <summary>Each version once, nearest first: a form without nesting has no depth to bound.</summary>
    private static IReadOnlyList<Ancestor> Flatten(DatasetLineage lineage)
    {
        var found = new List<DatasetLineage>();
        var waiting = new Queue<DatasetLineage>(lineage.Parents);
        while (waiting.TryDequeue(out var next))
        {
            if (found.All(known => known.Version.Reference != next.Version.Reference))
            {
                found.Add(next);
                next.Parents.ToList().ForEach(waiting.Enqueue);
            }
        }

        return [.. found.Select(ancestor => new Ancestor { Reference = ancestor.Version.Reference, Digest = ancestor.Version.Digest, Rows = ancestor.Version.Rows, Source = Origin.Of(ancestor.Version.Source) })];
    }

    [Description("Where rows are from.")]
    internal sealed record Origin
    {
        [Description("file, version, traces, reviews or generator.")]
        public required string Kind { get; init; }

        [Description("The file, operation, query or generator.")]
        public required string Name { get; init; }

        [Description("What is needed to make them again: digests, seeds, arguments.")]
        public required IReadOnlyDictionary<string, string> Facts { get; init; }

        [Description("The versions they were made from, as name@number.")]
        public required IReadOnlyList<string> Parents { get; init; }

        public static Origin Of(DatasetSource source) => new() { Kind = source.Kind.ToString().ToLowerInvariant(), Name = source.Name, Facts = source.Facts, Parents = source.Parents };
    }

    [Description("A version that another was made from.")]
    internal sealed record Ancestor
    {
        [Description("name@number.")]
        public required string Reference { get; init; }

        [Description("Its digest.")]
        public required string Digest { get; init; }

        [Description("How many rows.")]
        public required long Rows { get; init; }

        [Description("Where its rows are from.")]
        public required Origin Source { get; init; }
    }

    [Description("A column.")]
    internal sealed record Column
    {
        [Description("Its name; members of an object stand as facts.level.")]
        public required string Name { get; init; }

        [Description("What stands there: text, whole number, number, boolean, list, object.")]
        public required IReadOnlyList<string> Types { get; init; }

        [Description("Rows that have it.")]
        public required long Rows { get; init; }

        [Description("Whether every row has it.")]
        public required bool IsAlways { get; init; }

        [Description("What all of its texts are: whole numbers or numbers; empty for any text.")]
        public required string Form { get; init; }

        [Description("The most characters of a text.")]
        public required int LongestText { get; init; }

        [Description("How many rows have which text, where there are few different ones.")]
        public required IReadOnlyList<Value> Values { get; init; }
    }

    [Description("A text of a column.")]
    internal sealed record Value
    {
        [Description("The text.")]
        public required string Text { get; init; }

        [Description("Rows that have it.")]
        public required long Rows { get; init; }
    }
}
