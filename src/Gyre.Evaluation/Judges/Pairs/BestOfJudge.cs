using System.Globalization;
using Gyre.Contracts;
using Gyre.Evaluation.Judges.Forms;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>Finds the best of several answers: shown in their order and in reversed order; two different nominees meet as a pair.</summary>
/// <remarks>
/// Equal answers are shown once and share their verdict, which names the place of the first of them.
/// <para>Cost: two calls, four when the orders disagree.</para>
/// </remarks>
public sealed class BestOfJudge
{
    /// <summary>The most answers.</summary>
    public const int MostAnswers = 16;

    private readonly JudgeModel _judge;
    private readonly PairwiseOptions _options;
    private readonly PairwiseJudge _pairs;

    /// <summary>Takes a judge.</summary>
    public BestOfJudge(JudgeModel judge, PairwiseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(judge);
        (_judge, _options) = (judge, options ?? new PairwiseOptions());
        _pairs = new PairwiseJudge(judge, _options);
    }

    /// <summary>Finds the best.</summary>
    /// <param name="row">What was asked.</param>
    /// <param name="answers">1 to <see cref="MostAnswers"/> answers.</param>
    /// <param name="cancellationToken">Ends the calls.</param>
    public async Task<BestOfVerdict> ChooseAsync(DatasetRow row, IReadOnlyList<string> answers, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(answers);
        ArgumentOutOfRangeException.ThrowIfLessThan(answers.Count, 1, nameof(answers));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(answers.Count, MostAnswers, nameof(answers));
        if (JudgeSections.Lacks(row, _options.UsesReference))
        {
            return new BestOfVerdict([], null, null, "", new Undefined(UndefinedCause.NoReference, JudgeSections.NoReference));
        }

        int[] places = [.. answers.Index().DistinctBy(pair => pair.Item, StringComparer.Ordinal).Select(pair => pair.Index)];
        if (places.Length == 1)
        {
            return new BestOfVerdict(places, null, null, answers.Count == 1 ? "there is one answer" : "the answers are equal", null);
        }

        var (forward, reason, missing) = await AskAsync(row, answers, places, cancellationToken);
        var (backward, _, alsoMissing) = missing is null ? await AskAsync(row, answers, [.. places.Reverse()], cancellationToken) : (null, "", null);
        if ((missing ?? alsoMissing) is { } undefined)
        {
            return new BestOfVerdict([], forward, backward, reason, undefined);
        }

        if (forward == backward)
        {
            return new BestOfVerdict([forward!.Value], forward, backward, reason, null); // Both were read.
        }

        var (one, two) = (forward!.Value, backward!.Value);
        var final = await _pairs.CompareAsync(row, answers[one], answers[two], cancellationToken);
        return final.Preference switch
        {
            PairPreference.First => new BestOfVerdict([one], one, two, final.Reason, null),
            PairPreference.Second => new BestOfVerdict([two], one, two, final.Reason, null),
            PairPreference.Tie => new BestOfVerdict([.. new[] { one, two }.Order()], one, two, final.Reason, null),
            _ => new BestOfVerdict([], one, two, "", final.Undefined),
        };
    }

    private async Task<(int? Place, string Reason, Undefined? Missing)> AskAsync(DatasetRow row, IReadOnlyList<string> answers, int[] order, CancellationToken cancellationToken)
    {
        var sections = JudgeSections.Of(row, _options.UsesReference, [.. order.Select((place, i) => ($"answer{i + 1}", answers[place]))]);
        var form = new VerdictForm(new Choices([.. Enumerable.Range(1, order.Length).Select(number => new Choice(number.ToString(CultureInfo.InvariantCulture)))]));
        var task = $"{JudgeSections.Remark(_options.UsesReference)}{_options.Question} Their order is random and means nothing. Give a short reason, then the number of the best answer.";
        var answer = await _judge.AskAsync(new JudgeQuestion<Verdict>(sections, task, form), cancellationToken);
        return answer.IsRead ? (order[int.Parse(answer.Value.Choice, CultureInfo.InvariantCulture) - 1], answer.Value.Reason, null) : (null, "", answer.Reason);
    }
}
