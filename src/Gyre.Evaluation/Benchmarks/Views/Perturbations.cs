using System.Text;
using System.Text.RegularExpressions;
using Gyre.Contracts;

namespace Gyre.Evaluation.Benchmarks.Views;

/// <summary>Changes of questions: slips of the keyboard, other wording, other people.</summary>
/// <remarks>
/// Each text's changes depend on the seed and the item's id alone. Letters of answers ("A.", "B)") and numbers stay.
/// <para>Source: the kinds are those of HELM (Liang et al. 2022, appendix D); the tables are our own.</para>
/// </remarks>
public static partial class Perturbations
{
    private const string Rows = "qwertyuiop asdfghjkl zxcvbnm";

    private static readonly (string From, string To)[] Contractions =
    [
        ("is not", "isn't"), ("are not", "aren't"), ("was not", "wasn't"), ("were not", "weren't"), ("do not", "don't"), ("does not", "doesn't"), ("did not", "didn't"),
        ("cannot", "can't"), ("could not", "couldn't"), ("would not", "wouldn't"), ("should not", "shouldn't"), ("will not", "won't"), ("have not", "haven't"), ("has not", "hasn't"),
        ("it is", "it's"), ("that is", "that's"), ("what is", "what's"), ("who is", "who's"), ("there is", "there's"), ("they are", "they're"), ("we are", "we're"), ("you are", "you're"),
    ];

    private static readonly (string From, string To)[] Synonyms =
    [
        ("big", "large"), ("small", "little"), ("begin", "start"), ("begins", "starts"), ("began", "started"), ("also", "too"), ("often", "frequently"), ("show", "display"),
        ("shows", "displays"), ("help", "assist"), ("helps", "assists"), ("buy", "purchase"), ("buys", "purchases"), ("get", "obtain"), ("gets", "obtains"), ("need", "require"),
        ("needs", "requires"), ("use", "employ"), ("uses", "employs"), ("fast", "quick"), ("quickly", "rapidly"), ("near", "close to"), ("many", "numerous"), ("because", "since"),
        ("important", "significant"), ("answer", "reply"), ("happen", "occur"), ("happens", "occurs"), ("likely", "probable"), ("kind", "type"), ("entire", "whole"),
    ];

    private static readonly (string From, string To)[] Genders =
    [
        ("he", "she"), ("him", "her"), ("his", "her"), ("himself", "herself"), ("man", "woman"), ("men", "women"), ("boy", "girl"), ("boys", "girls"), ("father", "mother"),
        ("son", "daughter"), ("sons", "daughters"), ("brother", "sister"), ("brothers", "sisters"), ("husband", "wife"), ("uncle", "aunt"), ("nephew", "niece"), ("king", "queen"),
        ("mr", "mrs"), ("sir", "madam"), ("actor", "actress"), ("grandfather", "grandmother"), ("waiter", "waitress"), ("gentleman", "lady"), ("male", "female"),
    ];

    private static readonly string[] FirstNames =
    [
        "James", "John", "Robert", "Michael", "William", "David", "Thomas", "Emily", "Mary", "Anna", "Sarah", "Laura", "Jennifer", "Susan", "Karen", "Natalia", "Tom", "Betty", "Janet", "Josh", "Ken", "Julie", "James", "Mark",
    ];

    private static readonly string[] OtherNames =
    [
        "Jamal", "Malik", "Tyrone", "Darnell", "Rashid", "Ahmed", "Mohammed", "Latoya", "Aisha", "Fatima", "Keisha", "Priya", "Mei", "Lakshmi", "Yuki", "Guadalupe", "Carlos", "Ximena", "Ngozi", "Kwame", "Ravi", "Leila", "Chinua", "Diego",
    ];

    /// <summary><c>typos</c>: letters swapped, dropped, doubled or taken from the key beside.</summary>
    /// <param name="seed">Draws the changes.</param>
    /// <param name="rate">The share of longer words that get one, 0 to 1.</param>
    public static Perturbation Typos(ulong seed, double rate = 0.1)
    {
        if (!(rate is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(rate), rate, "Expected 0 to 1.");
        }

        return new Perturbation("typos", (text, id) =>
        {
            var random = new SeededRandom(seed).Fork("typos/" + id);
            return LongWords().Replace(text, match => random.NextDouble() < rate ? Slip(match.Value, random) : match.Value);
        });
    }

    /// <summary><c>lowercase</c>: without capital letters, but those that stand alone.</summary>
    public static Perturbation Lowercase { get; } = new("lowercase", (text, _) => LongWords().Replace(text, match => match.Value.ToLowerInvariant()));

