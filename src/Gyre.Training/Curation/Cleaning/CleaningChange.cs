namespace Gyre.Training.Curation.Cleaning;

/// <summary>What cleaning a text changed.</summary>
[Flags]
public enum CleaningChange
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Letters and marks were composed.</summary>
    Composed = 1,

    /// <summary>Invisible characters were removed.</summary>
    Invisible = 2,

    /// <summary>Text read in a wrong encoding was mended.</summary>
    Encoding = 4,

    /// <summary>Remnants of HTML were removed.</summary>
    Html = 8,

    /// <summary>White space was tidied.</summary>
    Spaces = 16,

    /// <summary>Boilerplate lines were removed.</summary>
    Boilerplate = 32,
}
