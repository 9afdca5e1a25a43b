using System.Globalization;
using System.Text;
using Gyre.Evaluation.Statistics;
using Gyre.Training.Loop;
using Gyre.Training.Runs;

namespace Gyre.Training.Translation;

/// <summary>Writes the README of a translation run: data, form, losses, score with its interval, examples, and the runs it is set beside.</summary>
internal static class TranslationCard
{
    private const int Examples = 6;

    public static string Write(
        TranslationRecipe recipe,
        PairRecord data,
        EnvironmentRecord environment,
        TrainingResult result,
        IReadOnlyList<TranslatedPair> translated,
        IEnumerable<MetricsPoint> metrics,
        IReadOnlyList<(string Name, IReadOnlyList<TranslatedPair> Pairs)> others)
    {
        var (loop, model, form) = (recipe.Loop, recipe.Model, recipe.Form);
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"# {loop.Name}\n\n{(loop.Summary.Length > 0 ? loop.Summary + "\n\n" : "")}");
        text.Append(CultureInfo.InvariantCulture, $"The original Transformer with {result.Parameters:N0} parameters, trained from random weights by Gyre in one process on a CPU.\n\n");
        text.Append("## Shape and form\n\n| width | heads | feed-forward | layers of encoder + decoder | vocabularies | context |\n|---:|---:|---:|---:|---:|---:|\n");
        text.Append(CultureInfo.InvariantCulture, $"| {model.Width} | {model.Heads} | {model.FeedForwardSize} | {model.EncoderLayers} + {model.DecoderLayers} | {data.SourceVocabulary:N0} and {data.TargetVocabulary:N0} (WordPiece, one a language) | {model.Context} |\n\n");
        text.Append(CultureInfo.InvariantCulture, $"Targets {(form.Shifts ? "shifted by one, between start and end tokens" : "**not shifted**, no start and end tokens")}; {(form.Masks ? "causal and padding masks" : "**no masks**")}; the loss takes {(form.NormalizesTwice ? "**softmaxes**" : "logits")}; label smoothing {form.LabelSmoothing}.\n\n");

        text.Append("## Data\n\n| file | SHA-256 |\n|---|---|\n");
        foreach (var (file, digest) in data.Files)
        {
            text.Append(CultureInfo.InvariantCulture, $"| {file} | `{digest[..16]}…` |\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"\n{data.Training:N0} pairs to learn from, {data.Validation:N0} for the validation loss, {data.Test:N0} translated for the score{(recipe.Data.Test is null ? " (held out by their source text)" : "")}; {data.LeftOut:N0} left out as empty or too long{(recipe.Data is { LongestCharacters: > 0, LongTexts: LongTexts.Cut } ? $"; texts cut at {recipe.Data.LongestCharacters} characters, references too" : "")}.\n\n");

        text.Append("## Training\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{result.Step:N0} of {loop.Schedule.Steps:N0} steps{(result.End == TrainingEnd.StoppedEarly ? " (stopped early: the validation loss no longer fell)" : "")} of {recipe.Pairs * recipe.Accumulation} pairs; Adam (β {loop.Optimizer.Beta1}/{loop.Optimizer.Beta2}, ε {loop.Optimizer.Epsilon}), decay {loop.Optimizer.Decay}, clip {loop.Optimizer.ClipNorm}; {loop.Schedule.Kind} schedule, peak {loop.Schedule.Peak}, warm-up {loop.Schedule.Warmup}; seed {loop.Seed}.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"- training loss {result.SmoothedLoss:0.0000} (running average), lowest validation loss {Show(result.BestValidationLoss)} at step {result.BestStep:N0}, both in this form's own measure\n");
        var nextToken = metrics.Where(point => point.Step == result.BestStep).Select(point => point.Figures?.GetValueOrDefault("eval/" + TranslationTask.NextTokenLoss)).LastOrDefault();
        text.Append(CultureInfo.InvariantCulture, $"- loss of the next token of held-out translations, masked and shifted, at that step: {Show(nextToken)} nats\n");
        text.Append(CultureInfo.InvariantCulture, $"- {result.Tokens:N0} tokens in {result.Elapsed.TotalSeconds:0} s of wall time; {environment.Processor}, {environment.Threads} threads, {environment.Runtime}, Gyre {environment.Gyre}\n- command: `{environment.CommandLine}`\n\n![loss](loss.svg)\n\n");

        text.Append(CultureInfo.InvariantCulture, $"## Score\n\nOf {translated.Count} held-out pairs, {TranslationScores.Metric} (0 to 100) with its 95 % interval.\n\n| search | BLEU | interval |\n|---|---:|---|\n");
        Row("greedy", TranslationScores.Of(translated, pair => pair.Greedy));
        if (translated.All(pair => pair.Beam is not null))
        {
            Row($"{recipe.Beams} beams", TranslationScores.Of(translated, pair => pair.Beam ?? ""));
        }

        if (others.Count > 0)
        {
            text.Append("\n### Beside other runs\n\nGreedy translations of the pairs that both runs translated.\n\n| run | pairs | its BLEU | this one's | difference | 95 % interval |\n|---|---:|---:|---:|---:|---|\n");
            foreach (var (name, pairs) in others)
            {
                var found = TranslationScores.Compare(pairs, translated);
                text.Append(CultureInfo.InvariantCulture, $"| {Cell(name)} | {found.Pairs} | {Number(found.First)} | {Number(found.Second)} | {Number(found.Difference)} | {Show(found.Interval)} |\n");
            }
        }

        text.Append("\n## Examples\n\n");
        foreach (var pair in translated.Take(Examples))
        {
            text.Append(CultureInfo.InvariantCulture, $"- **{Cell(pair.Source)}**\n  - reference: {Cell(pair.Reference)}\n  - greedy: {Cell(pair.Greedy)}\n{(pair.Beam is null ? "" : $"  - {recipe.Beams} beams: {Cell(pair.Beam)}\n")}");
            foreach (var (name, pairs) in others)
            {
                var same = pairs.FirstOrDefault(other => other.Source == pair.Source);
                text.Append(same is null ? "" : $"  - {Cell(name)}: {Cell(same.Greedy)}\n");
            }
        }

        text.Append("\n## Limits\n\n");
        text.Append(form is { Shifts: true, Masks: true, NormalizesTwice: false }
            ? "The model knows the kind of sentences it was trained on, and few of them: expect wrong words, left-out parts and repetition.\n\n"
            : "This form reproduces known errors to show what they cost. It is no translator.\n\n");
        return text.Append("## Files\n\n`recipe.yaml` makes this model again (`gyre train recipe.yaml --out FOLDER`); `metrics.jsonl`, `loss.svg`, `samples.md`, `translations.jsonl`, `environment.json` and `data/pairs.json` say how it went; `model/` is the model: `gyre generate --model model --prompt TEXT`.\n").ToString();

        void Row(string search, (double Value, Interval? Interval) score) =>
            text.Append(CultureInfo.InvariantCulture, $"| {search} | {score.Value:0.00} | {Show(score.Interval)} |\n");
    }

    private static string Number(Evaluation.Metrics.MetricValue value) => value.IsDefined ? value.Number.ToString("0.00", CultureInfo.InvariantCulture) : "undefined";

    private static string Show(Interval? interval) => interval is null ? "none" : string.Create(CultureInfo.InvariantCulture, $"{interval.Low:0.00} to {interval.High:0.00}");

    private static string Show(double? loss) => loss is { } value ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "not measured";

    private static string Cell(string text) =>
        text.ReplaceLineEndings(" ").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("|", "\\|", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
