using System.Text.Json;
using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Scorers;

/// <summary>
/// 1 when the whole output is valid JSON equal to the reference, else 0. The order of keys does not matter; missing,
/// additional and repeated keys do. Numbers are equal by value, strings by every character.
/// </summary>
public sealed class JsonEqualScorer : IScorer
{
    private const int MostCharacters = 1 << 20;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };

    /// <inheritdoc/>
    public string Name => "json-equal";

    /// <inheritdoc/>
    public MetricForm Form { get; } = MetricForm.Share("Gyre: docs/design/evaluation.md");

    /// <inheritdoc/>
    public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(output);
        return ValueTask.FromResult(Compare(row.Reference, output));
    }

    private static Score Compare(string reference, string output)
    {
        using var wanted = Parse(reference);
        if (wanted is null)
        {
            return Score.Undefined("the row's reference is not valid JSON");
        }

        using var found = output.Length <= MostCharacters ? Parse(output) : null;
        if (found is null)
        {
            return Score.Of(0, "not valid JSON");
        }

        try
        {
            return FirstDifference(wanted.RootElement, found.RootElement, "$") is { } where ? Score.Of(0, $"differs at {where}") : Score.Of(1);
        }
        catch (Exception error) when (error is InvalidOperationException or ArgumentException)
        {
            // Half of an escaped surrogate pair parses, and shows only when the string is read.
            return Score.Of(0, "not valid JSON");
        }
    }

    private static JsonDocument? Parse(string text)
    {
        try
        {
            return JsonDocument.Parse(text, Strict);
        }
        catch (JsonException)
        {
            // Expected of a model: whether its output parses is what is measured.
            return null;
        }
    }

    private static string? FirstDifference(JsonElement wanted, JsonElement found, string path)
    {
        if (wanted.ValueKind != found.ValueKind)
        {
            return path;
        }

        switch (wanted.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var property in wanted.EnumerateObject())
                {
                    var below = $"{path}.{property.Name}";
                    if (!found.TryGetProperty(property.Name, out var value))
                    {
                        return below;
                    }

                    if (FirstDifference(property.Value, value, below) is { } where)
                    {
                        return where;
                    }
                }

                return found.GetPropertyCount() == wanted.GetPropertyCount() ? null : path;
            case JsonValueKind.Array:
                if (wanted.GetArrayLength() != found.GetArrayLength())
                {
                    return path;
                }

                return wanted.EnumerateArray().Zip(found.EnumerateArray())
                    .Select((pair, index) => FirstDifference(pair.First, pair.Second, $"{path}[{index}]"))
                    .FirstOrDefault(where => where is not null);
            default:
                return JsonElement.DeepEquals(wanted, found) ? null : path;
        }
    }
}
