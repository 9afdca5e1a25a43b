using System.Globalization;
using System.Runtime.InteropServices;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Metrics.Labels;
using Gyre.Evaluation.Reports.Examples;
using Gyre.Evaluation.Statistics;
using Gyre.Registry.Ratings;

namespace Gyre.Server.Ratings;

/// <summary>A judge's scores of an experiment's answers, to compare with what people say of the same answers.</summary>
/// <remarks>
/// For pairs, the answer with the higher score is the judge's preference, and equal scores are a tie. Answers are found by row
/// and candidate; where <c>gyre judge</c> scored a campaign's export by item, by the item's number.
/// </remarks>
public sealed class JudgeVerdicts
{
    private static readonly LabelSet Preferences = new([RatingRecord.First, RatingRecord.Second, RatingQuestion.Tie]);
    private const string Given = "given"; // What 'gyre judge' calls the candidate of a file.
    private readonly string _name;
    private readonly Dictionary<(string Row, string Candidate), double> _scores;

    private JudgeVerdicts(string name, Dictionary<(string Row, string Candidate), double> scores) => (_name, _scores) = (name, scores);

    /// <summary>How many answers have a score.</summary>
    public int Count => _scores.Count;

    /// <summary>Reads a scorer's values out of an experiment's <c>rows.jsonl</c>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="scorer">The scorer's name; null for the only one there is.</param>
    /// <param name="scorers">The names that the file has.</param>
    /// <returns>The verdicts; null when the file has none of that name, or several to choose from.</returns>
    /// <exception cref="Evaluation.EvaluationException">EVA0043: a line is damaged. EVA0046: the file cannot be read.</exception>
    public static JudgeVerdicts? Read(string path, string? scorer, out IReadOnlyCollection<string> scorers)
    {
        var scores = new Dictionary<string, Dictionary<(string, string), double>>(StringComparer.Ordinal);
        foreach (var row in RecordedRow.Read(path))
        {
            foreach (var (candidate, answer) in row.Answers)
            {
                foreach (var (name, score) in answer.Scores.Where(one => scorer is null || one.Key == scorer))
                {
                    (CollectionsMarshal.GetValueRefOrAddDefault(scores, name, out _) ??= [])[(row.Id, candidate)] = score;
                }

                foreach (var name in answer.Scores.Keys)
                {
                    scores.TryAdd(name, []);
                }
            }
        }

        scorers = [.. scores.Keys.Order(StringComparer.Ordinal)];
        var chosen = scorer ?? (scores.Count == 1 ? scores.Keys.Single() : "");
        return scores.TryGetValue(chosen, out var own) ? new JudgeVerdicts(chosen, own) : null;
    }

    internal JudgeComparison Compare(RatingResults results, ComparisonOptions options, CancellationToken cancellationToken)
    {
        // Labels have no order that a score could stand for; the first question that has one is compared.
        var question = results.Campaign.Rubric.Questions.FirstOrDefault(question => question.Kind != RatingQuestionKind.Labels);
        if (question is null)
        {
            var none = new RatingFigure(null, "no question of the rubric has an order", null, null);
            return new JudgeComparison(_name, "", 0, results.Progress.Items, none, none, none);
        }

        var (judge, people) = (new List<string?>(), new List<string?>());
        foreach (var item in results.Records.Where(record => !record.IsRepeat).GroupBy(record => record.ItemNumber).OrderBy(group => group.Key))
        {
            judge.Add(VerdictOf(item.First(), question));
            people.Add(RatingConsensus.Of(item, question) is var consensus && consensus == RatingQuestion.BothBad ? RatingQuestion.Tie : consensus);
        }

        var labels = question.Kind == RatingQuestionKind.Preference ? Preferences : RaterAgreement.LabelsOf(question);
        var agreement = JudgeAgreement.Of(judge, people, labels, options, question.Kind == RatingQuestionKind.Scale ? KappaWeights.Linear : KappaWeights.None, cancellationToken);
        return new JudgeComparison(
            _name, question.Name, agreement.Items, agreement.Missing, RatingFigure.Of(agreement.Share, agreement.ShareInterval), RatingFigure.Of(agreement.Kappa, agreement.KappaInterval), RatingFigure.Of(agreement.Alpha));
    }

    /// <summary>The judge's answer to the question; null when it gave none that the question knows.</summary>
    private string? VerdictOf(RatingRecord record, RatingQuestion question)
    {
        var item = record.Item;
        double? ScoreOf(int place) => _scores.TryGetValue((item.Row, item.Outputs[place].Candidate), out var score)
            || (item.Outputs.Count == 1 && _scores.TryGetValue((record.ItemNumber.ToString(CultureInfo.InvariantCulture), Given), out score)) ? score : null;
        if (question.Kind == RatingQuestionKind.Preference)
        {
            return ScoreOf(0) is not { } first || ScoreOf(1) is not { } second ? null
                : first > second ? RatingRecord.First
                : first < second ? RatingRecord.Second
                : RatingQuestion.Tie;
        }

        if (ScoreOf(0) is not { } given)
        {
            return null;
        }

        var value = question.Kind == RatingQuestionKind.YesNo
            ? given switch { 1 => "yes", 0 => "no", _ => "" }
            : Math.Round(given, MidpointRounding.AwayFromZero).ToString(CultureInfo.InvariantCulture);
        return question.Options.Any(option => option.Value == value) ? value : null;
    }
}
