using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>A model that requests may name.</summary>
[Description("A model that requests may name.")]
internal sealed record ModelCard
{
    [Description("The alias.")]
    public required string Id { get; init; }

    [Description("Always model.")]
    public string Object { get; init; } = "model";

    [Description("What the model is for: generation, sequence to sequence, embedding, masked words, text classification, token classification, question answering or reranking; null when its files cannot be read.")]
    public required string? Kind { get; init; }

    [Description("When the alias file was read last. Seconds since 1970-01-01T00:00:00Z.")]
    public required long Created { get; init; }

    [Description("The alias whose model an adapter belongs to; absent for others.")]
    [System.Text.Json.Serialization.JsonIgnore(Condition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull)]
    public string? Parent { get; init; }

    [Description("Always gyre.")]
    public string OwnedBy { get; init; } = "gyre";
}
