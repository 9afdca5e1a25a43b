using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>An alias with its model as it stands.</summary>
[Description("An alias with its model as it stands.")]
internal sealed record AliasView
{
    [Description("The name that requests use.")]
    public required string Name { get; init; }

    [Description("Whether it answers where no name is given.")]
    public required bool IsDefault { get; init; }

    [Description("A sentence for people; null for none.")]
    public required string? Description { get; init; }

    [Description("The model's reference in the alias file.")]
    public required string Model { get; init; }

    [Description("What the model is for; null when its files cannot be read.")]
    public required string? Kind { get; init; }

    [Description("The system prompt put before conversations that bring none; null for none.")]
    public required string? System { get; init; }

    [Description("Whether the model is in memory.")]
    public required bool IsLoaded { get; init; }

    [Description("SHA-256 of the weights; null until the model is loaded.")]
    public required string? Digest { get; init; }

    [Description("Tokens that prompt and answer may have together; null until the model is loaded.")]
    public required int? ContextLength { get; init; }

    [Description("Tokens of the vocabulary; null until the model is loaded.")]
    public required int? VocabularySize { get; init; }

    [Description("Whether the model brings a chat template; null until it is loaded.")]
    public required bool? HasTemplate { get; init; }

    [Description("The sampling used where a request brings none.")]
    public required Defaults Parameters { get; init; }

    [Description("The sampling used where a request brings none.")]
    internal sealed record Defaults
    {
        [Description("Randomness.")]
        public required float Temperature { get; init; }

        [Description("Share of probability kept.")]
        public required float TopP { get; init; }

        [Description("Most likely tokens kept; 0 keeps all.")]
        public required int TopK { get; init; }

        [Description("Token limit; null for the endpoint's own.")]
        public required int? MaxTokens { get; init; }
    }
}
