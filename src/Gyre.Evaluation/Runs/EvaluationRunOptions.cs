using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Runs;

/// <summary>What is measured and how the model is called.</summary>
public sealed record EvaluationRunOptions
{
    /// <summary>The measurements; every task of the rows needs at least one.</summary>
    public required IReadOnlyList<MetricPlan> Metrics { get; init; }

    /// <summary>What stands in results and tables for the model, for example its alias.</summary>
    public required string Model { get; init; }

    /// <summary>What tells the model's weights from others under the same name, for example their digest; empty when unknown.</summary>
    public string ModelDigest { get; init; } = "";

    /// <summary>A JSON Lines file that receives every result and from which an interrupted run goes on; null keeps results in memory only.</summary>
    public string? ResultsPath { get; init; }

    /// <summary>Rows in flight at once, 1 to 256.</summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>Temperature, token limit, seed and so on, as sent with every row.</summary>
    public ChatOptions Generation { get; init; } = new() { Temperature = 0, MaxOutputTokens = 256 };

    /// <summary>A system message before every prompt; null for none.</summary>
    public string? SystemPrompt { get; init; }

    /// <summary>The run stops when this many rows failed: the model is away, and asking on tells nothing. 1 or more.</summary>
    public int MaxFailures { get; init; } = 20;

    /// <summary>The confidence of the table's intervals, between 0 and 1.</summary>
    public double Confidence { get; init; } = 0.95;

    /// <summary>Seed of the bootstrap intervals.</summary>
    public ulong Seed { get; init; }

    internal List<string> Faults()
    {
        var faults = new List<string>();
        Add(Metrics.Count == 0, "metrics are empty; expected at least one");
        Add(Parallelism is < 1 or > 256, $"parallelism is {Parallelism}; expected 1 to 256");
        Add(MaxFailures < 1, $"maxFailures is {MaxFailures}; expected 1 or more");
        Add(!(Confidence is > 0 and < 1), $"confidence is {Confidence}; expected a number between 0 and 1");
        Add(string.IsNullOrWhiteSpace(Model), "model is empty");
        foreach (var group in Metrics.GroupBy(metric => (metric.Task, metric.Scorer.Name)).Where(group => group.Count() > 1))
        {
            faults.Add($"the scorer '{group.Key.Name}' is planned {group.Count()} times for the task '{group.Key.Task}'");
        }

        return faults;

        void Add(bool isFault, string fault)
        {
            if (isFault)
            {
                faults.Add(fault);
            }
        }
    }
}
