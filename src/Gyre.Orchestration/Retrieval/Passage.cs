using System.Globalization;

namespace Gyre.Orchestration.Retrieval;

/// <summary>A part of a document that is found and shown as one: what an index holds.</summary>
/// <remarks>Immutable.</remarks>
public sealed record Passage
{
    /// <summary>Makes a passage.</summary>
    /// <param name="id">Unique in its index, and the same when the same document is read again.</param>
    /// <param name="document">The document that it is a part of, for example a file's path.</param>
    /// <param name="text">The words.</param>
    /// <param name="start">Where it begins in its document, in UTF-16 units; 0 when it is the whole document.</param>
    /// <exception cref="ArgumentException">The id or the document is empty, the text is white space, or the start is negative.</exception>
    public Passage(string id, string document, string text, int start = 0)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(id);
        ArgumentException.ThrowIfNullOrWhiteSpace(document);
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        ArgumentOutOfRangeException.ThrowIfNegative(start);
        (Id, Document, Text, Start) = (id, document, text, start);
        Hash = ContentDigest.Of("passage-1", id, document, start.ToString(CultureInfo.InvariantCulture), text);
    }

    /// <summary>Unique in its index.</summary>
    public string Id { get; }

    /// <summary>The document that it is a part of.</summary>
    public string Document { get; }

    /// <summary>The words, as they stand in the document.</summary>
    public string Text { get; }

    /// <summary>Where it begins in its document. Units: UTF-16 units.</summary>
    public int Start { get; }

    /// <summary>Where it ends in its document, exclusive. Units: UTF-16 units.</summary>
    public int End => Start + Text.Length;

    /// <summary>SHA-256 of id, document, place and text in hexadecimal: another hash is another passage.</summary>
    public string Hash { get; }
}
