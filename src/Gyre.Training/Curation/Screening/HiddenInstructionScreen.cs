using System.Text;
using System.Text.RegularExpressions;
using Gyre.Training.Curation.Cleaning;

namespace Gyre.Training.Curation.Screening;

/// <summary>Looks for text inside documents that is addressed to a model: hidden, encoded, or in so many words.</summary>
/// <remarks>
/// Kinds: <c>tag-characters</c>, <c>zero-width</c>, <c>variation-selectors</c>, <c>bidirectional</c>, <c>look-alike-letters</c>, <c>html-comment</c>,
/// <c>hidden-style</c>, <c>base64</c>, <c>hexadecimal</c>, <c>override-phrase</c>, <c>prompt-extraction</c>, <c>role-change</c>, <c>chat-markup</c>,
/// <c>model-address</c>, <c>answer-steering</c>. Rules see wording, not intent: an instruction that could as well be meant for a reader
/// ("Write a poem about the sea") is not found; the design page has the measured precision and recall.
/// <para>Screen before cleaning: cleaning removes what hides. Cost: some linear passes; safe for several threads.</para>
/// </remarks>
public sealed partial class HiddenInstructionScreen
{
    private const int LeastTags = 2;
    private const int LeastZeroWidth = 4;
    private const int LeastSelectors = 4;
    private const int MostEncoded = 1 << 16;
    private const int MostShown = 80;
    private const int MostFindings = 100;
    private const int LeastHiddenWords = 3;

    /// <summary>The findings in a text, in its order; at most 100.</summary>
    public IReadOnlyList<ScreenFinding> Find(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var findings = new List<ScreenFinding>();
        AddInvisible(text, findings);
        Guard("hidden-style", () => AddHtml(text, findings));
        Guard("base64", () => AddEncoded(text, findings));
        AddPhrases(text, findings);
        return [.. findings.OrderBy(finding => finding.Start).ThenBy(finding => finding.Kind, StringComparer.Ordinal).Take(MostFindings)];

        // A text on which an expression runs away is itself suspect; it is told, not passed over.
        void Guard(string kind, Action look)
        {
            try
            {
                look();
            }
            catch (RegexMatchTimeoutException)
            {
                findings.Add(new ScreenFinding(kind, 0, text.Length, "the text is so built that looking through it took longer than its time"));
            }
        }
    }

