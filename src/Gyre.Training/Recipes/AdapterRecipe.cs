using Gyre.Models.Adapters;
using Gyre.Models.Adapters.Training;

namespace Gyre.Training.Recipes;

/// <summary>The adapter that a job trains.</summary>
public sealed record AdapterRecipe
{
    /// <summary>The method and its settings; a prompt's text is not tokenised yet.</summary>
    public required AdapterOptions Options { get; init; }

    /// <summary>A saved adapter to go on from, full path; empty to begin a new one.</summary>
    public required string From { get; init; }

    /// <param name="section">The recipe's section.</param>
    /// <param name="steps">Steps of the run, which AdaLoRA's schedule counts.</param>
    /// <param name="folder">What relative paths count from.</param>
    internal static AdapterRecipe Read(RecipeSection section, int steps, string folder)
    {
        var name = section.Text("method", "lora");
        var (method, stabilised, magnitudes) = name switch
        {
            "lora" => (AdapterMethod.Lora, false, false),
            "rslora" => (AdapterMethod.Lora, true, false),
            "dora" => (AdapterMethod.Lora, false, true),
            "adalora" => (AdapterMethod.AdaLora, false, false),
            "ia3" => (AdapterMethod.Ia3, false, false),
            "prompt" => (AdapterMethod.PromptTuning, false, false),
            "p-tuning" => (AdapterMethod.PTuning, false, false),
            "prefix" => (AdapterMethod.PrefixTuning, false, false),
            _ => (AdapterMethod.Lora, false, false),
        };
        if (name is not ("lora" or "rslora" or "dora" or "adalora" or "ia3" or "prompt" or "p-tuning" or "prefix"))
        {
            section.Fault("method", $"'{name}' is not known; expected lora, rslora, dora, adalora, ia3, prompt, p-tuning or prefix.");
        }

        var options = new AdapterOptions
        {
            Method = method,
            IsRankStabilised = stabilised,
            HasMagnitudes = magnitudes,
            Rank = section.Integer("rank", 8, 1, 65_536),
            Alpha = section.Number("alpha", 16, 1e-6, 1e6),
            Dropout = section.Number("dropout", 0, 0, 0.99),
            Targets = section.Texts("targets"),
            TargetPattern = section.Text("target_pattern", "") is { Length: > 0 } pattern ? pattern : null,
            Excluded = section.Texts("exclude"),
            FeedForward = section.Texts("feedforward"),
            Saved = section.Texts("saved") is { Count: > 0 } saved ? saved : null,
            Biases = section.Choice("bias", AdapterBiases.None, ("none", AdapterBiases.None), ("all", AdapterBiases.All), ("lora_only", AdapterBiases.Adapted)),
            Budget = ReadBudget(section.Section("budget"), steps),
            Prompt = ReadPrompt(section.Section("prompt")),
        };
        if (options is { TargetPattern: not null, Targets.Count: > 0 })
        {
            section.Fault("target_pattern", "is given beside 'targets'; expected one of them.");
        }

        var from = section.Text("from", "");
        section.Finish();
        return new AdapterRecipe { Options = options, From = from.Length > 0 ? Path.GetFullPath(from, folder) : "" };
    }

    private static RankBudget ReadBudget(RecipeSection section, int steps)
    {
        var budget = new RankBudget
        {
            InitialRank = section.Integer("initial_rank", 12, 1, 65_536),
            TargetRank = section.Integer("target_rank", 8, 1, 65_536),
            Steps = steps,
            Warmup = section.Integer("warmup", steps / 10, 0, 100_000_000),
            Settling = section.Integer("settling", steps / 3, 0, 100_000_000),
            Interval = section.Integer("interval", Math.Max(1, steps / 100), 1, 100_000_000),
            Orthogonality = section.Number("orthogonality", 0.5, 1e-9, 1000),
        };
        section.Finish();
        return budget;
    }

    private static SoftPromptOptions ReadPrompt(RecipeSection section)
    {
        var prompt = new SoftPromptOptions
        {
            Tokens = section.Integer("tokens", 20, 1, 65_536),
            Initialisation = section.Choice("init", PromptInitialisation.Random, ("random", PromptInitialisation.Random), ("text", PromptInitialisation.Text), ("vocabulary", PromptInitialisation.SampledVocabulary)),
            Text = section.Text("text", ""),
            Encoder = section.Choice("encoder", PromptEncoder.Perceptron, ("mlp", PromptEncoder.Perceptron), ("lstm", PromptEncoder.Recurrent)),
            EncoderWidth = section.Integer("encoder_width", 0, 0, 1_000_000),
            IsProjected = section.Flag("projection", false),
        };
        if (prompt.Initialisation == PromptInitialisation.Text && prompt.Text.Length == 0)
        {
            section.Fault("text", "is missing; expected the text that prompt.init: text begins with.");
        }

        section.Finish();
        return prompt;
    }
}
