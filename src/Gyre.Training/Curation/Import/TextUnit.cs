namespace Gyre.Training.Curation.Import;

/// <summary>What one record of a plain text file is.</summary>
public enum TextUnit
{
    /// <summary>The whole file.</summary>
    File,

    /// <summary>Each line that is not blank.</summary>
    Line,

    /// <summary>Each run of lines between blank lines.</summary>
    Paragraph,
}
