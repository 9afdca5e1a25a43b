using Gyre.Evaluation.Benchmarks.Sources;
using Gyre.Evaluation.Replies;
using Gyre.Evaluation.Statistics;

namespace Gyre.Evaluation.Benchmarks;

/// <summary>How a benchmark is run.</summary>
public sealed record BenchmarkRunOptions
{
    /// <summary>The folder of the benchmark's files.</summary>
    public required string Folder { get; init; }

    /// <summary>Fetches files that are missing; null to refuse, the default.</summary>
    public BenchmarkDownload? Download { get; init; }

    /// <summary>Examples before each question; null for the definition's own number.</summary>
    public int? Shots { get; init; }

    /// <summary>The most items of each subject, the first of its file; null for all.</summary>
    public int? Limit { get; init; }

    /// <summary>The subjects whose items are asked; empty for all.</summary>
    public IReadOnlyList<string> Subjects { get; init; } = [];

    /// <summary>Answers to each item that is written; null for the definition's own number.</summary>
    public int? Samples { get; init; }

    /// <summary>True to have choices named by letter instead of scored, for models that say nothing of likelihoods.</summary>
    public bool ByGeneration { get; init; }

    /// <summary>Chooses examples and orders of answers, and is given to the model with each answer's number.</summary>
    public ulong Seed { get; init; }

    /// <summary>Calls in flight at once, 1 to 256. Results do not depend on it.</summary>
    public int Parallelism { get; init; } = 1;

    /// <summary>Items whose likelihoods are asked for in one call, 1 to 1,024.</summary>
    public int BatchItems { get; init; } = 16;

    /// <summary>The run stops when this many items failed; 1 or more.</summary>
    public int MaxFailures { get; init; } = 20;

    /// <summary>Answers of earlier runs; null to ask everything.</summary>
    public ReplyCache? Replies { get; init; }

    /// <summary>Seed, confidence and resamples of the intervals.</summary>
    public ComparisonOptions Comparison { get; init; } = new() { Resamples = 1000 };

    /// <summary>Changes every question before it is asked, for views of robustness and fairness; null for none.</summary>
    public Views.Perturbation? Perturbation { get; init; }

    internal List<string> Faults(BenchmarkDefinition definition, BenchmarkModel model)
    {
        var faults = new List<string>();
        Add(Shots is < 0 or > 64, $"shots is {Shots}; expected 0 to 64");
        Add(Shots > 0 && !definition.Splits.ContainsKey(definition.Shots.Split), $"{Shots} examples are asked for, and '{definition.Name}' has no split for them; expected 0");
        Add(Limit is < 1, $"limit is {Limit}; expected 1 or more");
        Add(Samples is < 1 or > 1000, $"samples is {Samples}; expected 1 to 1000");
        Add(Parallelism is < 1 or > 256, $"parallelism is {Parallelism}; expected 1 to 256");
        Add(BatchItems is < 1 or > 1024, $"batchItems is {BatchItems}; expected 1 to 1024");
        Add(MaxFailures < 1, $"maxFailures is {MaxFailures}; expected 1 or more");
        var scores = definition.Task == BenchmarkTask.Choice && !ByGeneration;
        Add(scores && model.Likelihoods is null, $"'{definition.Name}' compares likelihoods and the model '{model.Name}' says none; expected such a model, or answers that are written (byGeneration)");
        Add(!scores && model.Chat is null, $"'{definition.Name}' wants written answers and the model '{model.Name}' writes none; expected a chat client");
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
