using System.Globalization;
using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Labels;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Judges;

/// <summary>A judge of single answers whose verdicts are noted beside the answers' lengths and, where there are some, people's verdicts.</summary>
/// <remarks>
/// Works for scorers whose values are 0 and 1 (people say yes or no) or whole levels (people say the number).
/// <para>Cost: 24 bytes a verdict.</para>
/// </remarks>
public sealed class AuditedJudge : IRemarkingScorer
{
    private readonly IScorer _judge;
    private readonly string? _peopleFact;
    private readonly List<(double? Value, double? People, int Length)> _noted = [];
    private readonly Lock _gate = new();

    /// <summary>Takes a judge.</summary>
    /// <param name="judge">A scorer of width 1.</param>
    /// <param name="peopleFact">The fact with people's verdict; null for none. What is no verdict there counts as missing.</param>
    public AuditedJudge(IScorer judge, string? peopleFact = null)
    {
        ArgumentNullException.ThrowIfNull(judge);
        (_judge, _peopleFact) = (judge, peopleFact);
    }

    /// <inheritdoc/>
    public string Name => _judge.Name;

    /// <inheritdoc/>
    public MetricForm Form => _judge.Form;

    /// <inheritdoc/>
    public async ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(output);
        var score = await _judge.ScoreAsync(row, output, cancellationToken);
        var people = _peopleFact is not null && row.Facts.TryGetValue(_peopleFact, out var said) ? Read(said) : null;
        lock (_gate)
        {
            _noted.Add((score.Value, people, output.Length));
        }

        return score;
    }

    /// <summary>What the noted verdicts show. The order in which they came does not matter.</summary>
    public JudgeAudit Audit(ComparisonOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        (double? Value, double? People, int Length)[] noted;
        lock (_gate)
        {
            noted = [.. _noted];
        }

        Array.Sort(noted, static (one, other) => (one.Length, one.Value ?? -1, one.People ?? -1).CompareTo((other.Length, other.Value ?? -1, other.People ?? -1)));
        var (correlation, interval) = Correlate([.. noted.Select(item => (item.Value, item.Length))], options, cancellationToken);
        if (_peopleFact is null)
        {
            return new JudgeAudit(Name, correlation, interval, null, null);
        }

        var labels = new LabelSet(Enumerable.Range((int)Form.Least, (int)(Form.Greatest - Form.Least) + 1).Select(Label));
        var agreement = JudgeAgreement.Of(
            [.. noted.Select(item => Label(item.Value))], [.. noted.Select(item => Label(item.People))], labels, options, labels.Names.Count > 2 ? KappaWeights.Quadratic : KappaWeights.None, cancellationToken);
        return new JudgeAudit(Name, correlation, interval, agreement, Correlate([.. noted.Select(item => (item.People, item.Length))], options, cancellationToken).Value);
    }

    /// <inheritdoc/>
    public IReadOnlyList<ScorerRemark> Remarks(ComparisonOptions options, CancellationToken cancellationToken)
    {
        var audit = Audit(options, cancellationToken);
        List<ScorerRemark> remarks =
        [
            new(Name, "verbosity", audit.LengthCorrelation, audit.LengthInterval, "correlation of the score with the logarithm of the answer's length; longer answers may be better ones"),
        ];
        if (audit.People is { } people)
        {
            remarks.Add(new ScorerRemark(Name, "agreement with people", people.Share, people.ShareInterval, $"share of equal verdicts on {people.Items} answers; {people.Missing} have no verdict of one side"));
            remarks.Add(new ScorerRemark(Name, "Cohen's κ with people", people.Kappa, people.KappaInterval, "agreement beyond chance"));
            remarks.Add(new ScorerRemark(Name, "Krippendorff's α with people", people.Alpha, null, "agreement beyond chance"));
            if (audit.PeopleLengthCorrelation is { } length)
            {
                remarks.Add(new ScorerRemark(Name, "verbosity of people", length, null, "the same correlation of people's verdicts"));
            }
        }

        return remarks;
    }

    private static (MetricValue Value, Interval? Interval) Correlate((double? Value, int Length)[] items, ComparisonOptions options, CancellationToken cancellationToken)
    {
        var samples = new SampleStatistics(CorrelationSums.Width);
        foreach (var (value, length) in items)
        {
            if (value is { } number)
            {
                samples.Add(CorrelationSums.Of(number, Math.Log(1 + length)));
            }
        }

        var (correlation, interval, _) = SampleInterval.Of(samples, CorrelationSums.Combine, options, cancellationToken);
        return (correlation, interval);
    }

    private static string Label(int level) => level.ToString(CultureInfo.InvariantCulture);

    private static string? Label(double? value) => value is { } number && number == Math.Floor(number) ? Label((int)number) : null;

    private double? Read(string said)
    {
        var isYesNo = Form is { Least: 0, Greatest: 1 };
        double? value = said.Trim().ToUpperInvariant() switch
        {
            "YES" or "TRUE" when isYesNo => 1,
            "NO" or "FALSE" when isYesNo => 0,
            var text => double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null,
        };
        return value >= Form.Least && value <= Form.Greatest && value == Math.Floor(value.Value) ? value : null;
    }
}
