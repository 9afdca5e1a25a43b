using System.Globalization;
using Gyre.Training.Reports;
using Spectre.Console;

namespace Gyre.Cli.Training;

/// <summary>Draws what a job gained and forgot.</summary>
internal static class OutcomeTable
{
    public static Table Draw(IReadOnlyList<TaskOutcome> outcomes, double confidence)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumns("task", "measure");
        foreach (var name in new[] { "rows", "before", "after", "difference" })
        {
            table.AddColumn(new TableColumn(name).RightAligned());
        }

        table.AddColumns($"{confidence:P0} interval", "");
        foreach (var outcome in outcomes.OrderByDescending(outcome => outcome.IsTrained))
        {
            table.AddRow(
                Markup.Escape(outcome.Task) + (outcome.IsTrained ? "" : " [grey](not trained)[/]"),
                outcome.Measure,
                outcome.Rows.ToString(CultureInfo.InvariantCulture),
                Show(outcome.Before),
                Show(outcome.After),
                Signed(outcome.Difference),
                outcome is { Low: { } low, High: { } high } ? $"{Signed(low)} to {Signed(high)}" : Markup.Escape(outcome.Reason),
                outcome.IsBetter ? "[green]better[/]" : outcome.IsWorse ? "[red]worse[/]" : outcome.Difference is null ? "undefined" : "[grey]no difference shown[/]");
        }

        return table;
    }

    private static string Show(double? value) => value is { } number ? number.ToString(Math.Abs(number) >= 100 ? "0.0" : "0.000", CultureInfo.InvariantCulture) : "–";

    private static string Signed(double? value) => value is { } number ? number.ToString(Math.Abs(number) >= 100 ? "+0.0;−0.0;0.0" : "+0.000;−0.000;0.000", CultureInfo.InvariantCulture) : "–";
}
