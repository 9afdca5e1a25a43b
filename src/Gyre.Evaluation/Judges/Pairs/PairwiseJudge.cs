using Gyre.Contracts;
using Gyre.Evaluation.Judges.Forms;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>Compares two answers by a model, in both orders.</summary>
/// <remarks>
/// Equal answers are a tie without a call.
/// <para>Cost: two calls a pair, one without the swap.</para>
/// <para>Source: swap and tie as in Zheng et al., "Judging LLM-as-a-Judge with MT-Bench and Chatbot Arena", 2023.</para>
/// </remarks>
public sealed class PairwiseJudge : IPairJudge
{
    private readonly JudgeModel _judge;
    private readonly PairwiseOptions _options;
    private readonly VerdictForm _form;
    private readonly string _task;

    /// <summary>Takes a judge.</summary>
    public PairwiseJudge(JudgeModel judge, PairwiseOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(judge);
        (_judge, _options) = (judge, options ?? new PairwiseOptions());
        Name = $"pairwise-{_options.Name}{(_options.UsesReference ? "-reference" : "")}";
        Models = [judge.Name];
        Choice[] choices = [new("first", "a", "1"), new("second", "b", "2"), new("tie", "c", "equal", "both", "neither", "draw")];
        _form = new VerdictForm(new Choices(_options.AllowsTie ? choices : choices[..2]));
        _task = $"{JudgeSections.Remark(_options.UsesReference)}{_options.Question} Their order is random and means nothing. Give a short reason, then first or second{(_options.AllowsTie ? ", or tie if neither is better" : "")}.";
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Models { get; }

    /// <inheritdoc/>
    public async Task<PairVerdict> CompareAsync(DatasetRow row, string first, string second, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (JudgeSections.Lacks(row, _options.UsesReference))
        {
            return PairVerdict.None(new Undefined(UndefinedCause.NoReference, JudgeSections.NoReference));
        }

        if (first == second)
        {
            return new PairVerdict(PairPreference.Tie, null, null, "the answers are equal", null);
        }

        var one = await AskAsync(row, first, second, cancellationToken);
        if (!one.IsRead)
        {
            return PairVerdict.None(one.Reason);
        }

        var inOrder = PreferenceOf(one.Value);
        if (!_options.SwapsPositions)
        {
            return new PairVerdict(inOrder, inOrder, null, one.Value.Reason, null);
        }

        var two = await AskAsync(row, second, first, cancellationToken);
        if (!two.IsRead)
        {
            return PairVerdict.None(two.Reason) with { InOrder = inOrder };
        }

        var swapped = PreferenceOf(two.Value) switch { PairPreference.First => PairPreference.Second, PairPreference.Second => PairPreference.First, var tie => tie };
        return inOrder == swapped
            ? new PairVerdict(inOrder, inOrder, swapped, one.Value.Reason, null)
            : new PairVerdict(PairPreference.Tie, inOrder, swapped, $"the verdict changed with the order: {one.Value.Reason} | {two.Value.Reason}", null);
    }

    private static PairPreference PreferenceOf(Verdict verdict) => verdict.Choice switch { "first" => PairPreference.First, "second" => PairPreference.Second, _ => PairPreference.Tie };

    private Task<JudgeAnswer<Verdict>> AskAsync(DatasetRow row, string shownFirst, string shownSecond, CancellationToken cancellationToken) =>
        _judge.AskAsync(new JudgeQuestion<Verdict>(JudgeSections.Of(row, _options.UsesReference, ("first", shownFirst), ("second", shownSecond)), _task, _form), cancellationToken);
}
