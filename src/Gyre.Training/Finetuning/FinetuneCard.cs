using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Gyre.Models.Adapters.Training;
using Gyre.Tensors.Quantization;
using Gyre.Training.Loop;
using Gyre.Training.Reports;
using Gyre.Training.Runs;

namespace Gyre.Training.Finetuning;

/// <summary>Writes the README of a fine-tuning: from what, on what, how, and what it gained and forgot.</summary>
internal static partial class FinetuneCard
{
    public static string Write(
        FinetuneRecipe recipe, CorpusRecord corpus, EnvironmentRecord environment, FinetuneResult result, AdapterReport? adapter, string baseDigest, IReadOnlyList<TrainingSample> samples)
    {
        var (loop, training) = (recipe.Loop, result.Training);
        var text = new StringBuilder();
        text.Append($"---\nbase_model: {recipe.Base}\n{(recipe.Adapter is null ? "" : "library_name: peft\n")}tags: [gyre, {(recipe.Adapter is null ? "fine-tuned" : "adapter")}]\n---\n\n# {loop.Name}\n\n");
        text.Append(loop.Summary.Length > 0 ? loop.Summary + "\n\n" : "");
        text.Append(CultureInfo.InvariantCulture, $"{(adapter is null ? "A fine-tuned copy" : "An adapter")} of `{recipe.Base}` (SHA-256 `{baseDigest[..16]}…`), trained by Gyre in one process on a CPU.\n\n");
        text.Append("## What was trained\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{training.Parameters:N0} of {(adapter?.All ?? result.AllParameters):N0} numbers ({100.0 * training.Parameters / (adapter?.All ?? result.AllParameters):0.###} %){(recipe.Adapter is { } given ? $"; method {Method(given.Options)}{Over(recipe.BaseFormat)}" : recipe.TrainedModules.Count > 0 ? $"; modules {string.Join(", ", recipe.TrainedModules)}" : "")}{(recipe.Quantization is { } format ? $"; layers computed with as {format} stores them, which the file is written in" : "")}.\n\n");
        if (adapter is not null)
        {
            text.Append("| module | in layers | trained numbers |\n|---|---:|---:|\n");
            foreach (var modules in adapter.Modules.GroupBy(module => LayerNumber().Replace(module.Key, ".*."), StringComparer.Ordinal))
            {
                text.Append(CultureInfo.InvariantCulture, $"| `{modules.Key}` | {modules.Count()} | {modules.Sum(module => module.Value):N0} |\n");
            }

            text.Append('\n');
        }

        text.Append("## Data\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{corpus.Source}. {(recipe.CountsPrompts ? "All tokens count in the loss." : "Only the assistant's tokens, and texts, count in the loss.")}{(result.Dropped is > 0 ? $" {result.Dropped} examples were too long and left out." : "")}\n\n| split | examples | tokens | of them targets | SHA-256 of the token file |\n|---|---:|---:|---:|---|\n");
        text.Append(CultureInfo.InvariantCulture, $"| training | {corpus.TrainDocuments:N0} | {corpus.TrainTokens:N0} | {corpus.TrainTargets:N0} | `{corpus.TrainDigest[..16]}…` |\n");
        text.Append(CultureInfo.InvariantCulture, $"| validation | {corpus.ValidationDocuments:N0} | {corpus.ValidationTokens:N0} | {corpus.ValidationTargets:N0} | `{corpus.ValidationDigest[..16]}…` |\n\n");
        text.Append("## Training\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{training.Step:N0} of {loop.Schedule.Steps:N0} steps{(training.End == TrainingEnd.StoppedEarly ? " (stopped early: the validation loss no longer fell)" : "")}, {recipe.Batch.TokensPerStep:N0} positions each; peak learning rate {loop.Schedule.Peak}, warm-up {loop.Schedule.Warmup}; seed {loop.Seed}.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"- training loss {training.SmoothedLoss:0.0000} (running average), lowest validation loss {(training.BestValidationLoss is { } loss ? loss.ToString("0.0000", CultureInfo.InvariantCulture) : "not measured")} at step {training.BestStep:N0}\n");
        text.Append(CultureInfo.InvariantCulture, $"- {training.Tokens:N0} tokens in {training.Elapsed.TotalMinutes:0.0} minutes; tensors took {MemoryEstimate.Show(result.PeakBytes)} at most ({MemoryEstimate.Show(result.Memory.TotalBytes)} expected)\n");
        text.Append(CultureInfo.InvariantCulture, $"- {environment.Processor}, {environment.Threads} threads, Gyre {environment.Gyre}\n- command: `{environment.CommandLine}`\n\n![loss](loss.svg)\n\n");
        text.Append("## Before and after\n\n");
        text.Append(result.Report.Count == 0
            ? "Nothing was measured; add tasks to the recipe's `report`.\n\n"
            : TaskTable.ToMarkdown(result.Report, result.Confidence) + "\nRows are the same before and after; intervals are of paired bootstrap samples. What was not trained shows what was forgotten.\n\n");
        var last = samples.Count == 0 ? [] : samples.Where(sample => sample.Step == samples.Max(other => other.Step)).ToArray();
        if (last.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"## Samples after step {last[0].Step}\n\n```text\n");
            text.Append(string.Join("\n\n", last.Select(sample => $"> {sample.Prompt}\n{sample.Text}".Replace("```", "'''", StringComparison.Ordinal)))).Append("\n```\n\n");
        }

        text.Append($"## Files\n\n`recipe.yaml` makes this again (`gyre finetune recipe.yaml --out FOLDER`); `metrics.jsonl`, `loss.svg`, `samples.md`, `report.json`, `environment.json` and `data/` say how it went; `{(adapter is null ? "model" : "adapter")}/` is the {(adapter is null ? "model" : "adapter")}.\n");
        return text.ToString();
    }

    private static string Over(FrozenFormat? format) => format switch
    {
        null => "",
        FrozenFormat.BF16 => ", over a base kept in BF16 while it was trained",
        FrozenFormat.NF4 => ", over a base whose layers were kept in NF4 while it was trained (QLoRA)",
        _ => ", over a base whose layers were kept in NF4, its scales in 8 bits, while it was trained (QLoRA)",
    };

    private static string Method(AdapterOptions options) => options.Method switch
    {
        AdapterMethod.Lora => (options.HasMagnitudes ? "DoRA" : options.IsRankStabilised ? "rsLoRA" : "LoRA") + FormattableString.Invariant($", rank {options.Rank}, α {options.Alpha}"),
        AdapterMethod.AdaLora => $"AdaLoRA, ranks {options.Budget.InitialRank} to {options.Budget.TargetRank}",
        AdapterMethod.Ia3 => "IA3",
        AdapterMethod.PromptTuning => $"prompt tuning, {options.Prompt.Tokens} virtual tokens",
        AdapterMethod.PTuning => $"P-tuning, {options.Prompt.Tokens} virtual tokens",
        _ => $"prefix tuning, {options.Prompt.Tokens} virtual tokens",
    };

    [GeneratedRegex(@"\.\d+\.", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LayerNumber();
}
