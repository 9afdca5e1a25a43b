using Gyre.Contracts;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Rag;

/// <summary>Context recall: of the reference's claims, the share that follows from the retrieved passages. The answer is not looked at.</summary>
/// <remarks>
/// <para>Cost: a call for the claims and one for every 8 of them.</para>
/// <para>Source: as <see cref="FaithfulnessScorer"/>.</para>
/// </remarks>
public sealed class ContextRecallScorer : IScorer
{
    private readonly JudgeModel _judge;

    /// <summary>Takes a judge.</summary>
    public ContextRecallScorer(JudgeModel judge)
    {
        ArgumentNullException.ThrowIfNull(judge);
        _judge = judge;
        Form = MetricForm.Share($"Es et al. 2023; judged by {judge.Name}");
    }

    /// <inheritdoc/>
    public string Name => "context-recall";

    /// <inheritdoc/>
    public MetricForm Form { get; }

    /// <inheritdoc/>
    public async ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var passages = PassageFacts.Of(row);
        if (passages.Count == 0 || string.IsNullOrWhiteSpace(row.Reference))
        {
            return passages.Count == 0 ? RagScores.NoPassages : Score.Undefined(UndefinedCause.NoReference, "the row has no reference");
        }

        var claims = await RagQuestions.ClaimsAsync(_judge, row.Prompt, "reference", row.Reference, cancellationToken);
        return !claims.IsRead ? RagScores.None(claims.Reason)
            : claims.Value.Count == 0 ? Score.Undefined(UndefinedCause.EmptyReference, "the reference makes no claims")
            : RagScores.OfSupport(await RagQuestions.SupportAsync(_judge, claims.Value, passages, cancellationToken), claims.Value.Count);
    }
}
