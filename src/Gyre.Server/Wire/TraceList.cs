using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>A part of the list of traces.</summary>
[Description("A part of the list of traces.")]
internal sealed record TraceList
{
    [Description("Newest first.")]
    public required IReadOnlyList<TraceView> Data { get; init; }

    [Description("How many the conditions match in all.")]
    public required long Total { get; init; }

    [Description("What to pass as before for the next part; null at the end.")]
    public required string? Next { get; init; }

    [Description("What became of the traces since the server started.")]
    public required Counts Recorder { get; init; }

    [Description("What became of the traces since the server started.")]
    internal sealed record Counts
    {
        [Description("Stored.")]
        public required long Written { get; init; }

        [Description("Lost because too many waited to be written.")]
        public required long Dropped { get; init; }

        [Description("Lost because the database could not be written.")]
        public required long Failed { get; init; }

        [Description("Why writing failed last; null once it works again.")]
        public required string? LastError { get; init; }
    }
}
