namespace Gyre.Orchestration.Retrieval;

/// <summary>How long the slices of a <see cref="TextSplitter"/> are.</summary>
public sealed record TextSplitterOptions
{
    /// <summary>The least limit.</summary>
    public const int LeastLimit = 16;

    /// <summary>The greatest limit.</summary>
    public const int GreatestLimit = 1_000_000;

    /// <summary>The most of one slice. Units: UTF-16 units; 16 to 1,000,000, default 1,000.</summary>
    public int MostCharacters { get; init; } = 1_000;

    /// <summary>The most that a slice repeats of the one before. Units: UTF-16 units; 0 to half of <see cref="MostCharacters"/>, default 100.</summary>
    public int Overlap { get; init; } = 100;

    /// <summary>Checks the ranges.</summary>
    /// <exception cref="OrchestrationException">ORC0006: one is out of its range.</exception>
    internal void Require()
    {
        if (MostCharacters is < LeastLimit or > GreatestLimit || Overlap < 0 || Overlap > MostCharacters / 2)
        {
            throw new OrchestrationException(
                "ORC0006",
                $"Splitting a text failed: found a limit of {MostCharacters} characters with an overlap of {Overlap}; expected a limit from {LeastLimit} to {GreatestLimit} and an overlap from 0 to half of it. Correct the two.");
        }
    }
}
