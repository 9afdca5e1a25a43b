using System.Globalization;
using System.Text;
using Gyre.Training.Recipes;

namespace Gyre.Training.Encoders;

/// <summary>The parts that the cards of all encoder runs have.</summary>
internal static class EncoderCard
{
    public static void Data(StringBuilder text, IReadOnlyDictionary<string, string> digests)
    {
        text.Append("## Data\n\n| file | SHA-256 |\n|---|---|\n");
        foreach (var (file, digest) in digests.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"| {file} | `{digest[..16]}…` |\n");
        }

        text.Append('\n');
    }

    public static void Training(StringBuilder text, LoopRecipe loop, int rows, EncoderEnd end)
    {
        var (result, environment) = (end.Result, end.Environment);
        var loss = result.BestValidationLoss is { } value ? value.ToString("0.0000", CultureInfo.InvariantCulture) : "not measured";
        text.Append("## Training\n\n");
        text.Append(CultureInfo.InvariantCulture, $"{result.Step:N0} of {loop.Schedule.Steps:N0} steps of {rows} rows; {loop.Schedule.Kind} schedule, peak {loop.Schedule.Peak}, warm-up {loop.Schedule.Warmup}, decay {loop.Optimizer.Decay}, clip {loop.Optimizer.ClipNorm}; seed {loop.Seed}.\n\n");
        text.Append(CultureInfo.InvariantCulture, $"- training loss {result.SmoothedLoss:0.0000} (running average), lowest validation loss {loss} at step {result.BestStep:N0}\n");
        text.Append(CultureInfo.InvariantCulture, $"- {result.Tokens:N0} tokens in {result.Elapsed.TotalSeconds:0} s of wall time; {environment.Processor}, {environment.Threads} threads, {environment.Runtime}, Gyre {environment.Gyre}\n- command: `{environment.CommandLine}`\n");
    }
}
