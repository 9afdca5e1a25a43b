namespace Gyre.Models.Templates;

/// <summary>What rendering a template may use; beyond, it is stopped with RUN0203. Immutable.</summary>
public sealed record TemplateLimits
{
    /// <summary>The longest result, in UTF-16 units. Default 32 Mi.</summary>
    public long MaxOutputCharacters { get; init; } = 32L << 20;

    /// <summary>All text that expressions make on the way, in UTF-16 units. Default 256 Mi.</summary>
    public long MaxWorkCharacters { get; init; } = 256L << 20;

    /// <summary>
    /// Evaluated expressions and statements, items that are made, compared, printed or gone through, and every 64 characters that are read or made.
    /// Default 20 million.
    /// </summary>
    public long MaxSteps { get; init; } = 20_000_000;

    /// <summary>Macro calls inside each other. Default 48.</summary>
    public int MaxCallDepth { get; init; } = 48;

    /// <summary>The time of a rendering; a single operation that has begun may run a little over it. Default 10 s.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromSeconds(10);
}
