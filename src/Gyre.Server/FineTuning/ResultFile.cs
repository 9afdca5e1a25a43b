using System.Globalization;
using System.Text.Json;

namespace Gyre.Server.FineTuning;

/// <summary>The measurements of a run as the table that callers get.</summary>
internal static class ResultFile
{
    public const string Name = "step_metrics.csv";

    /// <summary>Writes step, training loss and validation loss; the last is empty where it was not measured or there is no validation file.</summary>
    /// <param name="metrics">The run's <c>metrics.jsonl</c>.</param>
    /// <param name="path">Where to.</param>
    /// <param name="isValidated">Whether there is a validation file.</param>
    public static void Write(string metrics, string path, bool isValidated)
    {
        using var writer = new StreamWriter(path);
        writer.NewLine = "\n";
        writer.WriteLine("step,train_loss,valid_loss");
        foreach (var line in File.ReadLines(metrics).Where(line => line.Length > 0))
        {
            using var point = JsonDocument.Parse(line);
            writer.WriteLine(string.Create(
                CultureInfo.InvariantCulture, $"{point.RootElement.GetProperty("step").GetInt32()},{Text(point.RootElement, "loss")},{(isValidated ? Text(point.RootElement, "validation_loss") : "")}"));
        }
    }

    private static string Text(JsonElement point, string name) => point.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetRawText() : "";
}
