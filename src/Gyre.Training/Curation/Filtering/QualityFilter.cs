using Gyre.Training.Curation.Records;

namespace Gyre.Training.Curation.Filtering;

/// <summary>Drops texts that do not look like prose, with the published limits of Gopher.</summary>
/// <remarks>
/// Words of 3 to 10 characters on average; at most one <c>#</c> or ellipsis for ten words; at most 90 % of lines with a bullet and 30 % with an
/// ellipsis at the end; 80 % of words with a letter; two of eight common English words.
/// <para>Source: J. Rae et al., "Scaling Language Models: Methods, Analysis &amp; Insights from Training Gopher", 2021, appendix A.1.1.</para>
/// </remarks>
public sealed class QualityFilter : IRecordFilter
{
    private const double LeastMeanLength = 3;
    private const double MostMeanLength = 10;
    private const double MostBulletLines = 0.90;
    private const double MostEllipsisLines = 0.30;
    private const double LeastAlphabetic = 0.80;
    private const int LeastStopWords = 2;
    private static readonly HashSet<string> StopWords = new(StringComparer.Ordinal) { "the", "be", "to", "of", "and", "that", "have", "with" };

    /// <inheritdoc/>
    public string Name => "quality";

    /// <summary>The most symbols (<c>#</c> and ellipses) for each word.</summary>
    /// <remarks>Units: a share; default 0.1.</remarks>
    public double MostSymbols { get; init; } = 0.1;

    /// <summary>Whether two of the eight common English words must be there; default false, because texts may be short or in another language.</summary>
    public bool NeedsStopWords { get; init; }

    /// <summary>Texts with fewer words are not looked at.</summary>
    /// <remarks>Units: words; default 50, the shortest document of the source.</remarks>
    public int LeastWords { get; init; } = 50;

    /// <inheritdoc/>
    public Rejection? Reject(CurationRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var text = new GopherText(record.Text);
        var words = text.Words.Length;
        if (words < LeastWords || words == 0)
        {
            return null;
        }

        var mean = text.Words.Average(word => word.Length);
        if (mean is < LeastMeanLength or > MostMeanLength)
        {
            return new Rejection("quality.word-length", $"words of {mean:0.0} characters on average; allowed are {LeastMeanLength} to {MostMeanLength}");
        }

        var symbols = text.Raw.Count(character => character is '#' or '…') + Ellipses(text.Raw);
        if ((double)symbols / words > MostSymbols)
        {
            return new Rejection("quality.symbols", $"{(double)symbols / words:0.00} symbols (# and ellipses) a word; allowed are {MostSymbols}");
        }

        return Over("bullets", text.Lines.Count(line => line[0] is '•' or '-' or '*' or '‣' or '●' or '▪' or '·'), text.Lines.Length, MostBulletLines, "lines begin with a bullet")
            ?? Over("ellipses", text.Lines.Count(line => line.EndsWith("...", StringComparison.Ordinal) || line.EndsWith('…')), text.Lines.Length, MostEllipsisLines, "lines end with an ellipsis")
            ?? Over("not-alphabetic", words - text.Words.Count(word => word.Any(char.IsLetter)), words, 1 - LeastAlphabetic, "words have no letter")
            ?? (NeedsStopWords && text.PlainWords().Where(StopWords.Contains).Distinct(StringComparer.Ordinal).Count() is var found and < LeastStopWords
                ? new Rejection("quality.stop-words", $"{found} of the words {string.Join(", ", StopWords)}; expected {LeastStopWords}")
                : null);
    }

    private static int Ellipses(string text)
    {
        var count = 0;
        for (var at = text.IndexOf("...", StringComparison.Ordinal); at >= 0; at = text.IndexOf("...", at + 3, StringComparison.Ordinal))
        {
            count++;
        }

        return count;
    }

    private static Rejection? Over(string rule, int part, int whole, double most, string what) =>
        whole > 0 && (double)part / whole > most + 1e-9 ? new Rejection($"quality.{rule}", $"{(double)part / whole:P0} of {what}; allowed are {most:P0}") : null;
}
