using System.Globalization;
using Gyre.Contracts;
using Gyre.Evaluation.Judges.Forms;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Judges;

/// <summary>The level of a rubric that a model gives the answer, with its reason.</summary>
/// <remarks>Source: reason before rating, as in Liu et al., "G-Eval", 2023; levels described, as in Kim et al., "Prometheus", 2023.</remarks>
public sealed class RubricJudge : IScorer
{
    private readonly JudgeModel _judge;
    private readonly bool _usesReference;
    private readonly string _task;
    private readonly VerdictForm _form;

    /// <summary>Takes a rubric.</summary>
    /// <param name="judge">Who judges.</param>
    /// <param name="rubric">The scale; more is better.</param>
    /// <param name="usesReference">True to show the row's reference; a row without one has no verdict then.</param>
    public RubricJudge(JudgeModel judge, Rubric rubric, bool usesReference = false)
    {
        ArgumentNullException.ThrowIfNull(judge);
        ArgumentNullException.ThrowIfNull(rubric);
        (_judge, _usesReference) = (judge, usesReference);
        var levels = string.Join('\n', rubric.Levels.Select((level, i) => string.Create(CultureInfo.InvariantCulture, $"{i + 1}: {level}")));
        _task = $"{JudgeSections.Remark(usesReference)}{rubric.Question} Choose the level that describes the answer best:\n{levels}\nGive a short reason, then the level.";
        _form = new VerdictForm(new Choices([.. Enumerable.Range(1, rubric.Levels.Count).Select(level => new Choice(level.ToString(CultureInfo.InvariantCulture)))]));
        Name = $"rubric-{rubric.Name}{(usesReference ? "-reference" : "")}";
        Form = new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Number, 1, rubric.Levels.Count, $"Gyre: docs/design/evaluation-judges.md; judged by {judge.Name}");
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

        var answer = await _judge.AskAsync(new JudgeQuestion<Verdict>(JudgeSections.Of(row, _usesReference, ("answer", output)), _task, _form), cancellationToken);
        return answer.IsRead
            ? Score.OfNumber(int.Parse(answer.Value.Choice, CultureInfo.InvariantCulture), answer.Value.Reason)
            : Score.Undefined(answer.Reason.Cause, answer.Reason.Detail);
    }
}
