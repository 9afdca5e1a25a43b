namespace Gyre.Evaluation.Judges;

/// <summary>A scale whose levels are described.</summary>
public sealed record Rubric
{
    private const int MostLevels = 10;

    /// <summary>A scale.</summary>
    /// <param name="name">The stable name: lower-case words with dashes.</param>
    /// <param name="question">What is rated, in one sentence.</param>
    /// <param name="levels">What an answer of each level is like, from level 1 on; 2 to 10.</param>
    public Rubric(string name, string question, params IReadOnlyList<string> levels)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(question);
        ArgumentNullException.ThrowIfNull(levels);
        if (levels.Count is < 2 or > MostLevels || levels.Any(string.IsNullOrWhiteSpace))
        {
            throw new ArgumentException($"Make the rubric '{name}': found {levels.Count(level => !string.IsNullOrWhiteSpace(level))} levels with a description; expected 2 to {MostLevels}, all described.", nameof(levels));
        }

        (Name, Question, Levels) = (name, question, levels);
    }

    /// <summary>The stable name.</summary>
    public string Name { get; }

    /// <summary>What is rated.</summary>
    public string Question { get; }

    /// <summary>What an answer of each level is like; the first is level 1.</summary>
    public IReadOnlyList<string> Levels { get; }

    /// <summary>A scale of 1 to 5 for answers in general.</summary>
    public static Rubric Quality { get; } = new(
        "quality",
        "How good is the answer to the question?",
        "wrong, empty or about something else",
        "touches the question, with grave mistakes or gaps",
        "answers in part, or with lesser mistakes",
        "right and useful, something small is missing",
        "right, complete and clear");
}
