using System.Text;
using Gyre.Training.Curation.Cleaning;

namespace Gyre.Training.Curation.Screening;

/// <summary>A text as phrases are looked for in it: without invisible characters, with look-alike letters as the Latin ones, and where each unit was.</summary>
internal sealed class FoldedText
{
    private const string Lookalikes = "аaсcеeоoрpхxуyіiјjѕsԁdԛqԝwһhӏlАAВBЕEКKМMНHОOРPСCТTХXІIЅSοoαaεeιiκkνvρpτtυuχxΑAΒBΕEΖZΗHΙIΚKΜMΝNΟOΡPΤTΥYΧXɑaıiɡgʏyᴀa";
    private static readonly Dictionary<char, char> Latin = Enumerable.Range(0, Lookalikes.Length / 2).ToDictionary(i => Lookalikes[2 * i], i => Lookalikes[(2 * i) + 1]);
    private readonly List<int> _places;

    private FoldedText(string text, List<int> places, int foldedLetters) => (Text, _places, Lookalike) = (text, places, foldedLetters);

    /// <summary>The folded text.</summary>
    public string Text { get; }

    /// <summary>Letters of other scripts that stood inside Latin words.</summary>
    public int Lookalike { get; }

    /// <summary>Where a range of the folded text was.</summary>
    public (int Start, int Length) Place(int start, int length)
    {
        var from = _places[start];
        return (from, _places[start + length - 1] + 1 - from);
    }

    public static FoldedText Of(string text)
    {
        var folded = new StringBuilder(text.Length);
        var places = new List<int>(text.Length);
        var lookalikes = 0;
        for (var at = 0; at < text.Length;)
        {
            Rune.DecodeFromUtf16(text.AsSpan(at), out var rune, out var width);
            var code = rune.Value;
            if (!InvisibleCharacters.IsZeroWidth(code) && !InvisibleCharacters.IsBidirectional(code) && !InvisibleCharacters.IsTag(code) && !InvisibleCharacters.IsVariationSelector(code))
            {
                for (var unit = 0; unit < width; unit++)
                {
                    var character = text[at + unit];
                    if (Latin.TryGetValue(character, out var letter) && (IsLatinAt(text, at - 1) || IsLatinAt(text, at + 1)))
                    {
                        character = letter;
                        lookalikes++;
                    }
                    else if (code is >= 0xFF01 and <= 0xFF5E)
                    {
                        character = (char)(code - 0xFEE0); // Full-width ASCII.
                    }

                    folded.Append(character is '’' ? '\'' : character);
                    places.Add(at + unit);
                }
            }

            at += width;
        }

        return new FoldedText(folded.ToString(), places, lookalikes);
    }

    private static bool IsLatinAt(string text, int at) => at >= 0 && at < text.Length && char.IsAsciiLetter(text[at]);
}
