using System.Globalization;
using System.Text;
using Gyre.Training.Loop;
using Gyre.Training.Recipes;
using Gyre.Training.Scaling;

namespace Gyre.Training.Runs;

/// <summary>Writes the README of a run: what the model is, how it was made, what it can and cannot do.</summary>
internal static class ModelCard
{
    /// <summary>Between these lines <c>gyre eval</c> puts its table.</summary>
    public const string EvaluationBegin = "<!-- evaluation: begin -->";

    public const string EvaluationEnd = "<!-- evaluation: end -->";

    public static string Write(TrainingRecipe recipe, CorpusRecord corpus, EnvironmentRecord environment, TrainingResult result, ScalingReport scaling, IReadOnlyList<TrainingSample> samples)
    {
        var text = new StringBuilder();
        text.Append($"---\nlicense: mit\nlanguage: en\npipeline_tag: text-generation\ntags: [gyre, {(recipe.Model.QueryKeyNorm ? "qwen3" : "llama")}]\n---\n\n# {recipe.Name}\n\n");
        text.Append(recipe.Summary.Length > 0 ? recipe.Summary + "\n\n" : "");
        var model = recipe.Model;
        text.Append(CultureInfo.InvariantCulture, $"A Llama-family decoder{(model.QueryKeyNorm ? " with normalised queries and keys (Qwen 3's form)" : "")} with {scaling.Parameters:N0} parameters, trained from random weights by Gyre in one process on a CPU.\n\n");
        text.Append("## Shape\n\n| width | layers | heads / key-value heads | feed-forward | vocabulary | context | tied embeddings |\n|---:|---:|---:|---:|---:|---:|---|\n");
        text.Append(CultureInfo.InvariantCulture, $"| {model.HiddenSize} | {model.Layers} | {model.Heads} / {model.KeyValueHeads} | {model.FeedForwardSize} | {corpus.VocabularySize:N0} | {model.Context} | {(model.TiesEmbeddings ? "yes" : "no")} |\n\n");

        text.Append("## Data\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{corpus.Source}.\n\n| split | documents | tokens | of them targets | SHA-256 of the token file |\n|---|---:|---:|---:|---|\n");
        text.Append(CultureInfo.InvariantCulture, $"| training | {corpus.TrainDocuments:N0} | {corpus.TrainTokens:N0} | {corpus.TrainTargets:N0} | `{corpus.TrainDigest[..16]}…` |\n");
        text.Append(CultureInfo.InvariantCulture, $"| validation | {corpus.ValidationDocuments:N0} | {corpus.ValidationTokens:N0} | {corpus.ValidationTargets:N0} | `{corpus.ValidationDigest[..16]}…` |\n\n");
        if (corpus.Kinds.Count > 1)
        {
            text.Append("| kind of document | training documents |\n|---|---:|\n");
            foreach (var (kind, count) in corpus.Kinds.OrderByDescending(pair => pair.Value))
            {
                text.Append(CultureInfo.InvariantCulture, $"| {kind} | {count:N0} |\n");
            }

            text.Append('\n');
        }

        text.Append("## Training\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{result.Step:N0} of {recipe.Schedule.Steps:N0} steps{(result.End == TrainingEnd.StoppedEarly ? " (stopped early: the validation loss no longer fell)" : "")} of {recipe.Batch.TokensPerStep:N0} positions; {(recipe.Optimizer.Kind == OptimizerKind.Muon ? $"Muon (momentum {recipe.Optimizer.Momentum}) for the layers' matrices, for the rest " : "")}AdamW (β {recipe.Optimizer.Beta1}/{recipe.Optimizer.Beta2}), decay {recipe.Optimizer.Decay}, clip {recipe.Optimizer.ClipNorm}; {recipe.Schedule.Kind.ToString().ToLowerInvariant()} schedule, peak {recipe.Schedule.Peak}, warm-up {recipe.Schedule.Warmup}; seed {recipe.Seed}.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"- training loss {result.SmoothedLoss:0.0000} (running average), lowest validation loss {Show(result.BestValidationLoss)} at step {result.BestStep:N0}\n");
        text.Append(CultureInfo.InvariantCulture, $"- {result.Tokens:N0} tokens seen in {Duration(result.Elapsed)} of wall time, summed over resumptions ({result.Tokens / Math.Max(result.Elapsed.TotalSeconds, 1e-9):N0} tokens/s)\n");
        text.Append(CultureInfo.InvariantCulture, $"- {environment.Processor}, {environment.Threads} threads, {environment.Runtime}, Gyre {environment.Gyre}{(environment.Commit.Length > 0 ? $" at commit {environment.Commit[..Math.Min(12, environment.Commit.Length)]}" : "")}\n");
        text.Append(CultureInfo.InvariantCulture, $"- command: `{environment.CommandLine}`\n\n![loss](loss.svg)\n\n");

        text.Append("## Scaling\n\n").Append(scaling.ToMarkdown()).Append('\n');
        text.Append($"## Evaluation\n\n{EvaluationBegin}\nNot evaluated yet; `gyre eval` fills this table.\n{EvaluationEnd}\n\n");
        text.Append("## Limits\n\nThe model knows only the kind of text it was trained on. It is small: expect mistakes of fact and arithmetic, repetition over long answers, and nonsense outside its domain and language. It has had no safety training; put a policy in front of it before strangers use it.\n\n");
        var last = samples.Count == 0 ? [] : samples.Where(sample => sample.Step == samples.Max(other => other.Step)).ToArray();
        if (last.Length > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $"## Samples after step {last[0].Step}\n\n```text\n");
            text.Append(string.Join("\n\n", last.Select(sample => $"> {sample.Prompt}\n{sample.Text}".Replace("```", "'''", StringComparison.Ordinal)))).Append("\n```\n\n");
        }

        text.Append("## Files\n\n`recipe.yaml` makes this model again (`gyre train recipe.yaml --out FOLDER`); `metrics.jsonl`, `loss.svg`, `samples.md`, `environment.json` and `data/corpus.json` say how it went; `model/` is the model.\n");
        return text.ToString();
    }

    private static string Show(double? loss) => loss is { } value ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "not measured";

    private static string Duration(TimeSpan time) =>
        time.TotalHours >= 1 ? $"{(int)time.TotalHours} h {time.Minutes} min" : time.TotalMinutes >= 1 ? $"{(int)time.TotalMinutes} min {time.Seconds} s" : $"{time.TotalSeconds:0.0} s";
}
