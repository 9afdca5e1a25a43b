using Gyre.Training.Recipes;

namespace Gyre.Training.Compression.Distillation;

/// <summary>How the teacher writes what the student learns from.</summary>
public sealed record GeneratedRecipe
{
    /// <summary>The most tokens of an answer; longer ones are left out.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>0 takes the likeliest token each time.</summary>
    public required double Temperature { get; init; }

    /// <summary>Answers to each prompt.</summary>
    public required int Samples { get; init; }

    /// <summary>At most so many prompts; 0 for all.</summary>
    public required int Prompts { get; init; }

    internal static GeneratedRecipe Read(RecipeSection section)
    {
        var generated = new GeneratedRecipe
        {
            MaxTokens = section.Integer("max_tokens", 128, 1, 131_072),
            Temperature = section.Number("temperature", 0, 0, 2),
            Samples = section.Integer("samples", 1, 1, 64),
            Prompts = section.Integer("prompts", 0, 0, 50_000_000),
        };
        if (generated is { Samples: > 1, Temperature: 0 })
        {
            section.Fault("samples", $"is {generated.Samples} at temperature 0, where all answers are alike; expected a temperature above 0.");
        }

        section.Finish();
        return generated;
    }
}
