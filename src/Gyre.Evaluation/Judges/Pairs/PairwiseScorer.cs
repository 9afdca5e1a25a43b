using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>An output against an opponent's as a scorer: 1 for a win, ½ for a tie, 0 for a loss, so that the mean is the win rate.</summary>
public sealed class PairwiseScorer : IScorer
{
    private readonly IPairJudge _judge;
    private readonly Func<DatasetRow, string?> _opponent;

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
    public async ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        if (_opponent(row) is not { } other)
        {
            return Score.Undefined(UndefinedCause.MissingInput, "the opponent has no output for the row");
        }

        var verdict = await _judge.CompareAsync(row, output, other, cancellationToken);
        return verdict.Value is { } value ? Score.Of(value, verdict.Reason) : Score.Undefined(verdict.Undefined!.Cause, verdict.Undefined.Detail); // A verdict without preference says why.
    }
}
