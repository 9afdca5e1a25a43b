namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Synonyms of English words from the dictionary files of a WordNet distribution.</summary>
/// <remarks>
/// Reads <c>index.*</c>, <c>data.*</c> and <c>*.exc</c> of nouns, verbs, adjectives and adverbs once. Immutable and safe for several threads.
/// <para>Source: WordNet's wndb(5WN) and morphy(7WN); forms of words are found as NLTK 3.8 finds them.</para>
/// </remarks>
public sealed class WordNetSynonyms
{
    private readonly WordNetPart[] _parts;

    private WordNetSynonyms(string name, WordNetPart[] parts) => (Name, _parts) = (name, parts);

    /// <summary>No synonyms.</summary>
    public static WordNetSynonyms None { get; } = new("none", []);

    /// <summary>The folder's name.</summary>
    public string Name { get; }

    /// <summary>Reads a folder of dictionary files.</summary>
    /// <exception cref="EvaluationException">A file is missing, too large or malformed (EVA0090, EVA0091).</exception>
    /// <remarks>Cost: some 30 MB of text and 60 MB of memory for WordNet 3.0, about a second.</remarks>
    public static WordNetSynonyms Open(string folder)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(folder);
        return new WordNetSynonyms(
            Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))),
            [
                WordNetPart.Read(folder, "noun", [("s", ""), ("ses", "s"), ("ves", "f"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y")]),
                WordNetPart.Read(folder, "verb", [("s", ""), ("ies", "y"), ("es", "e"), ("es", ""), ("ed", "e"), ("ed", ""), ("ing", "e"), ("ing", "")]),
                WordNetPart.Read(folder, "adj", [("er", ""), ("est", ""), ("er", "e"), ("est", "e")]),
                WordNetPart.Read(folder, "adv", []),
            ]);
    }

    /// <summary>The single words that share a meaning with a word, as WordNet writes them; empty when it has none.</summary>
    /// <param name="word">In lower case.</param>
    public IReadOnlySet<string> Of(string word)
    {
        var synsets = new List<string[]>();
        Collect(word, synsets);
        return synsets.SelectMany(synset => synset).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>Adds the meanings of a word, each as its single words.</summary>
    internal void Collect(ReadOnlySpan<char> word, List<string[]> synsets)
    {
        foreach (var part in _parts)
        {
            part.Collect(word, synsets);
        }
    }
}
