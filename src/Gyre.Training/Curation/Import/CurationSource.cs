using Gyre.Training.Curation.Records;

namespace Gyre.Training.Curation.Import;

/// <summary>One source of records. Immutable.</summary>
public sealed record CurationSource
{
    /// <summary>What records and reports call it.</summary>
    public required string Name { get; init; }

    /// <summary>Files, folders or patterns with <c>*</c>, <c>?</c> and <c>**</c>, as full paths; default none.</summary>
    public IReadOnlyList<string> Files { get; init; } = [];

    /// <summary>A version of a dataset in the registry, <c>name@3</c>; empty (default) for files.</summary>
    public string Dataset { get; init; } = "";

    /// <summary>How the files are read.</summary>
    public SourceFormat Format { get; init; } = SourceFormat.ByEnding;

    /// <summary>What one record of a plain text file is.</summary>
    public TextUnit Unit { get; init; } = TextUnit.File;

    /// <summary>Which columns make a record.</summary>
    public RecordColumns Columns { get; init; } = new();

    /// <summary>The licence of every record that does not name its own; empty when nobody said.</summary>
    public string Licence { get; init; } = "";

    /// <summary>At most so many records, the first ones; default all.</summary>
    public long Most { get; init; } = long.MaxValue;
}
