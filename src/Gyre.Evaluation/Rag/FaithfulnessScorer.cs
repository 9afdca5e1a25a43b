using Gyre.Contracts;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Rag;

/// <summary>Faithfulness: of the answer's claims, the share that follows from the retrieved passages.</summary>
/// <remarks>
/// An answer without claims is undefined, not faithful.
/// <para>Cost: a call for the claims and one for every 8 of them.</para>
/// <para>Source: Es et al., "RAGAS: Automated Evaluation of Retrieval Augmented Generation", 2023.</para>
/// </remarks>
public sealed class FaithfulnessScorer : IScorer
{
    private readonly JudgeModel _judge;

    /// <summary>Takes a judge.</summary>
    public FaithfulnessScorer(JudgeModel judge)
    {
        ArgumentNullException.ThrowIfNull(judge);
        _judge = judge;
        Form = MetricForm.Share($"Es et al. 2023; judged by {judge.Name}");
    }

    /// <inheritdoc/>
    public string Name => "faithfulness";

    /// <inheritdoc/>
    public MetricForm Form { get; }

    /// <inheritdoc/>
    public async ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var passages = PassageFacts.Of(row);
        if (passages.Count == 0 || string.IsNullOrWhiteSpace(output))
        {
            return passages.Count == 0 ? RagScores.NoPassages : Score.Undefined(UndefinedCause.EmptyCandidate, "the answer is empty");
        }

        var claims = await RagQuestions.ClaimsAsync(_judge, row.Prompt, "answer", output, cancellationToken);
        return !claims.IsRead ? RagScores.None(claims.Reason)
            : claims.Value.Count == 0 ? Score.Undefined(UndefinedCause.ZeroDenominator, "the answer makes no claims")
            : RagScores.OfSupport(await RagQuestions.SupportAsync(_judge, claims.Value, passages, cancellationToken), claims.Value.Count);
    }
}
