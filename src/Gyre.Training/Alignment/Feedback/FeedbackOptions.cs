namespace Gyre.Training.Alignment.Feedback;

/// <summary>How AI feedback is asked for.</summary>
public sealed record FeedbackOptions
{
    /// <summary>Fixes which principle each prompt gets.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Critiques and revisions of each answer, 1 to 8, each by another principle where there are several.</summary>
    public int Rounds { get; init; } = 1;

    /// <summary>The most tokens of a reply.</summary>
    public int MaxTokens { get; init; } = 512;

    /// <summary>How often a reply that cannot be used is asked for again, 0 to 10.</summary>
    public int MaxRepairs { get; init; } = 2;

    /// <summary>Calls that fail one after another before the rest is given up, 1 or more.</summary>
    public int MaxFailures { get; init; } = 5;

    internal void Require()
    {
        Range(nameof(Rounds), Rounds, 1, 8);
        Range(nameof(MaxTokens), MaxTokens, 1, 1 << 20);
        Range(nameof(MaxRepairs), MaxRepairs, 0, 10);
        Range(nameof(MaxFailures), MaxFailures, 1, int.MaxValue);
    }

    private static void Range(string name, int value, int least, int most)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(name, value, $"Ask for AI feedback: {name} is {value}; expected {least} to {most}.");
        }
    }
}
