using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gyre.Evaluation.Statistics;
using Gyre.Models;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;
using Gyre.Models.Tokenizers;
using Gyre.Training.Loop;
using Gyre.Training.Runs;
using Gyre.Training.Sources;

namespace Gyre.Training.Encoders;

/// <summary>Teaches an encoder to find answers in passages and to say when there is none: from a recipe to a folder with a model, its answers to held-out questions and their scores beside those of shared words.</summary>
public static class AnswersJob
{
    /// <summary>Lengths of its answers that the baseline may choose from; the last stands for the whole sentence.</summary>
    private static readonly int[] LexicalWords = [1, 2, 4, 8, 16, int.MaxValue];

    private const int Examples = 8;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Runs a recipe, or goes on with an interrupted run of it.</summary>
    /// <param name="recipe">What to do.</param>
    /// <param name="outputFolder">The run folder: new or empty, or the folder to resume.</param>
    /// <param name="resume">True to go on with the run in the folder; it computes the bits that an uninterrupted run would.</param>
    /// <param name="observer">Watches.</param>
    /// <param name="cancellationToken">Finishes the current step, saves a checkpoint and returns.</param>
    /// <param name="time">The clock; null for the system's.</param>
    /// <remarks>Errors: <see cref="TrainingException"/> TRN0010 to TRN0050 as <see cref="TrainingJob.Run"/>, TRN0551, TRN0553 and TRN0555 for the questions, TRN0556 for the base.</remarks>
    public static TrainingResult Run(
        AnswersRecipe recipe, string outputFolder, bool resume, ITrainingObserver observer, CancellationToken cancellationToken, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(recipe);
        ArgumentNullException.ThrowIfNull(observer);
        var splits = QuestionSplits.Read(recipe.Questions);
        var passages = recipe.Passages is null ? [] : EncoderDocuments.Read(recipe.Passages with { Questions = recipe.Questions }).Training;
        var all = splits.TrainingPassages.Concat(passages).Distinct(StringComparer.Ordinal).ToList();
        var configuration = EncoderBase.Configure(recipe.Base, EncoderHead.AnswerSpan, []);
        if (recipe.WindowLength > configuration.ContextLength)
        {
            throw new TrainingException("TRN0556", $"Using the base failed: '{recipe.Base}' reads {configuration.ContextLength} tokens; windows.length is {recipe.WindowLength}. Lower it, or take another base.");
        }

        return EncoderRun.Run(
            new EncoderCall(recipe, recipe.Loop, outputFolder, resume, observer, time ?? TimeProvider.System, cancellationToken),
            [.. recipe.Questions.Files, .. recipe.Passages?.Files ?? [], recipe.Base],
            folder => TokenizerFolder.Copy(recipe.Base, folder),
            tokenizer => new EncoderStart(
                new AnswerRows(recipe, configuration, tokenizer, splits, all),
                recipe.Rows,
                pool => EncoderBase.Open(recipe.Base, configuration, pool, recipe.Loop.Seed, recipe.FreezesBody, recipe.ActivationCheckpointing)),
            end => Finish(recipe, splits, all.Count, end, observer, cancellationToken));
    }

    private static void Finish(AnswersRecipe recipe, QuestionSplits splits, int passages, EncoderEnd end, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        observer.OnStage($"Answering {splits.Development.Count + (recipe.ScoresDevelopment ? 0 : splits.Test.Count)} held-out questions");
        using var model = EncoderModel.Load(ModelFolder.Open(end.Folder.Model), recipe.Loop.Name, new EncoderOptions { Team = end.Team });
        var answerer = model.QuestionAnswerer ?? throw new InvalidOperationException("A model that was written with a head for spans answers questions.");
        var development = Answered(splits.Development);
        var test = recipe.ScoresDevelopment ? development : Answered(splits.Test);

        // The baseline too has its choice from the development questions.
        var lexical = LexicalWords.Select(words => new LexicalAnswerer(splits.TrainingPassages, words)).MaxBy(form => Best(Lexical(form, splits.Development)))
            ?? throw new InvalidOperationException("The list of lengths is not empty.");
        var (ownDevelopment, ownTest) = (Lexical(lexical, splits.Development), Lexical(lexical, test.Items));
        var (threshold, lexicalThreshold) = (development.BestThreshold(), ownDevelopment.BestThreshold());
        AtomicFile.WriteText(Path.Combine(end.Folder.Path, "threshold.svg"), ThresholdPlot.Draw(test, threshold, ownTest, lexicalThreshold));
        AtomicFile.WriteText(Path.Combine(end.Folder.Path, "answers.jsonl"), string.Concat(Enumerable.Range(0, test.Items.Count).Select(i => JsonSerializer.Serialize(
            new
            {
                test.Items[i].Id, test.Items[i].Question, Wanted = test.Items[i].Answers.Select(answer => answer.Text), test.Found[i].Text, test.Found[i].Doubt,
                Answered = test.Found[i].Doubt <= threshold, F1 = test.F1(i, threshold), SharedWords = ownTest.Found[i].Text, SharedWordsF1 = ownTest.F1(i, lexicalThreshold),
            },
            Json) + "\n")));
        AtomicFile.WriteText(end.Folder.Card, Card(recipe, splits, passages, end, development, test, threshold, ownDevelopment, ownTest, lexicalThreshold, lexical.MostWords));

        AnswerScores Answered(IReadOnlyList<QuestionItem> items)
        {
            var options = new AnswerOptions { MaxAnswerTokens = recipe.MaxAnswerTokens, Overlap = recipe.WindowOverlap };
            var found = answerer.AnswerAsync([.. items.Select(item => new TextPair(item.Question, item.Passage))], options, cancellationToken).GetAwaiter().GetResult();
            return new AnswerScores(items, [.. found.Select((answer, i) => answer.Answers.Count == 0
                ? new FoundAnswer("", double.MaxValue)
                : new FoundAnswer(WholeWords(items[i].Passage, answer.Answers[0].Span), Math.Log(Math.Max(answer.NoAnswerScore, float.Epsilon)) - Math.Log(Math.Max(answer.Answers[0].Score, float.Epsilon))))]);
        }

        static AnswerScores Lexical(LexicalAnswerer form, IReadOnlyList<QuestionItem> items) => new(items, [.. items.Select(item => form.Answer(item.Question, item.Passage))]);

        static double Best(AnswerScores scores) => scores.At(scores.BestThreshold()).F1;
    }

