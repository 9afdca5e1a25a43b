using System.Globalization;
using Gyre.Contracts;
using Gyre.Evaluation;
using Gyre.Evaluation.Judges.Pairs;
using Gyre.Evaluation.Judges.Trained;

namespace Gyre.Cli.Judging;

/// <summary>Trains an autorater on the verdicts of people that stand beside answers, and says what it is worth.</summary>
internal static class AutoraterTrainer
{
    /// <summary>Trains on ratings of single answers.</summary>
    public static async Task<AutoraterReport> OnLevelsAsync(
        IEnumerable<DatasetRow> rows, string output, string people, IReadOnlyList<IScorer> scorers, AutoraterOptions options, string path, CancellationToken cancellationToken)
    {
        var ratings = rows
            .Select(row => (row, Level: LevelOf(row.Facts.GetValueOrDefault(people, ""))))
            .Where(item => item.Level is not null)
            .Select(item => new RatedAnswer(item.row, item.row.Facts.GetValueOrDefault(output, ""), item.Level!.Value)) // Filtered just now.
            .ToArray();
        var (model, report) = await AutoraterTraining.OnLevelsAsync(ratings, scorers, options, cancellationToken);
        model.Save(path);
        return report;
    }

    /// <summary>Trains on comparisons of two answers.</summary>
    public static async Task<AutoraterReport> OnPairsAsync(
        IEnumerable<DatasetRow> rows, string first, string second, string people, IReadOnlyList<IScorer> scorers, AutoraterOptions options, string path, CancellationToken cancellationToken)
    {
        var comparisons = rows
            .Select(row => (row, Preference: PreferenceOf(row.Facts.GetValueOrDefault(people, ""))))
            .Where(item => item.Preference is not null)
            .Select(item => new ComparedAnswers(item.row, item.row.Facts.GetValueOrDefault(first, ""), item.row.Facts.GetValueOrDefault(second, ""), item.Preference!.Value)) // As above.
            .ToArray();
        var (model, report) = await AutoraterTraining.OnPairsAsync(comparisons, scorers, options, cancellationToken);
        model.Save(path);
        return report;
    }

    /// <summary>The finding for people, or everything as JSON.</summary>
    public static void Print(bool isJson, Terminal terminal, AutoraterReport report, string path)
    {
        if (isJson)
        {
            terminal.WriteJson(new
            {
                file = path,
                report.Ratings,
                report.Folds,
                share = report.Share.IsDefined ? report.Share.Number : (double?)null,
                baseline_share = report.BaselineShare.IsDefined ? report.BaselineShare.Number : (double?)null,
                kappa = report.Kappa.IsDefined ? report.Kappa.Number : (double?)null,
                report.LogLoss,
                report.BaselineLogLoss,
                is_better_than_baseline = report.IsBetterThanBaseline,
                report.Verdict,
            });
            return;
        }

        terminal.Output.WriteLine(report.Verdict);
        terminal.Output.WriteLine($"Agreement with people: {Show(report.Share)} of {report.Ratings} (always the commonest: {Show(report.BaselineShare)}); κ {Show(report.Kappa)}; α {Show(report.Alpha)}.");
        terminal.Output.WriteLine($"Autorater: {path}");
    }

    private static string Show(Gyre.Evaluation.Metrics.MetricValue value) => value.IsDefined ? value.Number.ToString("0.000", CultureInfo.InvariantCulture) : $"undefined ({value.Reason.Detail})";

    private static int? LevelOf(string said) => said.Trim().ToUpperInvariant() switch
    {
        "YES" or "TRUE" => 1,
        "NO" or "FALSE" => 0,
        var text => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var level) ? level : null,
    };

    private static PairPreference? PreferenceOf(string said) => said.Trim().ToUpperInvariant() switch
    {
        "FIRST" or "A" or "1" => PairPreference.First,
        "SECOND" or "B" or "2" => PairPreference.Second,
        "TIE" => PairPreference.Tie,
        _ => null,
    };
}
