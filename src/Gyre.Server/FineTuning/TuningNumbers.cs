using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;

namespace Gyre.Server.FineTuning;

/// <summary>The settings of a fine-tuning; null for those that the server is to choose.</summary>
/// <param name="Epochs">How often each example is shown.</param>
/// <param name="BatchSize">About how many examples a step sees.</param>
/// <param name="Multiplier">Scales the learning rate.</param>
internal sealed record TuningNumbers(int? Epochs, int? BatchSize, double? Multiplier)
{
    public const int MostEpochs = 1000;
    public const int MostBatch = 4096;
    public const double MostMultiplier = 1000;
    private const string Auto = "auto";

    /// <summary>Reads an object with <c>n_epochs</c>, <c>batch_size</c> and <c>learning_rate_multiplier</c>; each a number or <c>auto</c>.</summary>
    public static TuningNumbers Read(RequestReader reader)
    {
        reader.AllowOnly("n_epochs", "batch_size", "learning_rate_multiplier");
        return new TuningNumbers(
            IsAuto(reader, "n_epochs") ? null : (int?)reader.ReadInteger("n_epochs", 1, MostEpochs),
            IsAuto(reader, "batch_size") ? null : (int?)reader.ReadInteger("batch_size", 1, MostBatch),
            IsAuto(reader, "learning_rate_multiplier") ? null : reader.ReadNumber("learning_rate_multiplier", 0, MostMultiplier, excludesMinimum: true));
    }

    /// <summary>What was said in a view.</summary>
    public static TuningNumbers Of(FineTuningJobView.Numbers numbers) =>
        new((int?)Number(numbers.NEpochs), (int?)Number(numbers.BatchSize), Number(numbers.LearningRateMultiplier));

    /// <summary>As it is shown.</summary>
    public FineTuningJobView.Numbers ToView() => new()
    {
        NEpochs = Epochs is { } epochs ? JsonValue.Create(epochs) : JsonValue.Create(Auto),
        BatchSize = BatchSize is { } batch ? JsonValue.Create(batch) : JsonValue.Create(Auto),
        LearningRateMultiplier = Multiplier is { } multiplier ? JsonValue.Create(multiplier) : JsonValue.Create(Auto),
    };

    private static double? Number(JsonNode node) => node.GetValueKind() == JsonValueKind.Number ? node.GetValue<double>() : null;

    private static bool IsAuto(RequestReader reader, string name)
    {
        if (!reader.TryGet(name, out var found) || found.ValueKind != JsonValueKind.String)
        {
            return false;
        }

        reader.ReadString(name, Auto);
        return true;
    }
}
