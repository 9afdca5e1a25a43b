using System.Text.Json;
using Gyre.Server.Generation;
using Gyre.Server.Parameters;

namespace Gyre.Server.FineTuning;

/// <summary>What a request for a fine-tuning asks.</summary>
/// <param name="Model">The alias or adapter to start from.</param>
/// <param name="TrainingFile">The id of the examples.</param>
/// <param name="ValidationFile">The id of held-out ones; null for none.</param>
/// <param name="Suffix">A part of the result's name; null for none.</param>
/// <param name="Seed">Null for one of the server's.</param>
/// <param name="Numbers">The settings.</param>
/// <param name="Metadata">Kept with the job.</param>
internal sealed record FineTuningRequest(
    string Model,
    string TrainingFile,
    string? ValidationFile,
    string? Suffix,
    int? Seed,
    TuningNumbers Numbers,
    IReadOnlyDictionary<string, string> Metadata)
{
    public const int MostSuffix = 64;
    private const int MostModel = 128;
    private const int MostId = 64;

    /// <summary>Reads a body; faults are collected, and the caller throws them.</summary>
    public static FineTuningRequest Read(JsonElement body, RequestFaults faults)
    {
        FineTuningParameters.Table.Check(body, faults);
        var reader = new RequestReader(body, "", faults);
        var older = reader.ReadObject("hyperparameters", out _) is { } plain ? TuningNumbers.Read(plain) : null;
        var newer = ReadMethod(reader);
        if (older is not null && newer is not null)
        {
            faults.Add("SRV0115", "hyperparameters", "'hyperparameters' is the older form of 'method'; expected one of them.");
        }

        var suffix = Short(reader, "suffix", MostSuffix);
        if (suffix is not null && suffix.Any(letter => !(char.IsAsciiLetterOrDigit(letter) || letter is '-' or '_' or '.')))
        {
            faults.Add(RequestReader.OutOfRange, "suffix", "'suffix' has other characters than letters, digits, '-', '_' and '.'; expected only those.");
        }

        return new FineTuningRequest(
            Short(reader, "model", MostModel) ?? "",
            Short(reader, "training_file", MostId) ?? "",
            Short(reader, "validation_file", MostId),
            suffix,
            (int?)reader.ReadInteger("seed", 0, int.MaxValue),
            newer ?? older ?? new TuningNumbers(null, null, null),
            MetadataReader.Read(reader).ToDictionary(entry => entry.Name, entry => entry.Value, StringComparer.Ordinal));
    }

    private static TuningNumbers? ReadMethod(RequestReader reader)
    {
        if (reader.ReadObject("method", out _) is not { } method)
        {
            return null;
        }

        method.AllowOnly("type", "supervised", "dpo", "reinforcement");
        if (method.ReadString("type") is { } type && type != "supervised")
        {
            reader.Faults.Add("SRV0111", "method.type", "The method is not supported here; expected 'supervised'. Preference learning runs by a recipe: 'gyre align'.");
            return null;
        }

        if (method.ReadObject("supervised", out _) is not { } supervised)
        {
            return new TuningNumbers(null, null, null);
        }

        supervised.AllowOnly("hyperparameters");
        return supervised.ReadObject("hyperparameters", out _) is { } numbers ? TuningNumbers.Read(numbers) : new TuningNumbers(null, null, null);
    }

    private static string? Short(RequestReader reader, string name, int most)
    {
        var text = reader.ReadString(name);
        if (text is not null && (text.Length > most || text.Length == 0))
        {
            reader.Faults.Add(RequestReader.OutOfRange, name, $"'{name}' has {text.Length:N0} characters; expected 1 to {most}.");
        }

        return text;
    }
}