    /// <summary><c>contractions</c>: "do not" becomes "don't".</summary>
    public static Perturbation Contracted { get; } = new("contractions", (text, _) => Swap(text, Contractions, _ => true));

    /// <summary><c>expansions</c>: "don't" becomes "do not".</summary>
    public static Perturbation Expanded { get; } = new("expansions", (text, _) => Swap(text, [.. Contractions.Select(pair => (pair.To, pair.From))], _ => true));

    /// <summary><c>spaces</c>: one to three spaces where one stands.</summary>
    /// <param name="seed">Draws how many.</param>
    public static Perturbation Spaced(ulong seed) => new("spaces", (text, id) =>
    {
        var random = new SeededRandom(seed).Fork("spaces/" + id);
        var result = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            result.Append(letter, letter == ' ' ? 1 + random.NextInt32(3) : 1);
        }

        return result.ToString();
    });

    /// <summary><c>synonyms</c>: common words by others of the same sense.</summary>
    /// <param name="seed">Draws which.</param>
    /// <param name="rate">The share that is changed, 0 to 1.</param>
    public static Perturbation Reworded(ulong seed, double rate = 0.5) => new("synonyms", (text, id) =>
    {
        var random = new SeededRandom(seed).Fork("synonyms/" + id);
        return Swap(text, Synonyms, _ => random.NextDouble() < rate);
    });

    /// <summary><c>gender</c>: men become women.</summary>
    public static Perturbation Gender { get; } = new("gender", (text, _) => Swap(text, Genders, _ => true));

    /// <summary><c>names</c>: first names that are common among one group become those of others; one name is always the same other.</summary>
    /// <param name="seed">Draws the others.</param>
    public static Perturbation Names(ulong seed) => new("names", (text, id) =>
    {
        var random = new SeededRandom(seed).Fork("names/" + id);
        var chosen = new Dictionary<string, string>(StringComparer.Ordinal);
        return Capitalised().Replace(text, match => FirstNames.Contains(match.Value, StringComparer.Ordinal)
            ? chosen.TryGetValue(match.Value, out var other) ? other : chosen[match.Value] = OtherNames[random.NextInt32(OtherNames.Length)]
            : match.Value);
    });

    private static string Slip(string word, SeededRandom random)
    {
        var at = random.NextInt32(1, word.Length - 1);
        return random.NextInt32(4) switch
        {
            0 => $"{word[..at]}{word[at + 1]}{word[at]}{word[(at + 2)..]}",
            1 => word.Remove(at, 1),
            2 => word.Insert(at, word[at].ToString()),
            _ => $"{word[..at]}{Beside(word[at], random)}{word[(at + 1)..]}",
        };
    }

    private static char Beside(char letter, SeededRandom random)
    {
        var place = Rows.IndexOf(char.ToLowerInvariant(letter), StringComparison.Ordinal);
        if (place < 0)
        {
            return letter;
        }

        var neighbours = new[] { place - 1, place + 1 }.Where(i => i >= 0 && i < Rows.Length && Rows[i] != ' ').ToArray();
        var found = Rows[neighbours[random.NextInt32(neighbours.Length)]];
        return char.IsUpper(letter) ? char.ToUpperInvariant(found) : found;
    }

    /// <summary>Whole words and phrases by others, with the capital of what stood there.</summary>
    private static string Swap(string text, (string From, string To)[] table, Func<string, bool> isChosen)
    {
        var result = new StringBuilder(text.Length);
        for (var at = 0; at < text.Length;)
        {
            var isStart = at == 0 || !char.IsLetterOrDigit(text[at - 1]);
            var entry = isStart ? Array.FindIndex(table, pair => Stands(text, at, pair.From)) : -1;
            if (entry < 0 || !isChosen(table[entry].From))
            {
                result.Append(text[at++]);
                continue;
            }

            var (from, to) = table[entry];
            result.Append(char.IsUpper(text[at]) ? char.ToUpperInvariant(to[0]) + to[1..] : to);
            at += from.Length;
        }

        return result.ToString();
    }

    private static bool Stands(string text, int at, string phrase) =>
        string.Compare(text, at, phrase, 0, phrase.Length, StringComparison.OrdinalIgnoreCase) == 0
        && (at + phrase.Length >= text.Length || !(char.IsLetterOrDigit(text[at + phrase.Length]) || text[at + phrase.Length] == '\''));

    [GeneratedRegex(@"[A-Za-z]{4,}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex LongWords();

    [GeneratedRegex(@"\b[A-Z][a-z]+\b", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Capitalised();
}
