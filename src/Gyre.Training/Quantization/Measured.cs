using System.Text.Json.Serialization;

namespace Gyre.Training.Quantization;

/// <summary>A figure that was measured, or why there is none.</summary>
/// <typeparam name="T">The figure.</typeparam>
public sealed record Measured<T>
    where T : class
{
    private Measured(T? value, string? undefined)
    {
        Value = value;
        Undefined = undefined;
    }

    /// <summary>The figure; null when there is none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public T? Value { get; }

    /// <summary>Why there is none, as the end of the sentence "undefined, because …"; null when there is one.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Undefined { get; }

    /// <summary>A figure.</summary>
    internal static Measured<T> Of(T value) => new(value, null);

    /// <summary>No figure, for a reason.</summary>
    internal static Measured<T> None(string reason) => new(null, reason);
}
