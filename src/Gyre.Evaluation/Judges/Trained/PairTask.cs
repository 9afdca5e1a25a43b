using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Labels;

namespace Gyre.Evaluation.Judges.Trained;

/// <summary>Compared answers, ready to be learnt.</summary>
internal sealed class PairTask(double[][] first, double[][] second, double[] preferences, int scorers, int standardised, AutoraterOptions options)
{
    private static readonly LabelSet Labels = new(["first", "second"]);

    public AutoraterFit Fit(int[] chosen, CancellationToken cancellationToken)
    {
        var (means, scales) = AutoraterFit.Standardise([.. chosen.SelectMany(i => new[] { first[i], second[i] })], scorers, standardised);
        var loss = new PairLoss([.. chosen.Select(i => Difference(i, means, scales))], [.. chosen.Select(i => preferences[i])], options.Penalty);
        return new AutoraterFit(means, scales, Minimiser.Run(loss, new double[loss.Parameters], cancellationToken), []);
    }

    public AutoraterReport Validate(int[] parts, CancellationToken cancellationToken)
    {
        var (differences, baseline, usual) = (new double[first.Length], new double[first.Length], new double[first.Length]);
        for (var part = 0; part <= parts.Max(); part++)
        {
            int[] training = [.. Enumerable.Range(0, first.Length).Where(i => parts[i] != part)];
            var fit = Fit(training, cancellationToken);
            var share = (training.Sum(i => preferences[i]) + 0.5) / (training.Length + 1);
            foreach (var i in Enumerable.Range(0, first.Length).Where(i => parts[i] == part))
            {
                differences[i] = OrdinalLoss.Dot(fit.Weights, Difference(i, fit.Means, fit.Scales));
                baseline[i] = -(preferences[i] * Math.Log(share)) - ((1 - preferences[i]) * Math.Log(1 - share));
                usual[i] = share >= 0.5 ? 1 : 0;
            }
        }

        // Ties have no better answer: they count in the loss and in nothing else.
        int[] decided = [.. Enumerable.Range(0, first.Length).Where(i => preferences[i] != 0.5)];
        return Validation.Report(
            [.. decided.Select(i => Labels.Names[differences[i] > 0 ? 0 : 1])],
            [.. decided.Select(i => Labels.Names[preferences[i] == 1 ? 0 : 1])],
            Labels,
            [.. differences.Select((difference, i) => PairLoss.LossOf(difference, preferences[i]))],
            baseline,
            [.. decided.Select(i => (PairLoss.Probability(Math.Abs(differences[i])), (differences[i] > 0) == (preferences[i] == 1) ? 1.0 : 0.0))],
            MetricValue.Of(decided.Count(i => usual[i] == preferences[i]) / (double)decided.Length),
            null,
            parts.Max() + 1,
            options.Comparison,
            cancellationToken);
    }

    private double[] Difference(int i, double[] means, double[] scales) =>
        [.. AutoraterModel.Standardise(first[i], means, scales, scorers).Zip(AutoraterModel.Standardise(second[i], means, scales, scorers), (one, other) => one - other)];
}
