using System.Text;
using System.Text.Json;
using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>What held-out rows share with training conversations: names, templates, prompts, runs of words.</summary>
/// <remarks>Words are compared without case and punctuation.</remarks>
public sealed record SplitReport
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true };

    /// <summary>Training conversations measured.</summary>
    public required long TrainingExamples { get; init; }

    /// <summary>Held-out rows measured.</summary>
    public required int HeldOutRows { get; init; }

    /// <summary>Templates of held-out rows that also made a training prompt; must be 0.</summary>
    public required int FamiliesShared { get; init; }

    /// <summary>Products, stores, orders and requests that are a subject on both sides; must be 0.</summary>
    public required int SubjectsShared { get; init; }

    /// <summary>Held-out names of products, stores and customers that stand anywhere in a training conversation; must be 0.</summary>
    public required int NamesShared { get; init; }

    /// <summary>Held-out prompts that are also a training message, case and punctuation aside; must be 0.</summary>
    public required int PromptsShared { get; init; }

    /// <summary>One row for each task.</summary>
    public required IReadOnlyList<SplitReportRow> Tasks { get; init; }

    /// <summary>Compares held-out rows with training conversations in one pass over them.</summary>
    /// <remarks>Memory grows with the held-out rows only.</remarks>
    public static SplitReport Measure(IEnumerable<ChatExample> training, IReadOnlyList<DatasetRow> heldOut)
    {
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(heldOut);
        var measured = heldOut.Select(row => new MeasuredRow(row)).ToArray();
        var wanted = new WordRuns(measured.SelectMany(row => row.AllRuns()));
        var prompts = measured.Select(row => WordRuns.Hash(row.Prompt)).ToHashSet();
        var families = heldOut.SelectMany(row => row.Family.Split('+')).ToHashSet(StringComparer.Ordinal);
        var subjects = heldOut.Select(row => row.Subject).ToHashSet(StringComparer.Ordinal);
        var sharedFamilies = new HashSet<string>(StringComparer.Ordinal);
        var sharedSubjects = new HashSet<string>(StringComparer.Ordinal);
        var sharedPrompts = new HashSet<ulong>();
        long examples = 0;
        foreach (var example in training)
        {
            examples++;
            sharedFamilies.UnionWith(example.Family.Split('+').Where(families.Contains));
            if (subjects.Contains(example.Subject))
            {
                sharedSubjects.Add(example.Subject);
            }

            foreach (var turn in example.Turns)
            {
                var words = WordRuns.Words(turn.Content);
                wanted.Mark(words);
                var hash = WordRuns.Hash(words);
                if (turn.Role == "user" && prompts.Contains(hash))
                {
                    sharedPrompts.Add(hash);
                }
            }
        }

        return new SplitReport
        {
            TrainingExamples = examples,
            HeldOutRows = heldOut.Count,
            FamiliesShared = sharedFamilies.Count,
            SubjectsShared = sharedSubjects.Count,
            NamesShared = measured.Where(row => row.Name.Length > 0 && wanted.IsSeen(row.Name)).Select(row => string.Join(' ', row.Name)).Distinct(StringComparer.Ordinal).Count(),
            PromptsShared = sharedPrompts.Count,
            Tasks = measured.GroupBy(row => row.Row.Task, StringComparer.Ordinal).Select(group => Row(group.Key, group.ToArray(), wanted)).ToArray(),
        };
    }

    /// <summary>The report as indented JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>The report as a table of plain text.</summary>
    public string ToTable()
    {
        var text = new StringBuilder();
        text.AppendLine($"{HeldOutRows} held-out rows against {TrainingExamples} training conversations");
        text.AppendLine($"shared: {FamiliesShared} template families, {SubjectsShared} subjects, {NamesShared} names, {PromptsShared} prompts");
        text.AppendLine($"{"task",-14}{"rows",6}{"prompt 8",10}{"13",8}{"answer 8",10}{"13",8}{"unseen values",15}");
        foreach (var row in Tasks)
        {
            text.AppendLine($"{row.Task,-14}{row.Rows,6}{Percent(row.Prompt8),10}{Percent(row.Prompt13),8}{Percent(row.Reference8),10}{Percent(row.Reference13),8}{Percent(row.UnseenValues),15}");
        }

        return text.ToString();
    }

    /// <summary>The report as a Markdown table.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.AppendLine($"{HeldOutRows:N0} held-out rows against {TrainingExamples:N0} training conversations. Shared: {FamiliesShared} template families, {SubjectsShared} subjects, {NamesShared} names, {PromptsShared} prompts. Runs of 8 or 13 words that also stand in training, and fact values that do not:");
        text.AppendLine();
        text.AppendLine("| task | rows | prompt, 8 words | 13 words | answer, 8 words | 13 words | values unseen |");
        text.AppendLine("|---|---:|---:|---:|---:|---:|---:|");
        foreach (var row in Tasks)
        {
            text.AppendLine($"| {row.Task} | {row.Rows} | {Percent(row.Prompt8)} | {Percent(row.Prompt13)} | {Percent(row.Reference8)} | {Percent(row.Reference13)} | {Percent(row.UnseenValues)} |");
        }

        return text.ToString();
    }

    private static string Percent(double? share) => share is { } value ? $"{value:P1}" : "-";

    private static SplitReportRow Row(string task, MeasuredRow[] rows, WordRuns wanted) => new(
        task,
        rows.Length,
        wanted.SeenShare(rows.SelectMany(row => WordRuns.RunsOf(row.Prompt, 8))),
        wanted.SeenShare(rows.SelectMany(row => WordRuns.RunsOf(row.Prompt, 13))),
        wanted.SeenShare(rows.SelectMany(row => WordRuns.RunsOf(row.Reference, 8))),
        wanted.SeenShare(rows.SelectMany(row => WordRuns.RunsOf(row.Reference, 13))),
        wanted.SeenShare(rows.SelectMany(row => row.Values)) is { } seen ? 1 - seen : null);

    private sealed class MeasuredRow(DatasetRow row)
    {
        private static readonly string[] Named = ["product:", "store:", "order:"];

        public DatasetRow Row { get; } = row;

        public string[] Prompt { get; } = WordRuns.Words(row.Prompt);

        public string[] Reference { get; } = WordRuns.Words(row.Reference);

        public string[] Name { get; } = Named.Any(prefix => row.Subject.StartsWith(prefix, StringComparison.Ordinal))
            ? WordRuns.Words(row.Subject[(row.Subject.IndexOf(':') + 1)..])
            : [];

        public string[][] Values { get; } = row.Facts.Where(fact => fact.Key.Contains('.')).Select(fact => WordRuns.Words(fact.Value)).ToArray();

        public IEnumerable<ReadOnlyMemory<string>> AllRuns()
        {
            var runs = WordRuns.RunsOf(Prompt, 8).Concat(WordRuns.RunsOf(Prompt, 13)).Concat(WordRuns.RunsOf(Reference, 8)).Concat(WordRuns.RunsOf(Reference, 13));
            return runs.Concat(Values.Append(Name).Where(words => words.Length > 0).Select(words => (ReadOnlyMemory<string>)words));
        }
    }
}
