namespace Gyre.Evaluation.Reports;

/// <summary>Text from outside in Markdown: always in a code span, where no mark, mention or tag works.</summary>
/// <remarks>Source: GitHub Flavored Markdown Spec 0.29, code spans and tables (a pipe in a table's cell is escaped, also within code).</remarks>
internal static class MarkdownText
{
    public static string Code(string text, bool isCell)
    {
        var line = VisibleText.Line(text);
        if (line.Length == 0)
        {
            return "(empty)";
        }

        var longest = 0;
        var run = 0;
        foreach (var letter in line)
        {
            run = letter == '`' ? run + 1 : 0;
            longest = Math.Max(longest, run);
        }

        var fence = new string('`', longest + 1);
        var space = line[0] is '`' or ' ' || line[^1] is '`' or ' ' ? " " : "";
        var code = $"{fence}{space}{line}{space}{fence}";
        return isCell ? code.Replace("|", "\\|", StringComparison.Ordinal) : code;
    }

    public static string Sentence(Sentence sentence) => string.Concat(sentence.Phrases.Select(phrase => phrase.IsName ? Code(phrase.Text, isCell: false) : Words(phrase.Text)));

    // Reasons stand within the words: what could be a mark or a tag is escaped.
    public static string Words(string words)
    {
        foreach (var mark in "\\`*_[]<>#@|~")
        {
            words = words.Replace(mark.ToString(), mark == '@' ? "@\u200B" : mark == '<' ? "&lt;" : mark == '>' ? "&gt;" : "\\" + mark, StringComparison.Ordinal);
        }

        return words;
    }
}
