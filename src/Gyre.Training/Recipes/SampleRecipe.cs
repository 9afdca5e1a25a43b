namespace Gyre.Training.Recipes;

/// <summary>Texts the model writes during training, to show what it has learned so far.</summary>
public sealed record SampleRecipe
{
    /// <summary>Steps between two rounds of samples; 0 writes none.</summary>
    public required int Every { get; init; }

    /// <summary>The most tokens of one sample.</summary>
    public required int MaxTokens { get; init; }

    /// <summary>Divides the logits; 0 is greedy.</summary>
    public required double Temperature { get; init; }

    /// <summary>What the model continues, or answers when the corpus is a conversation.</summary>
    public required IReadOnlyList<string> Prompts { get; init; }

    internal static SampleRecipe Read(RecipeSection section, int context)
    {
        var sample = new SampleRecipe
        {
            Every = section.Integer("every", 0, 0, 100_000_000),
            MaxTokens = section.Integer("tokens", Math.Max(1, Math.Min(64, context - 1)), 1, 131072),
            Temperature = section.Number("temperature", 0, 0, 2),
            Prompts = section.Texts("prompts"),
        };
        if (sample.Every > 0 && sample.Prompts.Count == 0)
        {
            section.Fault("prompts", "is empty although samples.every is set; expected at least one prompt.");
        }

        if (sample.MaxTokens >= context)
        {
            section.Fault("tokens", $"{sample.MaxTokens} leaves no room for a prompt in model.context {context}.");
        }

        section.Finish();
        return sample;
    }
}
