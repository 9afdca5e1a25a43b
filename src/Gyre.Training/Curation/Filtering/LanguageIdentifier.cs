using System.Text;

namespace Gyre.Training.Curation.Filtering;

/// <summary>Tells languages apart: by script where the script decides, and among those in Latin letters by runs of characters.</summary>
/// <remarks>
/// The languages in Latin letters are those it has texts of: by default English, German, French, Spanish, Italian, Portuguese and Dutch,
/// learnt from short texts written for this purpose. A text in another one (Polish, say) gets the nearest of them: limits that
/// <see cref="With"/> moves by a text of that language. Scripts of several languages (Cyrillic, Arabic, Devanagari) are told as a script alone.
/// <para>Cost: linear in the text; at most its first 20,000 letters are read. Safe for several threads.</para>
/// <para>Source: naive Bayes over character runs of 1 to 4; T. Dunning, "Statistical identification of language", 1994.</para>
/// </remarks>
public sealed class LanguageIdentifier
{
    private const int LeastLetters = 12;
    private const int MostLetters = 20_000;
    private const int LongestRun = 4;
    private const double Smoothing = 0.3;
    private const double Room = 50_000;
    private const double EvidencePerRun = 0.12;

    private readonly IReadOnlyDictionary<string, string> _texts;
    private readonly string[] _languages;
    private readonly Dictionary<ulong, float[]> _runs = [];
    private readonly float[] _unseen;

    /// <summary>An identifier with texts of languages in Latin letters.</summary>
    /// <param name="texts">A text of at least 500 letters for each code; at least two languages.</param>
    /// <exception cref="ArgumentException">There are too few languages or letters.</exception>
    public LanguageIdentifier(IReadOnlyDictionary<string, string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        if (texts.Count < 2 || texts.FirstOrDefault(text => text.Value.Count(char.IsLetter) < 500) is { Key: not null })
        {
            throw new ArgumentException("Learn languages: expected at least two languages with texts of at least 500 letters each.", nameof(texts));
        }

        _texts = texts;
        _languages = [.. texts.Keys.Order(StringComparer.Ordinal)];
        _unseen = new float[_languages.Length];
        var counts = new Dictionary<ulong, int>[_languages.Length];
        for (var language = 0; language < _languages.Length; language++)
        {
            counts[language] = [];
            foreach (var run in RunsOf(Letters(texts[_languages[language]])))
            {
                counts[language][run] = counts[language].GetValueOrDefault(run) + 1;
            }

            var total = counts[language].Values.Sum() + (Smoothing * Room);
            _unseen[language] = (float)Math.Log(Smoothing / total);
            foreach (var (run, count) in counts[language])
            {
                if (!_runs.TryGetValue(run, out var weights))
                {
                    _runs[run] = weights = new float[_languages.Length];
                }

                weights[language] = (float)Math.Log((count + Smoothing) / total);
            }
        }

        foreach (var weights in _runs.Values)
        {
            for (var language = 0; language < weights.Length; language++)
            {
                weights[language] = weights[language] == 0 ? _unseen[language] : weights[language];
            }
        }
    }

    /// <summary>The identifier with the languages that come with Gyre.</summary>
    public static LanguageIdentifier Default { get; } = new(LanguageSamples.Texts);

    /// <summary>The codes of the languages that runs of characters tell apart.</summary>
    public IReadOnlyList<string> Languages => _languages;

    /// <summary>The same with further or other texts.</summary>
    /// <exception cref="ArgumentException">A text has fewer than 500 letters.</exception>
    public LanguageIdentifier With(IReadOnlyDictionary<string, string> texts)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var all = new Dictionary<string, string>(_texts, StringComparer.Ordinal);
        foreach (var (language, text) in texts)
        {
            all[language] = text;
        }

        return new LanguageIdentifier(all);
    }

    /// <summary>The language of a text.</summary>
    public LanguageVerdict Identify(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (WritingScript.Of(text, LeastLetters) is not { } script)
        {
            return new LanguageVerdict("", 0);
        }

        if (script != WritingScript.Latin)
        {
            return new LanguageVerdict(script, 1);
        }

        var sums = new double[_languages.Length];
        foreach (var run in RunsOf(Letters(text)))
        {
            var weights = _runs.GetValueOrDefault(run, _unseen);
            for (var language = 0; language < sums.Length; language++)
            {
                sums[language] += weights[language];
            }
        }

        // Runs overlap and depend on each other, so that their sum is far too sure; it is tempered.
        var best = Array.IndexOf(sums, sums.Max());
        var others = sums.Sum(sum => Math.Exp((sum - sums[best]) * EvidencePerRun));
        return new LanguageVerdict(_languages[best], 1 / others);
    }

    private static string Letters(string text)
    {
        var letters = new StringBuilder(Math.Min(text.Length, MostLetters) + 2).Append(' ');
        foreach (var character in text)
        {
            if (char.IsLetter(character) || character is '\'' or '’')
            {
                letters.Append(char.ToLowerInvariant(character == '’' ? '\'' : character));
            }
            else if (letters[^1] != ' ')
            {
                letters.Append(' ');
            }

            if (letters.Length > MostLetters)
            {
                break;
            }
        }

        return letters[^1] == ' ' ? letters.ToString() : letters.Append(' ').ToString();
    }

    private static IEnumerable<ulong> RunsOf(string letters)
    {
        for (var start = 0; start < letters.Length; start++)
        {
            var hash = 14695981039346656037UL;
            for (var length = 1; length <= LongestRun && start + length <= letters.Length; length++)
            {
                var character = letters[start + length - 1];
                hash = (hash ^ character) * 1099511628211UL;
                if (length > 1 || character != ' ')
                {
                    yield return hash ^ ((ulong)length << 60);
                }

                // A run may begin or end at a word's edge and not go over it: texts are too few to learn pairs of words.
                if (length > 1 && character == ' ')
                {
                    break;
                }
            }
        }
    }
}
