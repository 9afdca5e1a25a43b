using System.Text.RegularExpressions;

namespace Gyre.Training.Curation.Cleaning;

/// <summary>What is cleaned. Immutable.</summary>
public sealed record CleaningOptions
{
    /// <summary>Unicode's form NFC; default true.</summary>
    public bool Composes { get; init; } = true;

    /// <summary>Whether control, zero-width, bidirectional and tag characters go where no script or emoji needs them; default true.</summary>
    public bool RemovesInvisible { get; init; } = true;

    /// <summary>Whether UTF-8 that was read as Windows-1252 (<c>Ã©</c> for <c>é</c>) is mended; default true.</summary>
    public bool MendsEncoding { get; init; } = true;

    /// <summary>Whether tags, comments, scripts and entities of HTML go; default true. Only names of HTML elements count, so that <c>List&lt;int&gt;</c> stays.</summary>
    public bool RemovesHtml { get; init; } = true;

    /// <summary>Whether white space is made plain: line feeds, no white space at line ends, at most one blank line; default true.</summary>
    public bool TidiesSpaces { get; init; } = true;

    /// <summary>Whether lines that web pages repeat everywhere go (cookie notices, share buttons); default true.</summary>
    public bool RemovesBoilerplate { get; init; } = true;

    /// <summary>Further lines that go: whole lines that an expression matches.</summary>
    public IReadOnlyList<Regex> BoilerplateLines { get; init; } = [];
}
