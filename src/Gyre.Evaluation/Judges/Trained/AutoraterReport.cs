using System.Globalization;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Judges.Trained;

/// <summary>What an autorater reaches on ratings that it was not trained on, beside a baseline that looks at no answer.</summary>
/// <param name="Ratings">Ratings of the cross-validation.</param>
/// <param name="Folds">Its parts.</param>
/// <param name="Share">The share of ratings whose likeliest level is people's; of pairs, whose better answer is.</param>
/// <param name="ShareInterval">Its interval.</param>
/// <param name="BaselineShare">What always saying the commonest rating of the training part reaches.</param>
/// <param name="Kappa">Cohen's κ with people, quadratic for more than two levels.</param>
/// <param name="KappaInterval">Its bootstrap interval; null without κ.</param>
/// <param name="Alpha">Krippendorff's α with people.</param>
/// <param name="Concordance">The share of pairs of differently rated answers in the right order: the area under the ROC curve for two levels; undefined for comparisons.</param>
/// <param name="ConcordanceInterval">Its bootstrap interval; null without a value.</param>
/// <param name="LogLoss">The mean negative log-probability of people's ratings.</param>
/// <param name="BaselineLogLoss">The same of the training part's shares.</param>
/// <param name="Gain">The bootstrap interval of the mean of what the autorater's loss is below the baseline's.</param>
/// <param name="CalibrationError">How far its probabilities of the likeliest rating are from the shares that are right, over ten bins of equal width.</param>
public sealed record AutoraterReport(
    long Ratings,
    int Folds,
    MetricValue Share,
    Interval? ShareInterval,
    MetricValue BaselineShare,
    MetricValue Kappa,
    Interval? KappaInterval,
    MetricValue Alpha,
    MetricValue Concordance,
    Interval? ConcordanceInterval,
    double LogLoss,
    double BaselineLogLoss,
    Interval Gain,
    double CalibrationError)
{
    /// <summary>True when its loss is below the baseline's beyond chance.</summary>
    public bool IsBetterThanBaseline => Gain.Low > 0;

    /// <summary>The finding in a sentence.</summary>
    public string Verdict => string.Create(
        CultureInfo.InvariantCulture,
        $"{(IsBetterThanBaseline ? "Better than" : "No better than")} a baseline that looks at no answer: log-loss {LogLoss:0.000} against {BaselineLogLoss:0.000}, gain {Gain.Low:0.000} to {Gain.High:0.000} ({Gain.Confidence * 100:0} %), {Ratings} ratings in {Folds} parts.{(IsBetterThanBaseline ? "" : " Do not use it for decisions.")}");
}
