using System.Globalization;
using System.Text;
using System.Text.Json;
using Gyre.Training.Finetuning;
using Gyre.Training.Loop;
using Gyre.Training.Reports;
using Gyre.Training.Runs;

namespace Gyre.Training.Alignment;

/// <summary>Writes what an alignment was and what it changed: <c>README.md</c> and <c>report.json</c>.</summary>
internal static class AlignmentCard
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, WriteIndented = true };

    /// <remarks>Errors: TRN0014 they cannot be written.</remarks>
    public static void Write(RunFolder folder, AlignmentRecipe recipe, AlignmentRecord record, EnvironmentRecord environment, AlignmentResult result)
    {
        var report = result.Report ?? throw new ArgumentException("Write a card: the run has no report.", nameof(result));
        try
        {
            AtomicFile.WriteText(Path.Combine(folder.Path, "report.json"), JsonSerializer.Serialize(
                new
                {
                    report.Confidence,
                    report.Measures,
                    Rules = report.Rules.Select(rule => new { rule.Rule, rule.Base, rule.Aligned }),
                    result.Tasks,
                    Margin = recipe.Margin > 0 ? recipe.Margin : (double?)null,
                    Lost = recipe.Margin > 0 ? result.Lost(recipe.Margin) : null,
                    Samples = report.Samples.Select(sample => new { sample.Prompt, sample.Base, sample.Aligned }),
                },
                Json) + "\n");
            AtomicFile.WriteText(folder.Card, Text(recipe, record, environment, result, report));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0014", $"Writing the report failed: '{folder.Path}' cannot be written ({error.Message.TrimEnd('.')}). Check permissions and free space, then run again with --resume.", error);
        }
    }

    private static string Text(AlignmentRecipe recipe, AlignmentRecord record, EnvironmentRecord environment, AlignmentResult result, AlignmentReport report)
    {
        var (loop, training) = (recipe.Loop, result.Training);
        var method = recipe.Method.ToString().ToLowerInvariant();
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"---\nbase_model: {recipe.Base}\ntags: [gyre, aligned, {method}]\n---\n\n# {loop.Name}\n\n");
        text.Append(loop.Summary.Length > 0 ? loop.Summary + "\n\n" : "");
        text.Append(CultureInfo.InvariantCulture, $"`{recipe.Base}` (SHA-256 `{record.Base[..16]}…`) aligned by {method}, by Gyre in one process on a CPU.\n\n## Data\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{record.Training:N0} examples to learn from, {record.HeldOut:N0} held out{(record.Dropped > 0 ? $", {record.Dropped:N0} left out as too long or contradictory" : "")}");
        text.Append(recipe.Data.BrandPairs > 0 ? FormattableString.Invariant($"; {recipe.Data.BrandPairs:N0} of the pairs are made from the brand guide, those held out are of other products") : "").Append(".\n\n");
        if (recipe.Replay is { } replay)
        {
            text.Append(CultureInfo.InvariantCulture, $"{replay.Rows:N0} plain examples a step are learned beside, with weight {replay.Weight}.\n\n");
        }

        foreach (var (file, digest) in record.Files)
        {
            text.Append(CultureInfo.InvariantCulture, $"- `{Path.GetFileName(file)}`, SHA-256 `{digest[..16]}…`\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\n## Training\n\n{training.Step:N0} of {loop.Schedule.Steps:N0} steps{(training.End == TrainingEnd.StoppedEarly ? " (stopped early)" : "")} of {recipe.Rows * recipe.Accumulation} examples; peak learning rate {loop.Schedule.Peak}, warm-up {loop.Schedule.Warmup}; seed {loop.Seed}.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"- training loss {training.SmoothedLoss:0.0000} (running average), lowest validation loss {(training.BestValidationLoss is { } loss ? loss.ToString("0.0000", CultureInfo.InvariantCulture) : "not measured")} at step {training.BestStep:N0}\n");
        text.Append(CultureInfo.InvariantCulture, $"- {training.Tokens:N0} tokens in {training.Elapsed.TotalMinutes:0.0} minutes; tensors took {MemoryEstimate.Show(result.PeakBytes)} at most ({MemoryEstimate.Show(result.Memory.TotalBytes)} expected with optimizer and answers); {environment.Processor}, {environment.Threads} threads, Gyre {environment.Gyre}\n- command: `{environment.CommandLine}`\n\n![loss](loss.svg)\n\n## Against the base\n\n");
        text.Append(report.ToMarkdown());
        text.Append("\nIntervals are Wilson's for shares and bootstrap percentiles for means.\n");
        if (result.Tasks.Count > 0)
        {
            text.Append("\n## Other tasks, before and after\n\n").Append(TaskTable.ToMarkdown(result.Tasks, recipe.Report.Confidence));
            text.Append("\nRows are the same before and after; intervals are of paired bootstrap samples.\n");
            if (recipe.Margin > 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"\nDeclared before the run: a task counts as kept when the whole interval of its scorer lies above −{recipe.Margin:0.###}. {(result.Lost(recipe.Margin) is { Count: > 0 } lost ? $"Not kept: {string.Join(", ", lost)}." : "Every task is kept.")}\n");
            }
        }

        return text.ToString();
    }
}
