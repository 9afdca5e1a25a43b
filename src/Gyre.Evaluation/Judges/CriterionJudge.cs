using Gyre.Contracts;
using Gyre.Evaluation.Judges.Forms;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Judges;

/// <summary>1 when a model says that the answer has a property, else 0; the reason is the model's.</summary>
public sealed class CriterionJudge : IScorer
{
    private readonly JudgeModel _judge;
    private readonly Criterion _criterion;
    private readonly bool _usesReference;

    /// <summary>Takes a criterion.</summary>
    /// <param name="judge">Who judges.</param>
    /// <param name="criterion">What is asked; <see cref="Criteria"/> has common ones.</param>
    /// <param name="usesReference">True to show the row's reference; a row without one has no verdict then.</param>
    public CriterionJudge(JudgeModel judge, Criterion criterion, bool usesReference = false)
    {
        ArgumentNullException.ThrowIfNull(judge);
        ArgumentNullException.ThrowIfNull(criterion);
        (_judge, _criterion, _usesReference) = (judge, criterion, usesReference);
        Name = $"judge-{criterion.Name}{(usesReference ? "-reference" : "")}";
        Form = new MetricForm(criterion.Direction, MetricUnit.Share, 0, 1, $"Gyre: docs/design/evaluation-judges.md; judged by {judge.Name}");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public MetricForm Form { get; }

    /// <inheritdoc/>
    public async ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(output);
        if (JudgeSections.Lacks(row, _usesReference))
        {
            return Score.Undefined(UndefinedCause.NoReference, JudgeSections.NoReference);
        }

        var question = new JudgeQuestion<Verdict>(
            JudgeSections.Of(row, _usesReference, ("answer", output)), $"{JudgeSections.Remark(_usesReference)}{_criterion.Question} Give a short reason, then yes or no.", VerdictForm.YesNo);
        var answer = await _judge.AskAsync(question, cancellationToken);
        return answer.IsRead ? Score.Of(answer.Value.Choice == "yes" ? 1 : 0, answer.Value.Reason) : Score.Undefined(answer.Reason.Cause, answer.Reason.Detail);
    }
}
