using Gyre.Contracts;
using Gyre.Evaluation.Judges.Pairs;

namespace Gyre.Evaluation.Judges.Trained;

/// <summary>Trains autoraters on people's ratings and says by cross-validation what they are worth.</summary>
/// <remarks>
/// Levels are learnt by ordinal logistic regression (for two levels that is logistic regression), comparisons by Bradley and
/// Terry's model over features. Training is convex and exact: equal ratings give equal bits, for any number of threads.
/// <para>Cost: each scorer once an answer; then folds + 1 fits, each a few hundred passes over the features at most.</para>
/// </remarks>
public static class AutoraterTraining
{
    private const int Fewest = 10;
    private const int MostLevels = 20;
    private const long MostNumbers = 1L << 27;

    /// <summary>Learns levels.</summary>
    /// <param name="ratings">At least 10, of 2 to 20 levels, of 2 prompts.</param>
    /// <param name="scorers">Judges and metrics to look at; may be none when words are hashed.</param>
    /// <param name="options">Penalty, parts, seed.</param>
    /// <param name="cancellationToken">Ends the training.</param>
    /// <exception cref="EvaluationException">EVA0101: the ratings or options cannot be used; all faults are listed.</exception>
    public static async Task<(AutoraterModel Model, AutoraterReport Report)> OnLevelsAsync(
        IReadOnlyList<RatedAnswer> ratings, IReadOnlyList<IScorer> scorers, AutoraterOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(ratings);
        var features = Check(ratings.Count, ratings.Select(rating => rating.Row.Prompt), scorers, options, ratings.Count == 0 ? [] : LevelFaults(ratings));
        var rows = new double[ratings.Count][];
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] = await features.OfAsync(ratings[i].Row, ratings[i].Output, cancellationToken);
        }

        var least = ratings.Min(rating => rating.Level);
        var task = new LevelTask(rows, [.. ratings.Select(rating => rating.Level - least)], ratings.Max(rating => rating.Level) - least + 1, scorers.Count, features.Standardised, options);
        var parts = Parts([.. ratings.Select(rating => rating.Row.Prompt)], options);
        var report = task.Validate(parts, least, cancellationToken);
        return (ModelOf(task.Fit([.. Enumerable.Range(0, rows.Length)], cancellationToken), scorers, options, least, ratings.Count, report), report);
    }

    /// <summary>Learns comparisons.</summary>
    /// <param name="comparisons">At least 10, of 2 prompts.</param>
    /// <param name="scorers">Judges and metrics to look at; may be none when words are hashed.</param>
    /// <param name="options">Penalty, parts, seed.</param>
    /// <param name="cancellationToken">Ends the training.</param>
    /// <exception cref="EvaluationException">EVA0101: the comparisons or options cannot be used; all faults are listed.</exception>
    public static async Task<(AutoraterModel Model, AutoraterReport Report)> OnPairsAsync(
        IReadOnlyList<ComparedAnswers> comparisons, IReadOnlyList<IScorer> scorers, AutoraterOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(comparisons);
        var features = Check(2 * comparisons.Count, comparisons.Select(pair => pair.Row.Prompt), scorers, options, comparisons.All(pair => pair.Preference == PairPreference.Tie) ? ["all comparisons are ties"] : []);
        var (first, second) = (new double[comparisons.Count][], new double[comparisons.Count][]);
        for (var i = 0; i < first.Length; i++)
        {
            first[i] = await features.OfAsync(comparisons[i].Row, comparisons[i].First, cancellationToken);
            second[i] = await features.OfAsync(comparisons[i].Row, comparisons[i].Second, cancellationToken);
        }

        double[] preferences = [.. comparisons.Select(pair => pair.Preference switch { PairPreference.First => 1.0, PairPreference.Second => 0.0, _ => 0.5 })];
        var task = new PairTask(first, second, preferences, scorers.Count, features.Standardised, options);
        var report = task.Validate(Parts([.. comparisons.Select(pair => pair.Row.Prompt)], options), cancellationToken);
        return (ModelOf(task.Fit([.. Enumerable.Range(0, first.Length)], cancellationToken), scorers, options, 0, comparisons.Count, report), report);
    }

    private static AutoraterModel ModelOf(AutoraterFit fit, IReadOnlyList<IScorer> scorers, AutoraterOptions options, int least, int ratings, AutoraterReport report) => new(new AutoraterContent(
        AutoraterContent.Version, options.Provenance, ratings, report.Verdict, report.IsBetterThanBaseline, [.. scorers.Select(scorer => scorer.Name)], options.HashedWords, options.Penalty, least,
        fit.Means, fit.Scales, fit.Weights, fit.Thresholds));

    private static List<string> LevelFaults(IReadOnlyList<RatedAnswer> ratings)
    {
        var (least, most, different) = (ratings.Min(rating => (long)rating.Level), ratings.Max(rating => (long)rating.Level), ratings.Select(rating => rating.Level).Distinct().Count());
        return different < 2 ? [$"all ratings are {least}; expected two levels or more"]
            : most - least >= MostLevels || Math.Abs(least) > 1000 ? [$"levels run from {least} to {most}; expected {MostLevels} at most, near 0"]
            : [];
    }

    private static AutoraterFeatures Check(int answers, IEnumerable<string> prompts, IReadOnlyList<IScorer> scorers, AutoraterOptions options, List<string> faults)
    {
        ArgumentNullException.ThrowIfNull(scorers);
        ArgumentNullException.ThrowIfNull(options);
        Add(answers < Fewest, $"there are {answers} ratings; expected {Fewest} at least");
        Add(prompts.Distinct(StringComparer.Ordinal).Take(2).Count() < 2, "all ratings are of one prompt; expected two, for answers to one prompt are never in two parts");
        Add(options.HashedWords is < 0 or > 65_536, $"hashed words have {options.HashedWords} places; expected 0 to 65,536");
        Add(options.Folds is < 2 or > 50, $"there are {options.Folds} parts; expected 2 to 50");
        Add(!(options.Penalty is > 0 and < double.PositiveInfinity), $"the penalty is {options.Penalty}; expected a finite number above 0");
        Add(scorers.Select(scorer => scorer.Name).Distinct(StringComparer.Ordinal).Count() != scorers.Count, "two scorers have one name");
        Add(answers * ((2L * scorers.Count) + 1 + Math.Max(0, options.HashedWords)) > MostNumbers, $"the features have more than {MostNumbers} numbers; take fewer ratings or fewer places of words");
        return faults.Count == 0
            ? new AutoraterFeatures(scorers, options.HashedWords)
            : throw new EvaluationException("EVA0101", $"Training an autorater failed: {string.Join("; ", faults)}. Correct the ratings or the options.");

        void Add(bool isFault, string fault)
        {
            if (isFault)
            {
                faults.Add(fault);
            }
        }
    }

    /// <summary>The part of each rating: prompts in an order by the seed, dealt out one after another.</summary>
    private static int[] Parts(string[] prompts, AutoraterOptions options)
    {
        string[] order = [.. prompts.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        new SeededRandom(options.Comparison.Seed).Fork("autorater parts").Shuffle<string>(order);
        var folds = Math.Min(options.Folds, order.Length);
        var parts = order.Index().ToDictionary(item => item.Item, item => item.Index % folds, StringComparer.Ordinal);
        return Array.ConvertAll(prompts, prompt => parts[prompt]);
    }
}
