using System.Globalization;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Labels;

namespace Gyre.Evaluation.Judges.Trained;

/// <summary>Rated answers, ready to be learnt.</summary>
internal sealed class LevelTask(double[][] rows, int[] levels, int classes, int scorers, int standardised, AutoraterOptions options)
{
    public AutoraterFit Fit(int[] chosen, CancellationToken cancellationToken)
    {
        double[][] own = [.. chosen.Select(i => rows[i])];
        int[] ownLevels = [.. chosen.Select(i => levels[i])];
        var (means, scales) = AutoraterFit.Standardise(own, scorers, standardised);
        var width = rows[0].Length;
        var loss = new OrdinalLoss([.. own.Select(row => AutoraterModel.Standardise(row, means, scales, scorers))], ownLevels, classes, options.Penalty);
        var found = Minimiser.Run(loss, OrdinalLoss.Start(ownLevels, classes, width), cancellationToken);
        return new AutoraterFit(means, scales, found[..width], OrdinalLoss.Thresholds(found, width));
    }

    public AutoraterReport Validate(int[] parts, int least, CancellationToken cancellationToken)
    {
        var probabilities = new double[rows.Length][];
        var (baseline, commonest) = (new double[rows.Length], new int[rows.Length]);
        var strengths = new double[rows.Length];
        for (var part = 0; part <= parts.Max(); part++)
        {
            int[] training = [.. Enumerable.Range(0, rows.Length).Where(i => parts[i] != part)];
            var fit = Fit(training, cancellationToken);
            var shares = Enumerable.Range(0, classes).Select(level => (training.Count(i => levels[i] == level) + 0.5) / (training.Length + (0.5 * classes))).ToArray();
            foreach (var i in Enumerable.Range(0, rows.Length).Where(i => parts[i] == part))
            {
                strengths[i] = OrdinalLoss.Dot(fit.Weights, AutoraterModel.Standardise(rows[i], fit.Means, fit.Scales, scorers));
                probabilities[i] = OrdinalLoss.Probabilities(strengths[i], fit.Thresholds);
                (baseline[i], commonest[i]) = (-Math.Log(shares[levels[i]]), Array.IndexOf(shares, shares.Max()));

                // Strengths of different fits are compared by the level that they mean.
                strengths[i] = probabilities[i].Index().Sum(item => item.Item * item.Index);
            }
        }

        var labels = new LabelSet(Enumerable.Range(least, classes).Select(level => level.ToString(CultureInfo.InvariantCulture)));
        int[] said = [.. probabilities.Select(own => Array.IndexOf(own, own.Max()))];
        return Validation.Report(
            [.. said.Select(level => labels.Names[level])],
            [.. levels.Select(level => labels.Names[level])],
            labels,
            [.. probabilities.Select((own, i) => -Math.Log(Math.Max(own[levels[i]], 1e-300)))],
            baseline,
            [.. probabilities.Select((own, i) => (own.Max(), said[i] == levels[i] ? 1.0 : 0.0))],
            MetricValue.Of(commonest.Zip(levels).Count(pair => pair.First == pair.Second) / (double)levels.Length),
            (strengths, levels, classes),
            parts.Max() + 1,
            options.Comparison,
            cancellationToken);
    }
}
