using System.Globalization;
using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Judges.Trained;

/// <summary>Rates an answer as the people did whose ratings it was trained on: the level to expect, or for comparisons the probability of beating the row's reference.</summary>
/// <remarks>
/// The reason tells the probability of each level and, when the cross-validation found so, that it is no better than its baseline.
/// <para>Cost: that of its scorers.</para>
/// </remarks>
public sealed class TrainedAutorater : IScorer
{
    private readonly AutoraterModel _model;
    private readonly AutoraterFeatures _features;
    private readonly string _warning;

    /// <summary>Takes a model and the scorers that it looks at; they stay the caller's.</summary>
    /// <param name="model">A trained model.</param>
    /// <param name="scorers">The scorers of the model, in any order; further ones are not used.</param>
    /// <param name="name">What tables call it.</param>
    /// <exception cref="EvaluationException">EVA0104: a scorer of the model is missing.</exception>
    public TrainedAutorater(AutoraterModel model, IEnumerable<IScorer> scorers, string name = "autorater")
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(scorers);
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        var known = scorers.GroupBy(scorer => scorer.Name, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        string[] missing = [.. model.Scorers.Where(wanted => !known.ContainsKey(wanted))];
        if (missing.Length > 0)
        {
            throw new EvaluationException(
                "EVA0104", $"Making the autorater '{name}': its model looks at {string.Join(", ", missing)}, which {(missing.Length == 1 ? "is" : "are")} not given; found {(known.Count == 0 ? "none" : string.Join(", ", known.Keys))}. Give the scorers that it was trained with.");
        }

        (_model, Name, _features) = (model, name, new AutoraterFeatures([.. model.Scorers.Select(wanted => known[wanted])], model.Content.HashedWords));
        _warning = model.IsBetterThanBaseline ? "" : "; this autorater is no better than its baseline";
        Form = model is { Least: 0, Greatest: 1 }
            ? MetricForm.Share($"trained on {model.Ratings} ratings by people")
            : new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Number, model.Least, model.Greatest, $"trained on {model.Ratings} ratings by people");
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
        var strength = await StrengthAsync(row, output, cancellationToken);
        if (!_model.IsOfPairs)
        {
            var probabilities = OrdinalLoss.Probabilities(strength, _model.Content.Thresholds);
            var expected = probabilities.Index().Sum(item => item.Item * (_model.Least + item.Index));
            var said = string.Join(", ", probabilities.Index().Select(item => string.Create(CultureInfo.InvariantCulture, $"{_model.Least + item.Index}: {item.Item * 100:0} %")));
            return Score.OfNumber(Math.Clamp(expected, _model.Least, _model.Greatest), said + _warning);
        }

        return row.Reference.Length == 0
            ? Score.Undefined(UndefinedCause.NoReference, "the row has no reference to be compared with, and the autorater was trained on comparisons")
            : Score.OfNumber(PairLoss.Probability(strength - await StrengthAsync(row, row.Reference, cancellationToken)), "probability of being better than the reference" + _warning);
    }

    /// <summary>The probability that people find the first answer better than the second.</summary>
    public async Task<double> CompareAsync(DatasetRow row, string first, string second, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        return PairLoss.Probability(await StrengthAsync(row, first, cancellationToken) - await StrengthAsync(row, second, cancellationToken));
    }

    private async Task<double> StrengthAsync(DatasetRow row, string output, CancellationToken cancellationToken) => _model.ScoreOf(await _features.OfAsync(row, output, cancellationToken));
}
