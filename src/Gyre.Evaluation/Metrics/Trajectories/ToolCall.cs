using System.Text.Json;

namespace Gyre.Evaluation.Metrics.Trajectories;

/// <summary>A call of a tool that an agent made or should have made.</summary>
public sealed record ToolCall
{
    /// <summary>The most characters of arguments that are read.</summary>
    public const int MostCharacters = 1 << 20;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64, AllowDuplicateProperties = false };
    private static readonly JsonElement Nothing = JsonElement.Parse("{}");

    /// <summary>A call.</summary>
    /// <param name="name">The tool's name; names are equal character by character.</param>
    /// <param name="arguments">
    /// The arguments as a model writes them. Empty counts as <c>{}</c>. What is no JSON (also: deeper than 64 levels, repeated keys, longer
    /// than <see cref="MostCharacters"/>) is equal to nothing.
    /// </param>
    public ToolCall(string name, string arguments = "")
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(arguments);
        Name = name;
        Length = arguments.Length;
        Arguments = string.IsNullOrWhiteSpace(arguments) ? Nothing : Read(arguments);
    }

    /// <summary>The tool's name.</summary>
    public string Name { get; }

    /// <summary>The arguments; null when they are no JSON.</summary>
    public JsonElement? Arguments { get; }

    /// <summary>Characters of the arguments as they were written.</summary>
    internal int Length { get; }

    private static JsonElement? Read(string arguments)
    {
        if (arguments.Length > MostCharacters)
        {
            return null;
        }

        try
        {
            return JsonElement.Parse(arguments, Strict);
        }
        catch (Exception error) when (error is JsonException or ArgumentException)
        {
            // Expected of a model: half of a surrogate pair is an ArgumentException.
            return null;
        }
    }
}
