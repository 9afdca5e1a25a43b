namespace Gyre.Evaluation.Metrics.Trajectories;

/// <summary>Metrics of the calls that an agent made beside those that were wanted.</summary>
/// <remarks>
/// Calls stand for each other one to one: a call made twice is right once. Without wanted calls, measures that compare are undefined.
/// <para>Cost: made × wanted comparisons; more than <see cref="TrajectorySample.MostCalls"/> calls are undefined.</para>
/// <para>Source: exact, in-order and any-order match, precision and recall are those of Google's Gen AI evaluation service for agents;
/// F1 is that of tool calls as a bag.</para>
/// </remarks>
public static class TrajectoryMetrics
{
    /// <summary><c>trajectory-required</c>: the share of wanted calls that were made, in any order (recall). Over samples: the mean.</summary>
    public static IMetric<TrajectorySample> Required(ArgumentComparison? arguments = null) =>
        Comparing("trajectory-required", arguments, (sample, rules) => AnyOrder(sample, rules) / (double)sample.Wanted.Count);

    /// <summary><c>trajectory-precision</c>: the share of calls made that were wanted; 0 when none was made.</summary>
    public static IMetric<TrajectorySample> Precision(ArgumentComparison? arguments = null) =>
        Comparing("trajectory-precision", arguments, (sample, rules) => AnyOrder(sample, rules) / (double)Math.Max(1, sample.Made.Count));

    /// <summary><c>trajectory-exact</c>: 1 when exactly the wanted calls were made, in order.</summary>
    public static IMetric<TrajectorySample> Exact(ArgumentComparison? arguments = null) =>
        Comparing("trajectory-exact", arguments, (sample, rules) => sample.Made.Count == sample.Wanted.Count && SamePlace(sample, rules) == sample.Wanted.Count ? 1 : 0);

    /// <summary><c>trajectory-in-order</c>: 1 when all wanted calls were made in their order, whatever else was called between them.</summary>
    public static IMetric<TrajectorySample> InOrder(ArgumentComparison? arguments = null) =>
        Comparing("trajectory-in-order", arguments, (sample, rules) => StandInOrder(sample, rules) ? 1 : 0);

    /// <summary><c>trajectory-any-order</c>: 1 when all wanted calls were made.</summary>
    public static IMetric<TrajectorySample> AnyOrder(ArgumentComparison? arguments = null) =>
        Comparing("trajectory-any-order", arguments, (sample, rules) => AnyOrder(sample, rules) == sample.Wanted.Count ? 1 : 0);

    /// <summary><c>trajectory-order</c>: the share of wanted calls in the longest part that was made in their order.</summary>
    public static IMetric<TrajectorySample> Order(ArgumentComparison? arguments = null) =>
        Comparing("trajectory-order", arguments, (sample, rules) => LongestOrder(sample, rules) / (double)sample.Wanted.Count);

    /// <summary><c>tool-call-accuracy</c>: places at which the call made is the wanted one ÷ places of the longer list, over all samples together.</summary>
    public static IMetric<TrajectorySample> CallAccuracy(ArgumentComparison? arguments = null) => Counting(
        "tool-call-accuracy",
        arguments,
        2,
        (sample, rules, sums) => (sums[0], sums[1]) = (SamePlace(sample, rules), Math.Max(sample.Made.Count, sample.Wanted.Count)),
        (sums, _) => MetricValue.Ratio(sums[0], sums[1], "no calls"));

    /// <summary><c>tool-call-f1</c>: 2 × right ÷ (made + wanted), calls as a bag, over all samples together.</summary>
    public static IMetric<TrajectorySample> CallF1(ArgumentComparison? arguments = null) => Counting(
        "tool-call-f1",
        arguments,
        2,
        (sample, rules, sums) => (sums[0], sums[1]) = (2.0 * AnyOrder(sample, rules), sample.Made.Count + sample.Wanted.Count),
        (sums, _) => MetricValue.Ratio(sums[0], sums[1], "no calls"));

    /// <summary><c>tool-call-arguments</c>: of the wanted calls whose tool was called, the share with equal arguments, over all samples together.</summary>
    public static IMetric<TrajectorySample> Arguments(ArgumentComparison? arguments = null) => Counting(
        "tool-call-arguments",
        arguments,
        2,
        (sample, rules, sums) => (sums[0], sums[1]) = (AnyOrder(sample, rules), AnyOrder(sample, new ArgumentComparison { NamesOnly = true })),
        (sums, _) => MetricValue.Ratio(sums[0], sums[1], "no wanted tool was called"));

    /// <summary><c>trajectory-forbidden-absent</c>: 1 when no forbidden tool was called; undefined when none is forbidden.</summary>
    public static IMetric<TrajectorySample> ForbiddenAbsent { get; } = new MeanMetric<TrajectorySample>(
        "trajectory-forbidden-absent",
        MetricForm.Share("calls by name"),
        sample => sample.Forbidden.Count == 0
            ? MetricValue.Undefined(UndefinedCause.NoReference, "no tool is forbidden")
            : MetricValue.Of(sample.Made.Any(call => sample.Forbidden.Contains(call.Name)) ? 0 : 1));

