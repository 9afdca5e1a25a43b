namespace Gyre.Evaluation.Reports;

/// <summary>What the page of an experiment embeds of its rows.</summary>
public sealed record ReportOptions
{
    /// <summary>Rows where a candidate is worse than the baseline, the largest differences of each metric and candidate in turn; 0 to 1,000.</summary>
    public int Regressions { get; init; } = 40;

    /// <summary>Rows where a candidate is better; 0 to 1,000.</summary>
    public int Gains { get; init; } = 20;

    /// <summary>Rows where a call failed, then those where a score has no value, drawn by the seed; 0 to 1,000.</summary>
    public int Failures { get; init; } = 20;

    /// <summary>Rows drawn from all by the seed; 0 to 1,000.</summary>
    public int Sample { get; init; } = 20;

    /// <summary>The most characters of a prompt, reference or answer; longer ones lose their middle; 100 to 100,000.</summary>
    public int MostCharacters { get; init; } = 2_000;

    /// <summary>The most segments of a metric in the page, those with the most rows; 1 to 1,000. All are in the result file.</summary>
    public int Segments { get; init; } = 60;

    internal void Require()
    {
        var faults = new List<string>();
        Add(nameof(Regressions), Regressions, 0, 1000);
        Add(nameof(Gains), Gains, 0, 1000);
        Add(nameof(Failures), Failures, 0, 1000);
        Add(nameof(Sample), Sample, 0, 1000);
        Add(nameof(MostCharacters), MostCharacters, 100, 100_000);
        Add(nameof(Segments), Segments, 1, 1000);
        if (faults.Count > 0)
        {
            throw new ArgumentException($"Make a report: {string.Join("; ", faults)}.");
        }

        void Add(string name, int value, int least, int greatest)
        {
            if (value < least || value > greatest)
            {
                faults.Add($"{name} is {value}, expected {least} to {greatest}");
            }
        }
    }
}
