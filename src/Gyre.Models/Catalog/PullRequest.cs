namespace Gyre.Models.Catalog;

/// <summary>What to fetch, and under which name to keep it.</summary>
/// <param name="Reference">
/// A hub id (<c>org/name</c>, <c>org/name@revision</c>), the URL of a model's page, folder or weight file, or a path.
/// </param>
public sealed record PullRequest(string Reference)
{
    /// <summary>The name to keep it under; null for the model's own.</summary>
    public string? Name { get; init; }

    /// <summary>
    /// Which weight files to fetch, by name or with <c>*</c>, for example <c>*Q8_0.gguf</c>; empty for the model's
    /// safetensors weights, or its only GGUF file.
    /// </summary>
    public IReadOnlyList<string> WeightFiles { get; init; } = [];

    /// <summary>The SHA-256 that the single weight file must have; null when it is not known.</summary>
    public string? ExpectedSha256 { get; init; }
}
