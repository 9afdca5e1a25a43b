using System.Globalization;
using System.Runtime.CompilerServices;

namespace Gyre.Evaluation.Reports.Html;

/// <summary>Writes HTML: what stands literally in a template is markup, and every hole is text and escaped. There is no other way to write.</summary>
internal sealed class HtmlWriter(TextWriter destination)
{
    /// <summary>Writes a template.</summary>
    public void Write([InterpolatedStringHandlerArgument("")] ref HtmlTemplate template)
    {
        // The template has written itself when it was made.
        _ = template;
    }

    /// <summary>Writes a sentence; names in it are isolated, so that their writing direction stays theirs.</summary>
    public void Write(Sentence sentence)
    {
        foreach (var phrase in sentence.Phrases)
        {
            if (phrase.IsName)
            {
                Write($"<bdi>{phrase.Text}</bdi>");
            }
            else
            {
                Write($"{phrase.Text}");
            }
        }
    }

    /// <summary>Writes a part of Gyre's own, from its embedded files.</summary>
    internal void WriteAsset(string asset) => destination.Write(asset);

    private static void Escape(string text, TextWriter destination)
    {
        foreach (var letter in VisibleText.Of(text))
        {
            switch (letter)
            {
                case '&':
                    destination.Write("&amp;");
                    break;
                case '<':
                    destination.Write("&lt;");
                    break;
                case '>':
                    destination.Write("&gt;");
                    break;
                case '"':
                    destination.Write("&quot;");
                    break;
                case '\'':
                    destination.Write("&#39;");
                    break;
                default:
                    destination.Write(letter);
                    break;
            }
        }
    }

    /// <summary>A template: literal parts are written as they are, holes are escaped.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct HtmlTemplate
    {
        private readonly TextWriter _destination;

        public HtmlTemplate(int literalLength, int formattedCount, HtmlWriter writer)
        {
            _ = literalLength + formattedCount;
            _destination = writer.Destination;
        }

        public void AppendLiteral(string literal) => _destination.Write(literal);

        public void AppendFormatted(string? text)
        {
            if (text is not null)
            {
                Escape(text, _destination);
            }
        }

        public void AppendFormatted(long number) => _destination.Write(number.ToString(CultureInfo.InvariantCulture));

        /// <summary>A coordinate.</summary>
        public void AppendFormatted(double number) => _destination.Write(number.ToString("0.##", CultureInfo.InvariantCulture));
    }

    private TextWriter Destination => destination;
}
