namespace Gyre.Training.Curation.Import;

/// <summary>How a source's files are read.</summary>
public enum SourceFormat
{
    /// <summary>As each file's ending says: <c>.jsonl</c>, <c>.ndjson</c>, <c>.csv</c>, <c>.tsv</c>, <c>.txt</c>, <c>.md</c>, each also with <c>.gz</c>.</summary>
    ByEnding,

    /// <summary>One JSON object a line.</summary>
    JsonLines,

    /// <summary>Values parted by commas, quoted as RFC 4180 says, with a head line.</summary>
    Csv,

    /// <summary>Values parted by tabs, without quoting, with a head line.</summary>
    Tsv,

    /// <summary>Plain text.</summary>
    Text,
}
