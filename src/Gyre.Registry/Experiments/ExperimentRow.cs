namespace Gyre.Registry.Experiments;

/// <summary>A row of the table <c>experiments</c>. Times count microseconds since 1970.</summary>
internal sealed record ExperimentRow
{
    public long Number { get; init; }

    public string Id { get; init; } = "";

    public string Kind { get; init; } = "";

    public string Name { get; init; } = "";

    public string Version { get; init; } = "";

    public string Settings { get; init; } = "";

    public long StartedAt { get; init; }

    public long EndedAt { get; init; }

    public string Dataset { get; init; } = "";

    public string DatasetDigest { get; init; } = "";

    public long Rows { get; init; }

    public long LeftOut { get; init; }

    public string Baseline { get; init; } = "";

    public bool Passed { get; init; }

    public bool? GateOpen { get; init; }

    public string Folder { get; init; } = "";

    public string File { get; init; } = "";

    public string FileDigest { get; init; } = "";

    public static ExperimentRow Of(string id, ExperimentRecord run) => new()
    {
        Id = id,
        Kind = TextOf(run.Kind),
        Name = run.Name,
        Version = run.Version,
        Settings = run.Settings,
        StartedAt = Microseconds(run.StartedAt),
        EndedAt = Microseconds(run.EndedAt),
        Dataset = run.Dataset,
        DatasetDigest = run.DatasetDigest,
        Rows = run.Rows,
        LeftOut = run.LeftOut,
        Baseline = run.Baseline,
        Passed = run.Passed,
        GateOpen = run.GateOpen,
        Folder = run.Folder,
        File = run.File,
        FileDigest = run.FileDigest,
    };

    public static string TextOf(ExperimentKind kind) => kind == ExperimentKind.Benchmark ? "benchmark" : "experiment";

    public ExperimentEntry ToEntry(IReadOnlyList<ExperimentCandidate> candidates, IReadOnlyList<ExperimentFigure> figures) => new(Id, new ExperimentRecord
    {
        Kind = Kind == "benchmark" ? ExperimentKind.Benchmark : ExperimentKind.Experiment,
        Name = Name,
        Version = Version,
        Settings = Settings,
        StartedAt = Date(StartedAt),
        EndedAt = Date(EndedAt),
        Dataset = Dataset,
        DatasetDigest = DatasetDigest,
        Rows = Rows,
        LeftOut = LeftOut,
        Baseline = Baseline,
        Passed = Passed,
        GateOpen = GateOpen,
        Folder = Folder,
        File = File,
        FileDigest = FileDigest,
        Candidates = candidates,
        Figures = figures,
    });

    private static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;

    private static DateTimeOffset Date(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * TimeSpan.TicksPerMicrosecond);
}
