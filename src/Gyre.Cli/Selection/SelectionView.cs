using Gyre.Evaluation.Selection;
using Spectre.Console;

namespace Gyre.Cli.Selection;

/// <summary>A choice in the terminal: limits, objectives, order, what decides.</summary>
internal static class SelectionView
{
    public static void Print(Terminal terminal, SelectionResult result)
    {
        if (result.Candidates.Any(candidate => candidate.Limits.Count > 0))
        {
            terminal.Rich.Write(Limits(result));
        }

        terminal.Rich.Write(Objectives(result));
        terminal.Rich.Write(Order(result));
        terminal.Rich.MarkupLine($"[bold]{Markup.Escape(result.Headline)}[/]");
        List(terminal, result.Reasons);
        if (result.Missing.Count > 0)
        {
            terminal.Rich.MarkupLine("\nNot known:");
            List(terminal, result.Missing);
        }
    }

    private static void List(Terminal terminal, IReadOnlyList<string> lines)
    {
        foreach (var line in lines)
        {
            terminal.Rich.MarkupLine("  · " + Markup.Escape(line));
        }
    }

    private static Table Limits(SelectionResult result)
    {
        var table = New().AddColumn(Whole("limit")).AddColumn(Whole("demanded")).AddColumn("found").AddColumn(Whole("")).AddColumn("");
        foreach (var group in result.Candidates.SelectMany(candidate => candidate.Limits.Select((limit, i) => (candidate.Name, limit, i))).GroupBy(item => item.i))
        {
            table.AddRow(Markup.Escape(group.First().limit.Name), Markup.Escape(group.First().limit.Demand));
            foreach (var (name, limit, _) in group)
            {
                table.AddRow(
                    "  " + Markup.Escape(name),
                    "",
                    Markup.Escape(limit.Found),
                    limit.Verdict switch { LimitVerdict.Met => "[green]met[/]", LimitVerdict.NotMet => "[red]NOT MET[/]", _ => "[yellow]unknown[/]" },
                    Markup.Escape(limit.Note));
            }
        }

        return table;
    }

    private static Table Objectives(SelectionResult result)
    {
        var table = New().AddColumn(Whole("objective")).AddColumn(Right("share")).AddColumn("measured").AddColumn(Right("score")).AddColumn(Right("interval"));
        foreach (var (i, objective) in result.Recipe.Objectives.Index())
        {
            table.AddRow(Markup.Escape(objective.Name), Share(result.Shares[i]));
            foreach (var candidate in result.Candidates)
            {
                var score = candidate.Scores[i];
                table.AddRow(
                    "  " + Markup.Escape(candidate.Name),
                    "",
                    Markup.Escape(SelectionWords.Measured(objective, score)),
                    score.Score is { } value ? Score(value) : "",
                    score is { Low: { } low, High: { } high } && high > low ? $"{Score(low)}…{Score(high)}" : "");
            }
        }

        return table;
    }

    private static Table Order(SelectionResult result)
    {
        var table = New().AddColumn(Right("")).AddColumn(Whole("candidate")).AddColumn(Right("value")).AddColumn(Right("interval")).AddColumn(Right("first near the weights")).AddColumn(Right("under any")).AddColumn(Whole(""));
        foreach (var candidate in result.Candidates)
        {
            table.AddRow(
                candidate.Rank?.ToString() ?? "",
                Markup.Escape(candidate.Name),
                candidate.Value is { } value ? Score(value) : "unknown",
                $"{Score(candidate.Low)}…{Score(candidate.High)}",
                result.Sensitivity?.Near.TryGetValue(candidate.Name, out var near) == true ? Share(near) : "",
                result.Sensitivity?.Any.TryGetValue(candidate.Name, out var any) == true ? Share(any) : "",
                candidate.IsOut ? "[red]out[/]" : candidate.IsOpen ? "[yellow]open[/]" : candidate.Name == result.Chosen ? "[green]chosen[/]" : "");
        }

        return table;
    }

    private static string Score(double score) => score.ToString("0.000");

    private static string Share(double share) => $"{share * 100:0.0}\u00A0%";

    private static Table New() => new Table().Border(TableBorder.Simple);

    private static TableColumn Right(string head) => new TableColumn(head).RightAligned().NoWrap().Padding(0, 0, 1, 0);

    private static TableColumn Whole(string head) => new TableColumn(head).NoWrap().Padding(0, 0, 1, 0);
}
