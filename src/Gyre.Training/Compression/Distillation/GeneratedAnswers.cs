using System.Text.Encodings.Web;
using System.Text.Json;
using Gyre.Models;
using Gyre.Models.Generation;
using Gyre.Models.Templates;
using Gyre.Training.Examples;
using Gyre.Training.Loop;
using Gyre.Training.Runs;

namespace Gyre.Training.Compression.Distillation;

/// <summary>Lets a teacher answer prompts, keeps what passes the checks once, and writes it as examples.</summary>
/// <remarks>
/// An answer passes when it ended by itself within the limit, says something, and does not run in circles. Of equal prompts with
/// equal answers one is kept. The file is a function of the prompts, the recipe and the teacher's weights.
/// </remarks>
internal static class GeneratedAnswers
{
    private const int MostAtOnce = 8;

    /// <summary>A stretch of words that stands so often one after the other is a circle.</summary>
    private const int CircleWords = 4;
    private const int CircleTimes = 4;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the file, unless it is there.</summary>
    /// <param name="teacher">Who answers.</param>
    /// <param name="prompts">The conversations up to the answer, each once.</param>
    /// <param name="recipe">How.</param>
    /// <param name="seed">Seeds the choice of tokens.</param>
    /// <param name="file">The file, JSON Lines.</param>
    /// <param name="observer">Told the progress, and the counts as a stage.</param>
    /// <param name="cancellationToken">Ends the work early; nothing is written then.</param>
    /// <remarks>Errors: <see cref="TrainingException"/> <c>TRN0462</c> when no answer passes.</remarks>
    public static async Task<GeneratedCounts> WriteAsync(
        LanguageModel teacher, IReadOnlyList<TrainingExample> prompts, GeneratedRecipe recipe, ulong seed, string file, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var record = file + ".json";
        if (File.Exists(record) && JsonSerializer.Deserialize<GeneratedCounts>(await File.ReadAllTextAsync(record, cancellationToken), Json) is { } earlier)
        {
            return earlier;
        }

        observer.OnStage("The teacher writes");
        var answers = new (string Text, bool Ended)[prompts.Count * recipe.Samples];
        var done = 0L;
        await Parallel.ForEachAsync(
            Enumerable.Range(0, answers.Length),
            new ParallelOptions { MaxDegreeOfParallelism = MostAtOnce, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                answers[i] = await AnswerAsync(teacher, prompts[i / recipe.Samples], recipe, seed + (ulong)i, token);
                lock (prompts)
                {
                    observer.OnStageProgress(++done, answers.Length);
                }
            });
        var (lines, counts) = Check(prompts, answers, recipe.Samples);
        if (counts.Kept == 0)
        {
            throw new TrainingException(
                "TRN0462",
                $"Letting the teacher write failed: of {counts.Asked} answers {counts.Unfinished} did not end within {recipe.MaxTokens} tokens, {counts.Empty} were empty, {counts.Circling} ran in circles and none is left; expected some that pass. Raise generated.max_tokens, or check that the teacher answers such prompts.");
        }

        AtomicFile.WriteText(file, string.Concat(lines));
        AtomicFile.WriteText(record, JsonSerializer.Serialize(counts, Json) + "\n");
        return counts;
    }

    /// <summary>Sorts out what does not pass, and what is there already.</summary>
    internal static (IReadOnlyList<string> Lines, GeneratedCounts Counts) Check(IReadOnlyList<TrainingExample> prompts, IReadOnlyList<(string Text, bool Ended)> answers, int samples)
    {
        var lines = new List<string>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var (unfinished, empty, circling, repeated) = (0, 0, 0, 0);
        for (var i = 0; i < answers.Count; i++)
        {
            var (prompt, (text, ended)) = (prompts[i / samples], answers[i]);
            if (!ended)
            {
                unfinished++;
            }
            else if (string.IsNullOrWhiteSpace(text))
            {
                empty++;
            }
            else if (Circles(text))
            {
                circling++;
            }
            else if (!seen.Add(string.Join('\0', prompt.Turns.Select(turn => turn.Content)) + "\0" + text.Trim()))
            {
                repeated++;
            }
            else
            {
                var messages = prompt.Turns.Select(turn => new { role = turn.Role, content = turn.Content }).Append(new { role = "assistant", content = text });
                lines.Add(JsonSerializer.Serialize(new { messages, task = prompt.Task }, Json) + "\n");
            }
        }

        return (lines, new GeneratedCounts(answers.Count, lines.Count, unfinished, empty, circling, repeated));
    }

    /// <summary>True when some words stand again and again right behind each other.</summary>
    internal static bool Circles(string text)
    {
        var words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        for (var length = 1; length <= CircleWords; length++)
        {
            var same = 0;
            for (var i = length; i < words.Length; i++)
            {
                same = words[i] == words[i - length] ? same + 1 : 0;
                if (same >= length * (CircleTimes - 1))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static async Task<(string Text, bool Ended)> AnswerAsync(LanguageModel teacher, TrainingExample prompt, GeneratedRecipe recipe, ulong seed, CancellationToken cancellationToken)
    {
        var ids = teacher.RenderPrompt(prompt.Turns);
        var room = Math.Min(recipe.MaxTokens, teacher.Decoder.ContextLength - ids.Count - 1);
        if (room < 1)
        {
            return ("", false);
        }

        var text = new System.Text.StringBuilder();
        FinishReason? reason = null;
        var options = new GenerationOptions { MaxTokens = room, Temperature = (float)recipe.Temperature, Seed = seed };
        await foreach (var update in teacher.Generator.GenerateAsync(ids, options, cancellationToken))
        {
            text.Append(update.Text);
            reason = update.FinishReason ?? reason;
        }

        return (text.ToString(), reason == FinishReason.Stop);
    }
}