    private static void AddInvisible(string text, List<ScreenFinding> findings)
    {
        if (!text.AsSpan().ContainsAnyExceptInRange('\0', '\u00AC'))
        {
            return;
        }

        AddRuns(text, findings, "tag-characters", InvisibleCharacters.IsTag, LeastTags, Tags);
        AddRuns(text, findings, "zero-width", InvisibleCharacters.IsZeroWidth, LeastZeroWidth, hidden => $"{hidden.Length} characters without width in a row");
        AddRuns(text, findings, "variation-selectors", InvisibleCharacters.IsVariationSelector, LeastSelectors, Selectors);
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] is '\u202D' or '\u202E')
            {
                findings.Add(new ScreenFinding("bidirectional", at, 1, $"U+{(int)text[at]:X4} makes what follows read in another order than it is stored"));
            }
        }
    }

    /// <summary>Runs of one kind of invisible character; emoji flags may hold tags, and joiners stand alone.</summary>
    private static void AddRuns(string text, List<ScreenFinding> findings, string kind, Func<int, bool> isOne, int least, Func<string, string> describe)
    {
        var (start, count, before) = (-1, 0, 0);
        for (var at = 0; at <= text.Length;)
        {
            var (code, width) = (-1, 1);
            if (at < text.Length)
            {
                Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out width);
                code = rune.Value;
            }

            if (code >= 0 && isOne(code))
            {
                start = start < 0 ? at : start;
                count++;
            }
            else
            {
                if (count >= least && before != 0x1F3F4)
                {
                    findings.Add(new ScreenFinding(kind, start, at - start, describe(text[start..Math.Min(at, text.Length)])));
                }

                (start, count, before) = (-1, 0, code);
            }

            at += width;
        }
    }

    private static string Tags(string hidden) => $"invisible text: '{Shown(string.Concat(hidden.EnumerateRunes().Where(rune => rune.Value is >= 0xE0020 and <= 0xE007E).Select(rune => (char)(rune.Value - 0xE0000))))}'";

    private static string Selectors(string hidden)
    {
        byte[] bytes = [.. hidden.EnumerateRunes().Select(rune => (byte)(rune.Value <= 0xFE0F ? rune.Value - 0xFE00 : rune.Value - 0xE0100 + 16))];
        return $"{bytes.Length} variation selectors in a row{(IsText(bytes, out var text) ? $", which spell '{Shown(text)}'" : "")}";
    }

    private static void AddHtml(string text, List<ScreenFinding> findings)
    {
        if (!text.Contains('<', StringComparison.Ordinal) && !text.Contains("]:", StringComparison.Ordinal))
        {
            return;
        }

        for (var start = text.IndexOf("<!--", StringComparison.Ordinal); start >= 0;)
        {
            var end = text.IndexOf("-->", start + 4, StringComparison.Ordinal);
            var inner = end < 0 ? text[(start + 4)..] : text[(start + 4)..end];
            if (InstructionPhrases.AddressModel(Bounded(inner)))
            {
                findings.Add(new ScreenFinding("html-comment", start, (end < 0 ? text.Length : end + 3) - start, $"a comment speaks to a model: '{Shown(inner)}'"));
            }

            start = end < 0 ? -1 : text.IndexOf("<!--", end, StringComparison.Ordinal);
        }

        foreach (Match style in HiddenStyle().Matches(text))
        {
            var inner = Tag().Replace(style.Groups["inner"].Value, " ").Trim();
            if (inner.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Length >= LeastHiddenWords)
            {
                findings.Add(new ScreenFinding("hidden-style", style.Index, style.Length, $"an element that nobody sees holds '{Shown(inner)}'"));
            }
        }

        foreach (Match comment in MarkdownComment().Matches(text))
        {
            if (InstructionPhrases.AddressModel(comment.Groups["inner"].Value))
            {
                findings.Add(new ScreenFinding("html-comment", comment.Index, comment.Length, $"a comment of Markdown speaks to a model: '{Shown(comment.Groups["inner"].Value)}'"));
            }
        }
    }

    private static void AddEncoded(string text, List<ScreenFinding> findings)
    {
        foreach (Match blob in Encoded().Matches(text))
        {
            if (blob.Length > MostEncoded)
            {
                continue;
            }

            var isHexadecimal = blob.Length % 2 == 0 && !blob.ValueSpan.ContainsAnyExcept("0123456789abcdefABCDEF");
            if (TryDecode(blob.Value, isHexadecimal, out var decoded) && InstructionPhrases.AddressModel(decoded))
            {
                findings.Add(new ScreenFinding(isHexadecimal ? "hexadecimal" : "base64", blob.Index, blob.Length, $"decodes to '{Shown(decoded)}'"));
            }
        }
    }

    private static bool TryDecode(string blob, bool isHexadecimal, out string text)
    {
        try
        {
            var plain = blob.Replace('-', '+').Replace('_', '/').TrimEnd('=');
            var bytes = isHexadecimal ? Convert.FromHexString(blob) : Convert.FromBase64String(plain + new string('=', (4 - (plain.Length % 4)) % 4));
            return IsText(bytes, out text);
        }
        catch (FormatException)
        {
            text = "";
            return false; // A long word that only looks encoded.
        }
    }

    private static bool IsText(byte[] bytes, out string text)
    {
        text = "";
        if (!System.Text.Unicode.Utf8.IsValid(bytes))
        {
            return false;
        }

        text = Encoding.UTF8.GetString(bytes);
        return text.Length > 0 && !text.Any(character => char.IsControl(character) && character is not ('\n' or '\r' or '\t'));
    }

    private static void AddPhrases(string text, List<ScreenFinding> findings)
    {
        var folded = FoldedText.Of(text);
        var found = false;
        foreach (var (kind, pattern) in InstructionPhrases.All)
        {
            found |= AddMatches(folded, kind, pattern, findings);
        }

        if (folded.Lookalike > 0 && found)
        {
            findings.Add(new ScreenFinding("look-alike-letters", 0, text.Length, $"{folded.Lookalike} letters of other scripts inside Latin words of a text with such a phrase"));
        }

        foreach (Match spaced in SpacedLetters().Matches(folded.Text))
        {
            var joined = spaced.Value.Replace(" ", "", StringComparison.Ordinal);
            if (SpacedPhrase().IsMatch(joined))
            {
                var (start, length) = folded.Place(spaced.Index, spaced.Length);
                findings.Add(new ScreenFinding("override-phrase", start, length, $"letters with spaces between them: '{Shown(joined)}'"));
            }
        }
    }

    private static bool AddMatches(FoldedText folded, string kind, Regex pattern, List<ScreenFinding> findings)
    {
        var any = false;
        try
        {
            foreach (Match match in pattern.Matches(folded.Text))
            {
                if (match.Length > 0 && findings.Count < MostFindings)
                {
                    var (start, length) = folded.Place(match.Index, match.Length);
                    findings.Add(new ScreenFinding(kind, start, length, $"'{Shown(match.Value)}'"));
                    any = true;
                }
            }
        }
        catch (RegexMatchTimeoutException)
        {
            findings.Add(new ScreenFinding(kind, 0, folded.Text.Length, "the text is so built that looking for phrases took longer than a second"));
            any = true;
        }

        return any;
    }

    private static string Bounded(string text) => text.Length <= MostEncoded ? text : text[..MostEncoded];

    private static string Shown(string text)
    {
        var line = text.ReplaceLineEndings(" ").Trim();
        return line.Length <= MostShown ? line : line[..MostShown] + "…";
    }

    [GeneratedRegex(
        """
        <(?<tag>[a-z][a-z0-9]*)\b[^<>]{0,500}?(?:style\s*=\s*["'][^"'<>]{0,400}?(?:display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?:px|pt|em|%)?\s*(?:;|["'])|opacity\s*:\s*0(?:\.0+)?\s*(?:;|["'])|(?<!-)color\s*:\s*(?:white|\#fff(?:fff)?|transparent|rgba?\(\s*255\s*,\s*255\s*,\s*255[^)]*\))|(?:left|top|text-indent)\s*:\s*-\d{3,})[^<>]{0,400}?|\shidden(?=[\s>])|aria-hidden\s*=\s*["']true["'][^<>]{0,400}?)[^<>]{0,200}?>
        (?<inner>(?:(?!</\k<tag>).){0,4000})
        """,
        RegexOptions.IgnoreCase | RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex HiddenStyle();

    [GeneratedRegex("<[^<>]{0,2000}>", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Tag();

    [GeneratedRegex("""^\[[^\]\n]{0,40}\]:\s*(?:\#|<>)\s*["'(](?<inner>[^\n]{1,2000})["')]\s*$""", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex MarkdownComment();

    [GeneratedRegex("(?<![A-Za-z0-9+/_-])[A-Za-z0-9+/_-]{24,}={0,2}(?![A-Za-z0-9+/_-])", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Encoded();

    [GeneratedRegex(@"(?<![\w])(?:\p{L} ){7,}\p{L}(?!\w)", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SpacedLetters();

    [GeneratedRegex("^(?:say|ignore|forget|disregard|print|output|write|reveal|repeat|youare|answer)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex SpacedPhrase();
}
