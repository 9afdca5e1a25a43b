namespace Gyre.Training.Corpus;

/// <summary>How the training examples of the shop's corpus are mixed.</summary>
public sealed record ShopCorpusOptions
{
    /// <summary>The weights that the default model is trained with.</summary>
    public static IReadOnlyDictionary<string, double> DefaultMixture { get; } = new Dictionary<string, double>(StringComparer.Ordinal)
    {
        [ShopTasks.Describe] = 0.24,
        [ShopTasks.Answer] = 0.22,
        [ShopTasks.Unanswerable] = 0.10,
        [ShopTasks.Extract] = 0.22,
        [ShopTasks.Summary] = 0.05,
        [ShopTasks.Sentiment] = 0.03,
        [ShopTasks.Refuse] = 0.03,
        [ShopTasks.Smalltalk] = 0.03,
        [ShopTasks.Repeat] = 0.08,
    };

    /// <summary>The weight of each task by its name, 0 or more, not all 0; they need not sum to 1. Tasks left out do not occur.</summary>
    public IReadOnlyDictionary<string, double> Mixture { get; init; } = DefaultMixture;

    /// <summary>
    /// How many of the first examples are of <see cref="ShopTasks.Repeat"/> alone, 0 or more. Read in order, they teach
    /// copying before anything else needs it.
    /// </summary>
    public long Lead { get; init; }

    /// <summary>The share of training conversations that begin with a system turn, 0 to 1.</summary>
    public double SystemTurnShare { get; init; } = 0.2;

    /// <summary>The share of training conversations with small talk before or after the task, 0 to 1.</summary>
    public double SmalltalkShare { get; init; } = 0.08;

    /// <summary>Every fault of these options; empty when they can be used.</summary>
    internal IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        foreach (var (task, weight) in Mixture)
        {
            if (!ShopTasks.All.Contains(task, StringComparer.Ordinal))
            {
                faults.Add($"mixture names the unknown task '{task}' (known: {string.Join(", ", ShopTasks.All)})");
            }

            if (!double.IsFinite(weight) || weight < 0)
            {
                faults.Add($"mixture gives '{task}' the weight {weight}; expected a number of 0 or more");
            }
        }

        if (!(Mixture.Values.Sum() > 0))
        {
            faults.Add("mixture has no positive weight");
        }

        if (Lead < 0)
        {
            faults.Add($"lead is {Lead}; expected 0 or more");
        }

        AddShareFault(faults, "systemTurnShare", SystemTurnShare);
        AddShareFault(faults, "smalltalkShare", SmalltalkShare);
        return faults;
    }

    private static void AddShareFault(List<string> faults, string name, double share)
    {
        if (!(share is >= 0 and <= 1))
        {
            faults.Add($"{name} is {share}; expected 0 to 1");
        }
    }
}
