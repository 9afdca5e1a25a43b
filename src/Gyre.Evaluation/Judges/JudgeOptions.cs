namespace Gyre.Evaluation.Judges;

/// <summary>How a model is asked for verdicts.</summary>
public sealed record JudgeOptions
{
    /// <summary>What tables call the judge; null for the model id that its client tells.</summary>
    public string? Name { get; init; }

    /// <summary>What the client is told about the form of replies.</summary>
    public JudgeReplyFormat Format { get; init; } = JudgeReplyFormat.Schema;

    /// <summary>How often a reply that cannot be read is asked for again, 0 to 10.</summary>
    public int MaxRepairs { get; init; } = 2;

    /// <summary>Calls that fail one after another before the judge counts as down and the run stops, 1 or more.</summary>
    public int MaxFailures { get; init; } = 20;

    /// <summary>The most tokens of a reply.</summary>
    public int MaxOutputTokens { get; init; } = 2048;

    /// <summary>The most characters of a reason, 20 to 2,000; small models with a short context need few.</summary>
    public int MaxReasonLength { get; init; } = 400;

    /// <summary>The most characters of a prompt; what is longer has no verdict.</summary>
    public int MaxPromptLength { get; init; } = 200_000;

    /// <summary>Randomness; null leaves it to the service (some models refuse the setting).</summary>
    public float? Temperature { get; init; } = 0;

    /// <summary>The seed that is sent; null for none.</summary>
    public long? Seed { get; init; }

    internal void Require()
    {
        Range(nameof(MaxRepairs), MaxRepairs, 0, 10);
        Range(nameof(MaxFailures), MaxFailures, 1, int.MaxValue);
        Range(nameof(MaxOutputTokens), MaxOutputTokens, 16, int.MaxValue);
        Range(nameof(MaxReasonLength), MaxReasonLength, 20, 2000);
        Range(nameof(MaxPromptLength), MaxPromptLength, 100, int.MaxValue);
    }

    private static void Range(string name, int value, int least, int greatest)
    {
        if (value < least || value > greatest)
        {
            throw new ArgumentOutOfRangeException(name, value, $"Make a judge: {name} is {value}; expected {least} to {greatest}.");
        }
    }
}
