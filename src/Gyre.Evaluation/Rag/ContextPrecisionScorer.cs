using Gyre.Contracts;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Judges.Forms;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Rag;

/// <summary>Context precision: whether the useful passages stand at the top of the ranking. The answer is not looked at.</summary>
/// <remarks>
/// With v_k = 1 for a useful passage at rank k: Σ (precision at k · v_k) / (Σ v + 1e-10). The small number is the
/// definition's own, so that a perfect ranking gives 0.9999999999 and one without useful passages 0.
/// <para>Cost: a call for each passage.</para>
/// <para>Source: the definition of the ragas library, context precision with reference.</para>
/// </remarks>
public sealed class ContextPrecisionScorer : IScorer
{
    private const double Small = 1e-10;
    private readonly JudgeModel _judge;

    /// <summary>Takes a judge.</summary>
    public ContextPrecisionScorer(JudgeModel judge)
    {
        ArgumentNullException.ThrowIfNull(judge);
        _judge = judge;
        Form = MetricForm.Share($"ragas context precision; judged by {judge.Name}");
    }

    /// <inheritdoc/>
    public string Name => "context-precision";

    /// <inheritdoc/>
    public MetricForm Form { get; }

    /// <summary>The value of a ranking.</summary>
    /// <param name="isUseful">Whether each passage is useful, from rank 1 on; at least one.</param>
    public static double Of(params ReadOnlySpan<bool> isUseful)
    {
        ArgumentOutOfRangeException.ThrowIfZero(isUseful.Length, nameof(isUseful));
        var (useful, sum) = (0, 0.0);
        for (var k = 0; k < isUseful.Length; k++)
        {
            useful += isUseful[k] ? 1 : 0;
            sum += isUseful[k] ? useful / (k + 1.0) : 0;
        }

        return sum / (useful + Small);
    }

    /// <inheritdoc/>
    public async ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var passages = PassageFacts.Of(row);
        if (passages.Count == 0 || string.IsNullOrWhiteSpace(row.Reference))
        {
            return passages.Count == 0 ? RagScores.NoPassages : Score.Undefined(UndefinedCause.NoReference, "the row has no reference");
        }

        var isUseful = new bool[passages.Count];
        for (var i = 0; i < isUseful.Length; i++)
        {
            var answer = await _judge.AskAsync(
                new JudgeQuestion<Verdict>(
                    [("question", row.Prompt), ("reference", row.Reference), ("passage", passages[i])],
                    "The reference is a right answer to the question. Does the passage hold something that helps to arrive at it? Give a short reason, then yes or no.",
                    VerdictForm.YesNo),
                cancellationToken);
            if (!answer.IsRead)
            {
                return RagScores.None(answer.Reason);
            }

            isUseful[i] = answer.Value.Choice == "yes";
        }

        return Score.Of(Of(isUseful), isUseful.All(useful => useful) ? "" : $"not useful: passages {string.Join(", ", isUseful.Index().Where(pair => !pair.Item).Select(pair => pair.Index + 1))}");
    }
}
