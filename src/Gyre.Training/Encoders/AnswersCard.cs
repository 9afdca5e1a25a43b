using System.Globalization;
using System.Text;
using Gyre.Evaluation.Statistics;

namespace Gyre.Training.Encoders;

/// <summary>The model card of a run that learned to answer.</summary>
internal static class AnswersCard
{
    private const int Examples = 8;

    public static string Write(AnswersRecipe recipe, QuestionSplits splits, int passages, EncoderEnd end, AnswersOutcome scores)
    {
        var (test, ownTest, threshold, lexicalThreshold) = (scores.Model, scores.Lexical, scores.Threshold, scores.LexicalThreshold);
        var (text, part) = (new StringBuilder(), recipe.ScoresDevelopment ? "development" : "test");
        text.Append(CultureInfo.InvariantCulture, $"# {recipe.Loop.Name}\n\n{(recipe.Loop.Summary.Length > 0 ? recipe.Loop.Summary + "\n\n" : "")}");
        text.Append(CultureInfo.InvariantCulture, $"A BERT of {end.Configuration.Layers} layers of width {end.Configuration.HiddenSize} with a head for answer spans{(end.Configuration.MarksPassages ? ", which reads passages with the words that the question has too and with shapes of words marked" : "")}; {end.Result.Parameters:N0} parameters were trained{(recipe.FreezesBody ? ", the body frozen" : "")}.\n\n");
        EncoderCard.Data(text, end.Digests);
        text.Append(CultureInfo.InvariantCulture, $"Parted by article: {splits.Training.Count:N0} questions to learn from, {splits.Development.Count:N0} to choose the threshold ({Without(splits.Development)} of them without an answer), {splits.Test.Count:N0} for the test ({Without(splits.Test)} without). Questions without an answer are questions put to another article's passage. The first {recipe.GeneratedSteps:N0} steps read questions generated from {passages:N0} passages, later ones {recipe.GeneratedShare:P0} of them.\n\n");
        EncoderCard.Training(text, recipe.Loop, recipe.Rows * recipe.Accumulation, end);
        text.Append(CultureInfo.InvariantCulture, $"\n![loss](loss.svg)\n\n## Scores\n\nF1 and exact match of SQuAD 2.0 on the {part} questions; no answer is given when doubt is above a threshold, which the development questions chose, as they chose the longest answer of shared words ({(scores.LexicalWords == int.MaxValue ? "the whole sentence" : $"{scores.LexicalWords} words")}). Differences with their paired 95 % interval.\n\n| | shared words | model | difference | 95 % interval |\n|---|---:|---:|---:|---|\n");
        Row("F1, all", (of, i, t) => of.F1(i, t), _ => true);
        Row("exact, all", (of, i, t) => of.Exact(i, t), _ => true);
        Row("F1, with an answer", (of, i, t) => of.F1(i, t), item => item.Answers.Count > 0);
        Row("F1, without an answer", (of, i, t) => of.F1(i, t), item => item.Answers.Count == 0);
        RowAt("F1, with an answer, always answering", (of, i, t) => of.F1(i, t), item => item.Answers.Count > 0, double.MaxValue, double.MaxValue);
        RowAt("exact, with an answer, always answering", (of, i, t) => of.Exact(i, t), item => item.Answers.Count > 0, double.MaxValue, double.MaxValue);
        text.Append(CultureInfo.InvariantCulture, $"\nOn the development questions, at their own thresholds: shared words F1 {scores.LexicalDevelopment.At(lexicalThreshold).F1:0.000}, model {scores.Development.At(threshold).F1:0.000}. The model answers {test.At(threshold).Answered:P0} of the {part} questions, shared words {ownTest.At(lexicalThreshold).Answered:P0}; answering none would have an F1 of {Without(test.Items) / (double)test.Items.Count:0.000}.\n\n![scores by threshold](threshold.svg)\n\n## Examples\n\n");
        foreach (var i in Enumerable.Range(0, test.Items.Count).Where(i => i % Math.Max(1, test.Items.Count / Examples) == 0))
        {
            var item = test.Items[i];
            text.Append(CultureInfo.InvariantCulture, $"- {item.Question}\n  - wanted: {(item.Answers.Count == 0 ? "no answer" : item.Answers[0].Text)}\n  - model: {Said(test, i, threshold)}\n  - shared words: {Said(ownTest, i, lexicalThreshold)}\n");
        }

        return text.Append("\n## Limits\n\nA small encoder with a few hundred questions: it finds answers in passages like those it was trained on, and is often wrong.\n\n## Files\n\n`model/` is the model; `answers.jsonl`, `threshold.svg`, `metrics.jsonl` and `environment.json` say how it went; `recipe.yaml` makes it again.\n").ToString();

        void Row(string name, Func<AnswerScores, int, double, double> score, Func<QuestionItem, bool> wanted) => RowAt(name, score, wanted, threshold, lexicalThreshold);

        void RowAt(string name, Func<AnswerScores, int, double, double> score, Func<QuestionItem, bool> wanted, double own, double other)
        {
            if (!test.Items.Any(wanted))
            {
                return;
            }

            var compared = test.Compare(ownTest, other, own, score, wanted);
            text.Append(CultureInfo.InvariantCulture, $"| {name} | {compared.First.Number:0.000} | {compared.Second.Number:0.000} | {compared.Difference.Number:+0.000;-0.000;0.000} | {Show(compared.Interval)} |\n");
        }

        static int Without(IReadOnlyList<QuestionItem> items) => items.Count(item => item.Answers.Count == 0);

        static string Said(AnswerScores of, int item, double at) => of.Found[item].Doubt <= at ? of.Found[item].Text : $"no answer (best: {of.Found[item].Text})";

        static string Show(Interval? interval) => interval is null ? "none" : string.Create(CultureInfo.InvariantCulture, $"{interval.Low:+0.000;-0.000;0.000} to {interval.High:+0.000;-0.000;0.000}");
    }
}
