using System.Text;
using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>A thing of a world with the facts that are given about it and the kinds of fact that are not.</summary>
/// <param name="World">The world it belongs to.</param>
/// <param name="Facts">What is given, its name first.</param>
/// <param name="Absent">Kinds of fact that could be asked but are not given.</param>
internal sealed record Thing(World World, IReadOnlyList<Fact> Facts, IReadOnlyList<FactKind> Absent)
{
    /// <summary>The name of the thing.</summary>
    public string Name => Facts[0].Value;

    /// <summary>The subject of rows and examples about the thing.</summary>
    public string Subject => $"{World.Name}:{Name}";

    /// <summary>Writes the facts as a short note of whole sentences; the name stands in the first.</summary>
    public string WriteNote(SeededRandom random, Split split, out string family)
    {
        var (opener, openerFamily) = World.Openers.Pick(random, split);
        var text = new StringBuilder(Fill(opener, Name));
        foreach (var fact in Facts.Skip(1))
        {
            text.Append(' ').Append(Fill(random.Pick(fact.Kind.Notes.Of(split)), fact.Value));
        }

        family = $"note.{openerFamily}";
        return text.ToString();
    }

    /// <summary>Asks for a kind of fact.</summary>
    /// <param name="random">The source of chance.</param>
    /// <param name="split">The split whose wordings may be used.</param>
    /// <param name="kind">The kind of fact asked for.</param>
    /// <param name="known">True when the thing was mentioned before, so that "it" is clear.</param>
    /// <param name="family">The family of the question's wording.</param>
    public string Ask(SeededRandom random, Split split, FactKind kind, bool known, out string family)
    {
        var referent = known && random.NextInt32(2) == 0 ? World.Referents[1] : random.Pick(World.Referents);
        return Ask(random, split, kind, referent, out family);
    }

    /// <summary>Asks for a kind of fact of the thing by its name, so that the question stands alone.</summary>
    public string AskByName(SeededRandom random, Split split, FactKind kind, out string family) =>
        Ask(random, split, kind, World.Referents[0], out family);

    private string Ask(SeededRandom random, Split split, FactKind kind, string referent, out string family)
    {
        var general = random.NextInt32(5) < 2;
        (var template, family) = (general ? ContextWordings.General : kind.Questions).Pick(random, split);
        return Capital(template
            .Replace("{label}", kind.Label, StringComparison.Ordinal)
            .Replace("{it}", Fill(referent, Name), StringComparison.Ordinal));
    }

    /// <summary>Puts a value where a template says <c>{v}</c>; <c>{a}</c> becomes "a" or "an" before it.</summary>
    public static string Fill(string template, string value) => template
        .Replace("{a} {v}", (StartsWithVowel(value) ? "an " : "a ") + value, StringComparison.Ordinal)
        .Replace("{v}", value, StringComparison.Ordinal);

    /// <summary>The text with its first letter as a capital.</summary>
    public static string Capital(string text) => char.IsLower(text[0]) ? char.ToUpperInvariant(text[0]) + text[1..] : text;

    /// <summary>True when the word takes "an".</summary>
    public static bool StartsWithVowel(string value) => "aeiouAEIOU".Contains(value[0]);
}
