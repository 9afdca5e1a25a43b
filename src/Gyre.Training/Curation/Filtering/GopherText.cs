namespace Gyre.Training.Curation.Filtering;

/// <summary>A text cut as the rules of Gopher look at it.</summary>
internal readonly struct GopherText
{
    private static readonly char[] Punctuation = [.. "!\"'(),.:;?[]{}<>*_`~|/\\-–—…“”‘’«»"];

    public GopherText(string text)
    {
        Raw = text;
        Words = text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        Lines = [.. text.Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0)];
        Paragraphs = [.. text.Split("\n\n").Select(paragraph => paragraph.Trim()).Where(paragraph => paragraph.Length > 0)];
    }

    public string Raw { get; }

    /// <summary>What stands between white space, punctuation included.</summary>
    public string[] Words { get; }

    /// <summary>Lines that are not blank, trimmed.</summary>
    public string[] Lines { get; }

    /// <summary>What stands between blank lines, trimmed.</summary>
    public string[] Paragraphs { get; }

    /// <summary>The words in lower case without punctuation around them; what is punctuation alone is left out.</summary>
    public string[] PlainWords() => [.. Words.Select(word => word.Trim(Punctuation).ToLowerInvariant()).Where(word => word.Length > 0)];
}
