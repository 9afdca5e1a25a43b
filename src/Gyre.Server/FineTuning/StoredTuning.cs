using Gyre.Server.Wire;

namespace Gyre.Server.FineTuning;

/// <summary>A fine-tuning job as it is kept.</summary>
internal sealed record StoredTuning
{
    /// <summary>What callers see of it.</summary>
    public required FineTuningJobView View { get; init; }

    /// <summary>Where the base was when it was created.</summary>
    public required string BasePath { get; init; }

    /// <summary>The adapter that it goes on from; null for the base itself.</summary>
    public required string? AdapterPath { get; init; }

    /// <summary>The alias whose model the result belongs to.</summary>
    public required string Parent { get; init; }

    /// <summary>The name of the result.</summary>
    public required string Target { get; init; }

    /// <summary>The recipe; null until the files are read.</summary>
    public required string? Recipe { get; init; }

    public string Id => View.Id;

    public string Status => View.Status;
}
