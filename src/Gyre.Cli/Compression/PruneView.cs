using System.Globalization;
using Gyre.Cli.Training;
using Gyre.Evaluation.Statistics;
using Gyre.Training.Compression.Measurement;
using Gyre.Training.Compression.Pruning;
using Gyre.Training.Loop;
using Spectre.Console;

namespace Gyre.Cli.Compression;

/// <summary>Shows what pruning a model gained and cost.</summary>
internal static class PruneView
{
    public static void Write(Terminal terminal, PruningReport report, string folder, bool asJson)
    {
        if (asJson)
        {
            terminal.WriteJson(new { path = folder, report });
            return;
        }

        terminal.Rich.Write(TableOf("before", "after", report.Rows()));
        var facts = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        Fact("zeros", string.Create(CultureInfo.InvariantCulture, $"{report.Removed:N0} of {report.PrunableWeights:N0} weights in {report.Matrices} matrices, by {report.Method} ({report.Sparsity} of each {report.Scope})"));
        if (report.CalibrationTokens > 0)
        {
            Fact("calibrated on", string.Create(CultureInfo.InvariantCulture, $"{report.CalibrationTokens:N0} tokens"));
        }

        var other = report.Method == "wanda" ? "magnitude" : "wanda";
        Fact($"against {other}", report.OtherMethod.Value is { } compared
            ? string.Create(CultureInfo.InvariantCulture, $"perplexity {compared.PerplexityAfter:0.000} here, {compared.PerplexityBefore:0.000} by {other}; difference {Interval(compared.Difference, compared.DifferenceInterval)} nats a token")
            : $"undefined, because {report.OtherMethod.Undefined}");
        Fact("speed", "zeros are multiplied like other numbers; no gain is expected");
        Fact("model", folder);
        terminal.Rich.Write(facts);

        void Fact(string name, string value) => facts.AddRow("[dim]" + name + "[/]", Markup.Escape(value));
    }

    /// <summary>What a recipe made.</summary>
    public static void Write(Terminal terminal, RecoveryResult result, bool asJson)
    {
        var training = result.Training;
        if (asJson)
        {
            terminal.WriteJson(new
            {
                end = training.End switch { TrainingEnd.Completed => "completed", TrainingEnd.StoppedEarly => "stopped_early", _ => "interrupted" },
                training.Folder,
                OutputFolder = training.ModelFolder,
                training.Step,
                TrainingLoss = training.SmoothedLoss,
                ValidationLoss = training.BestValidationLoss,
                result.Zeros.Removed,
                result.Zeros.Prunable,
                result.Pruned,
                result.Recovered,
                SizeBefore = result.Sizes?.Before,
                SizeAfter = result.Sizes?.After,
                result.Report,
            });
            return;
        }

        if (training.End == TrainingEnd.Interrupted)
        {
            return;
        }

        terminal.Rich.Write(TableOf("before", "after", result.Rows()));
        if (result.Report.Count > 0)
        {
            terminal.Rich.MarkupLine("Before is the whole model, after what was written:");
            terminal.Rich.Write(OutcomeTable.Draw(result.Report, result.Confidence));
        }

        terminal.Rich.MarkupLineInterpolated($"[dim]model[/]  {training.ModelFolder}\n[dim]run[/]    {training.Folder}");
    }

    /// <summary>A comparison's rows as a table.</summary>
    public static Table TableOf(string before, string after, IReadOnlyList<ComparisonRow> rows)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn("")
            .AddColumn(new TableColumn(before).RightAligned()).AddColumn(new TableColumn(after).RightAligned()).AddColumn("change");
        foreach (var row in rows)
        {
            table.AddRow(Markup.Escape(row.Name), Markup.Escape(row.Before), Markup.Escape(row.After), Markup.Escape(row.Change));
        }

        return table;
    }

    private static string Interval(double difference, Interval? interval) => interval is null
        ? difference.ToString("+0.0000;-0.0000", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{difference:+0.0000;-0.0000} [{interval.Low:+0.0000;-0.0000}, {interval.High:+0.0000;-0.0000}]");
}
