using System.Text.Encodings.Web;
using System.Text.Json;
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
        var scores = new AnswersOutcome(test, Lexical(lexical, test.Items), development, Lexical(lexical, splits.Development), lexical.MostWords);
        AtomicFile.WriteText(
            Path.Combine(end.Folder.Path, "threshold.svg"),
            ThresholdPlot.Draw(recipe.ScoresDevelopment ? "development" : "test", scores.Model, scores.Threshold, scores.Lexical, scores.LexicalThreshold));
        AtomicFile.WriteText(Path.Combine(end.Folder.Path, "answers.jsonl"), string.Concat(Enumerable.Range(0, test.Items.Count).Select(i => JsonSerializer.Serialize(
            new
            {
                test.Items[i].Id, test.Items[i].Question, Wanted = test.Items[i].Answers.Select(answer => answer.Text), test.Found[i].Text, test.Found[i].Doubt,
                Answered = test.Found[i].Doubt <= scores.Threshold, F1 = test.F1(i, scores.Threshold),
                SharedWords = scores.Lexical.Found[i].Text, SharedWordsF1 = scores.Lexical.F1(i, scores.LexicalThreshold),
            },
            Json) + "\n")));
        AtomicFile.WriteText(end.Folder.Card, AnswersCard.Write(recipe, splits, passages, end, scores));

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
}