    /// <summary>A span's text with the words that it cuts as a whole: tokens are parts of words, answers are not.</summary>
    internal static string WholeWords(string passage, TextSpan span)
    {
        var (start, end) = (span.Start, span.End);
        while (start > 0 && end > start && char.IsLetterOrDigit(passage[start]) && char.IsLetterOrDigit(passage[start - 1]))
        {
            start--;
        }

        while (end > start && end < passage.Length && char.IsLetterOrDigit(passage[end - 1]) && char.IsLetterOrDigit(passage[end]))
        {
            end++;
        }

        return passage[start..end];
    }

    private static string Card(
        AnswersRecipe recipe, QuestionSplits splits, int passages, EncoderEnd end, AnswerScores development, AnswerScores test, double threshold, AnswerScores ownDevelopment, AnswerScores ownTest, double lexicalThreshold, int lexicalWords)
    {
        var (text, part) = (new StringBuilder(), recipe.ScoresDevelopment ? "development" : "test");
        text.Append(CultureInfo.InvariantCulture, $"# {recipe.Loop.Name}\n\n{(recipe.Loop.Summary.Length > 0 ? recipe.Loop.Summary + "\n\n" : "")}");
        text.Append(CultureInfo.InvariantCulture, $"A BERT of {end.Configuration.Layers} layers of width {end.Configuration.HiddenSize} with a head for answer spans; {end.Result.Parameters:N0} parameters were trained{(recipe.FreezesBody ? ", the body frozen" : "")}.\n\n");
        EncoderCard.Data(text, end.Digests);
        text.Append(CultureInfo.InvariantCulture, $"Parted by article: {splits.Training.Count:N0} questions to learn from, {splits.Development.Count:N0} to choose the threshold ({Without(splits.Development)} of them without an answer), {splits.Test.Count:N0} for the test ({Without(splits.Test)} without). Questions without an answer are questions put to another article's passage. The first {recipe.GeneratedSteps:N0} steps read questions generated from {passages:N0} passages, later ones {recipe.GeneratedShare:P0} of them.\n\n");
        EncoderCard.Training(text, recipe.Loop, recipe.Rows * recipe.Accumulation, end);
        text.Append(CultureInfo.InvariantCulture, $"\n![loss](loss.svg)\n\n## Scores\n\nF1 and exact match of SQuAD 2.0 on the {part} questions; no answer is given when doubt is above a threshold, which the development questions chose, as they chose the longest answer of shared words ({(lexicalWords == int.MaxValue ? "the whole sentence" : $"{lexicalWords} words")}). Differences with their paired 95 % interval.\n\n| | shared words | model | difference | 95 % interval |\n|---|---:|---:|---:|---|\n");
        Row("F1, all", (scores, i, t) => scores.F1(i, t), _ => true);
        Row("exact, all", (scores, i, t) => scores.Exact(i, t), _ => true);
        Row("F1, with an answer", (scores, i, t) => scores.F1(i, t), item => item.Answers.Count > 0);
        Row("F1, without an answer", (scores, i, t) => scores.F1(i, t), item => item.Answers.Count == 0);
        RowAt("F1, with an answer, always answering", (scores, i, t) => scores.F1(i, t), item => item.Answers.Count > 0, double.MaxValue, double.MaxValue);
        RowAt("exact, with an answer, always answering", (scores, i, t) => scores.Exact(i, t), item => item.Answers.Count > 0, double.MaxValue, double.MaxValue);
        text.Append(CultureInfo.InvariantCulture, $"\nOn the development questions, at their own thresholds: shared words F1 {ownDevelopment.At(lexicalThreshold).F1:0.000}, model {development.At(threshold).F1:0.000}. The model answers {test.At(threshold).Answered:P0} of the {part} questions, shared words {ownTest.At(lexicalThreshold).Answered:P0}; answering none would have an F1 of {Without(test.Items) / (double)test.Items.Count:0.000}.\n\n![scores by threshold](threshold.svg)\n\n## Examples\n\n");
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

        static string Said(AnswerScores scores, int item, double at) => scores.Found[item].Doubt <= at ? scores.Found[item].Text : $"no answer (best: {scores.Found[item].Text})";

        static string Show(Interval? interval) => interval is null ? "none" : string.Create(CultureInfo.InvariantCulture, $"{interval.Low:+0.000;-0.000;0.000} to {interval.High:+0.000;-0.000;0.000}");
    }
}
