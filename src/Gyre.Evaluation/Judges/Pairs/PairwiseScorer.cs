using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>An output against an opponent's as a scorer: 1 for a win, ½ for a tie, 0 for a loss, so that the mean is the win rate.</summary>
/// <remarks>Verdicts are noted for <see cref="Remarks"/>: 32 bytes each.</remarks>
public sealed class PairwiseScorer : IRemarkingScorer
{
    private readonly IPairJudge _judge;
    private readonly Func<DatasetRow, string?> _opponent;
    private readonly List<(PairVerdict Verdict, int Length, int OpponentLength)> _noted = [];
    private readonly Lock _gate = new();

    /// <summary>Takes an opponent.</summary>
    /// <param name="judge">Who compares.</param>
    /// <param name="opponentName">What tables call the opponent.</param>
    /// <param name="opponent">The opponent's output for a row; null when it has none. Safe for several threads.</param>
    public PairwiseScorer(IPairJudge judge, string opponentName, Func<DatasetRow, string?> opponent)
    {
        ArgumentNullException.ThrowIfNull(judge);
        ArgumentException.ThrowIfNullOrWhiteSpace(opponentName);
        ArgumentNullException.ThrowIfNull(opponent);
        (_judge, _opponent, Name) = (judge, opponent, $"{judge.Name}-than-{opponentName}");
        Form = MetricForm.Share($"Gyre: docs/design/evaluation-judges.md; judged by {string.Join(", ", judge.Models)}");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MetricForm Form { get; }

    /// <summary>Against each row's reference.</summary>
    public static PairwiseScorer AgainstReference(IPairJudge judge) => new(judge, "reference", row => row.Reference.Length == 0 ? null : row.Reference);

    /// <inheritdoc/>
    public IReadOnlyList<ScorerRemark> Remarks(ComparisonOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        (PairVerdict Verdict, int Length, int OpponentLength)[] noted;
        lock (_gate)
        {
            // Equal answers were never shown to the judge and say nothing about it.
            noted = [.. _noted.Where(item => item.Verdict.InOrder is not null)];
        }

        Array.Sort(noted, static (one, other) => (one.Length, one.OpponentLength, one.Verdict.Value ?? -1).CompareTo((other.Length, other.OpponentLength, other.Verdict.Value ?? -1)));
        var position = PositionBias.Of(noted.Select(item => item.Verdict), options.Confidence);
        var verbosity = VerbosityBias.Of(noted, options, cancellationToken);
        return
        [
            new(Name, "position", position.ChangeRate, position.ChangeInterval, $"share of {position.Pairs} pairs whose verdict changed with the order and counts as a tie; {position.TowardsFirst} for the first place, {position.TowardsSecond} for the second"),
            new(Name, "verbosity", verbosity.LongerWinRate, verbosity.LongerWinInterval, $"share of {verbosity.Decided} decided pairs in which the longer answer won; longer answers may be better ones"),
        ];
    }

    /// <inheritdoc/>
    public async ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        if (_opponent(row) is not { } other)
        {
            return Score.Undefined(UndefinedCause.MissingInput, "the opponent has no output for the row");
        }

        var verdict = await _judge.CompareAsync(row, output, other, cancellationToken);
        lock (_gate)
        {
            _noted.Add((verdict with { Reason = "" }, output.Length, other.Length));
        }

        return verdict.Value is { } value ? Score.Of(value, verdict.Reason) : Score.Undefined(verdict.Undefined!.Cause, verdict.Undefined.Detail); // A verdict without preference says why.
    }
}