    /// <summary><c>goal-reached</c>: the share of runs that reached their goal.</summary>
    public static IMetric<TrajectorySample> GoalReached { get; } = new MeanMetric<TrajectorySample>(
        "goal-reached",
        MetricForm.Share("share of judged runs"),
        sample => sample.ReachedGoal is { } reached ? MetricValue.Of(reached ? 1 : 0) : NotJudged);

    /// <summary><c>steps-to-goal</c>: the mean steps of runs that reached their goal; the others are undefined.</summary>
    public static IMetric<TrajectorySample> StepsToGoal { get; } = ToGoal(
        "steps-to-goal", MetricUnit.Count, sample => MetricValue.Of(sample.Steps ?? sample.Made.Count));

    /// <summary><c>cost-to-goal</c>: the mean cost of runs that reached their goal; the others are undefined.</summary>
    public static IMetric<TrajectorySample> CostToGoal { get; } = ToGoal(
        "cost-to-goal", MetricUnit.Number, sample => sample.Cost is { } cost && double.IsFinite(cost) ? MetricValue.Of(cost) : MetricValue.Undefined(UndefinedCause.MissingInput, "the run's cost is not known"));

    private static MetricValue NotJudged { get; } = MetricValue.Undefined(UndefinedCause.MissingInput, "nobody judged whether the goal was reached");

    private static MeanMetric<TrajectorySample> ToGoal(string name, MetricUnit unit, Func<TrajectorySample, MetricValue> value) => new(
        name,
        new MetricForm(ScoreDirection.LowerIsBetter, unit, 0, double.PositiveInfinity, "mean over runs that reached their goal"),
        sample => sample.ReachedGoal switch
        {
            null => NotJudged,
            false => MetricValue.Undefined(UndefinedCause.MissingInput, "the goal was not reached"),
            true => value(sample),
        });

    private static IMetric<TrajectorySample> Comparing(string name, ArgumentComparison? arguments, Func<TrajectorySample, ArgumentComparison, double> value) => Counting(
        name,
        arguments,
        1,
        (sample, rules, sums) => sums[0] = value(sample, rules),
        (sums, count) => MetricValue.Of(sums[0] / count));

    private static SumsMetric<TrajectorySample> Counting(
        string name, ArgumentComparison? arguments, int width, Action<TrajectorySample, ArgumentComparison, Span<double>> count, ValueOfSums value)
    {
        var rules = arguments ?? ArgumentComparison.Exact;
        return new SumsMetric<TrajectorySample>(rules.NamesOnly ? name + "-names" : name, MetricForm.Share("see TrajectoryMetrics"), width, Measure, value);

        Undefined? Measure(TrajectorySample sample, Span<double> sums)
        {
            if (sample.Wanted.Count == 0)
            {
                return new Undefined(UndefinedCause.NoReference, "no call is wanted");
            }

            if (sample.Made.Count > TrajectorySample.MostCalls || sample.Wanted.Count > TrajectorySample.MostCalls)
            {
                return new Undefined(UndefinedCause.TooLarge, $"{sample.Made.Count} calls were made and {sample.Wanted.Count} wanted, and {TrajectorySample.MostCalls} are the most");
            }

            var characters = (sample.Made.Sum(call => (long)call.Length) * sample.Wanted.Count) + (sample.Wanted.Sum(call => (long)call.Length) * sample.Made.Count);
            if (!rules.NamesOnly && characters > TrajectorySample.MostCompared)
            {
                return new Undefined(UndefinedCause.TooLarge, $"{characters} characters of arguments would be compared, and {TrajectorySample.MostCompared} are the most");
            }

            count(sample, rules, sums);
            return null;
        }
    }

    private static int AnyOrder(TrajectorySample sample, ArgumentComparison rules) =>
        CallMatching.Largest(sample.Made.Count, sample.Wanted.Count, (i, j) => rules.AreEqual(sample.Made[i], sample.Wanted[j]));

    private static int SamePlace(TrajectorySample sample, ArgumentComparison rules)
    {
        var same = 0;
        for (var i = 0; i < Math.Min(sample.Made.Count, sample.Wanted.Count); i++)
        {
            same += rules.AreEqual(sample.Made[i], sample.Wanted[i]) ? 1 : 0;
        }

        return same;
    }

    private static bool StandInOrder(TrajectorySample sample, ArgumentComparison rules)
    {
        var next = 0;
        foreach (var call in sample.Made)
        {
            next += next < sample.Wanted.Count && rules.AreEqual(call, sample.Wanted[next]) ? 1 : 0;
        }

        return next == sample.Wanted.Count;
    }

    private static int LongestOrder(TrajectorySample sample, ArgumentComparison rules)
    {
        var row = new int[sample.Wanted.Count + 1];
        foreach (var call in sample.Made)
        {
            var diagonal = 0;
            for (var j = 1; j < row.Length; j++)
            {
                var above = row[j];
                row[j] = rules.AreEqual(call, sample.Wanted[j - 1]) ? diagonal + 1 : Math.Max(above, row[j - 1]);
                diagonal = above;
            }
        }

        return row[^1];
    }
}
