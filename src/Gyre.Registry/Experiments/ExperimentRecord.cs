namespace Gyre.Registry.Experiments;

/// <summary>A finished run as it is handed to the store.</summary>
public sealed record ExperimentRecord
{
    /// <summary>The most headline numbers of a run.</summary>
    public const int MostFigures = 200;

    /// <summary>The most candidates of a run.</summary>
    public const int MostCandidates = 200;

    /// <summary>The most characters of a name, a path or a reason.</summary>
    public const int MostCharacters = 4_000;

    /// <summary>What was measured.</summary>
    public required ExperimentKind Kind { get; init; }

    /// <summary>The experiment's name, or the benchmark's.</summary>
    public required string Name { get; init; }

    /// <summary>The benchmark's version; empty for experiments, whose dataset has a digest.</summary>
    public string Version { get; init; } = "";

    /// <summary>What else must be equal for results to be comparable, in words: a benchmark's examples before each question, its limits; empty for experiments.</summary>
    public string Settings { get; init; } = "";

    /// <summary>When it began.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; not before it began.</summary>
    public required DateTimeOffset EndedAt { get; init; }

    /// <summary>The dataset's name.</summary>
    public required string Dataset { get; init; }

    /// <summary>The dataset's version, or the digest of the benchmark's definition.</summary>
    public required string DatasetDigest { get; init; }

    /// <summary>Rows or items that were measured.</summary>
    public required long Rows { get; init; }

    /// <summary>Items that have no result, because they did not fit the model or for another reason.</summary>
    public long LeftOut { get; init; }

    /// <summary>The candidate that others are compared with; empty when there is one only.</summary>
    public string Baseline { get; init; } = "";

    /// <summary>True when every demand was met and no call failed.</summary>
    public required bool Passed { get; init; }

    /// <summary>Whether the gate is open; null when nothing was gated.</summary>
    public bool? GateOpen { get; init; }

    /// <summary>The folder that holds its files; absolute.</summary>
    public required string Folder { get; init; }

    /// <summary>The name of its main file in that folder: <c>result.json</c>.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of that file, in hexadecimal.</summary>
    public required string FileDigest { get; init; }

    /// <summary>What was measured, at least one.</summary>
    public required IReadOnlyList<ExperimentCandidate> Candidates { get; init; }

    /// <summary>Headline numbers, at most <see cref="MostFigures"/>; the first is the one that lists show.</summary>
    public required IReadOnlyList<ExperimentFigure> Figures { get; init; }

    internal IReadOnlyList<string> Faults()
    {
        var faults = new List<string>();
        foreach (var (name, text) in new[] { (nameof(Name), Name), (nameof(Dataset), Dataset), (nameof(DatasetDigest), DatasetDigest), (nameof(Folder), Folder), (nameof(File), File), (nameof(FileDigest), FileDigest) })
        {
            Check(name, text, isNeeded: true);
        }

        Check(nameof(Version), Version, isNeeded: false);
        Check(nameof(Settings), Settings, isNeeded: false);
        Check(nameof(Baseline), Baseline, isNeeded: false);
        Add(EndedAt < StartedAt, $"{nameof(EndedAt)} is before {nameof(StartedAt)}");
        Add(Rows < 0 || LeftOut < 0, $"{nameof(Rows)} is {Rows} and {nameof(LeftOut)} is {LeftOut}; expected none below 0");
        Add(Folder.Length > 0 && !Path.IsPathFullyQualified(Folder), $"{nameof(Folder)} is '{Clip(Folder)}'; expected a full path");
        Add(File.AsSpan().ContainsAny('/', '\\') || File is "." or "..", $"{nameof(File)} is '{Clip(File)}'; expected the name of a file in the folder");
        Add(Candidates.Count is 0 or > MostCandidates, $"{nameof(Candidates)} are {Candidates.Count}; expected 1 to {MostCandidates}");
        Add(Figures.Count > MostFigures, $"{nameof(Figures)} are {Figures.Count}; expected at most {MostFigures}");
        foreach (var candidate in Candidates)
        {
            Check("a candidate's name", candidate.Name, isNeeded: true);
            Check("a candidate's digest", candidate.Digest, isNeeded: false);
        }

        foreach (var figure in Figures)
        {
            Check("a figure's metric", figure.Metric, isNeeded: true);
            Check("a figure's reason", figure.Reason, isNeeded: false);
            Check("a figure's candidate", figure.Candidate, isNeeded: true);
            Add(new[] { figure.Value, figure.Low, figure.High }.Any(number => number is { } some && !double.IsFinite(some)), $"the figure '{Clip(figure.Metric)}' is no finite number");
        }

        return faults;

        void Add(bool isFault, string fault)
        {
            if (isFault)
            {
                faults.Add(fault);
            }
        }

        void Check(string name, string text, bool isNeeded)
        {
            Add(isNeeded && text.Length == 0, $"{name} is empty");
            Add(text.Length > MostCharacters, $"{name} has {text.Length} characters; expected at most {MostCharacters}");
        }
    }

    private static string Clip(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
