using System.Globalization;
using System.Text;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>What a comparison side by side found, and how far its judge can be trusted.</summary>
/// <param name="First">The candidate whose wins are counted.</param>
/// <param name="Second">The other.</param>
/// <param name="Judge">The judge's name.</param>
/// <param name="Rows">Rows.</param>
/// <param name="Wins">Rows where the first is better.</param>
/// <param name="Ties">Rows where neither is, contradictory verdicts included.</param>
/// <param name="Losses">Rows where the second is better.</param>
/// <param name="Undefined">Rows without a verdict.</param>
/// <param name="Reason">The commonest reason for that; empty when there are none.</param>
/// <param name="WinRate">Wins and half of the ties, as a share of the rows with a verdict.</param>
/// <param name="Interval">Its interval; null without a win rate.</param>
/// <param name="PValue">The probability of so uneven wins and losses or worse if neither were better (exact, two-sided).</param>
/// <param name="Position">Position bias.</param>
/// <param name="Verbosity">Verbosity bias.</param>
/// <param name="SelfJudged">The candidates that are among the judge's own models; empty when it judges others only.</param>
/// <param name="Agreement">Agreement with the control; null without one.</param>
/// <param name="SelfPreference">For a judge that is one of the candidates: its win rate of its own answers minus the control's; null without a control, or when it is none or both of them.</param>
public sealed record PairwiseResult(
    string First,
    string Second,
    string Judge,
    long Rows,
    long Wins,
    long Ties,
    long Losses,
    long Undefined,
    string Reason,
    MetricValue WinRate,
    Interval? Interval,
    double PValue,
    PositionBias Position,
    VerbosityBias Verbosity,
    IReadOnlyList<string> SelfJudged,
    JudgeAgreement? Agreement,
    Comparison? SelfPreference)
{
    /// <summary>A table for people: the win rate, then what is known of the judge.</summary>
    public string ToMarkdown()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"| {First} against {Second}, by {Judge} | |\n|---|---|\n");
        Line("win rate", $"{Shown(WinRate, Interval)}; {Wins} wins, {Ties} ties, {Losses} losses, {Chance(PValue)}");
        Line("without a verdict", Undefined == 0 ? "0" : $"{Undefined}: {Reason}");
        Line("verdicts that change with the order", $"{Position.Changed} of {Position.Pairs}, {Shown(Position.ChangeRate, Position.ChangeInterval)}; {Position.TowardsFirst} for the first place, {Position.TowardsSecond} for the second, {Chance(Position.PValue)}");
        Line("the longer answer wins", $"{Verbosity.LongerWins} times, {Shown(Verbosity.LongerWinRate, Verbosity.LongerWinInterval)}; correlation of winning and length {Shown(Verbosity.Correlation, Verbosity.CorrelationInterval)}");
        if (Agreement is { } agreement)
        {
            Line("agreement with the control", $"{Shown(agreement.Share, agreement.ShareInterval)} of {agreement.Items}; κ {Shown(agreement.Kappa, agreement.KappaInterval)}; α {Shown(agreement.Alpha, null)}");
        }

        if (SelfJudged.Count > 0)
        {
            var preference = SelfPreference is { } own ? $"; it prefers itself by {Shown(own.Difference, own.Interval)} more than the control does" : "";
            Line("the judge is a candidate", $"{string.Join(", ", SelfJudged)}{preference}");
        }

        return text.ToString();

        void Line(string name, string value) => text.Append("| ").Append(name).Append(" | ").Append(value.ReplaceLineEndings(" ").Replace("|", "\\|", StringComparison.Ordinal)).Append(" |\n");
    }

    private static string Chance(double p) => p < 0.0001 ? "p < 0.0001" : $"p = {p:0.####}";

    private static string Shown(MetricValue value, Interval? interval) => !value.IsDefined ? $"undefined ({value.Reason.Detail})" : interval is null ? $"{value.Number:0.000}" : $"{value.Number:0.000} ({interval.Low:0.000} – {interval.High:0.000})";
}
