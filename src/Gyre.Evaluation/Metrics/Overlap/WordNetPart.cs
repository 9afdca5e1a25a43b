using System.Globalization;
using System.Text;

namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>One part of speech of a WordNet folder: meanings of words, irregular forms, rules of endings.</summary>
internal sealed class WordNetPart
{
    private const long MostBytes = 256L << 20;
    private const int LongestLine = 1 << 20;
    private const int MostSynsets = 4096; // Of one word; the most in WordNet 3.0 is 75.
    private const int LongestForm = 256; // No longer word is looked up.
    private readonly Dictionary<string, string[][]> _synsets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string[]> _exceptions = new(StringComparer.Ordinal);
    private readonly (string Old, string New)[] _endings;

    private WordNetPart((string Old, string New)[] endings) => _endings = endings;

    /// <summary>Reads the three files of a part of speech.</summary>
    public static WordNetPart Read(string folder, string name, (string Old, string New)[] endings)
    {
        var part = new WordNetPart(endings);
        var meanings = new Dictionary<int, string[]>();
        ReadLines(Path.Combine(folder, $"data.{name}"), line => ReadMeaning(line, meanings));
        ReadLines(Path.Combine(folder, $"index.{name}"), line => ReadIndex(line, meanings, part._synsets));
        ReadLines(Path.Combine(folder, $"{name}.exc"), line =>
        {
            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            part._exceptions[words[0]] = words;
        });
        return part;
    }

    /// <summary>Adds the meanings of a word and of the forms it may come from.</summary>
    public void Collect(ReadOnlySpan<char> word, List<string[]> synsets)
    {
        if (word.Length is 0 or > LongestForm)
        {
            return;
        }

        var form = word.ToString();
        if (_exceptions.TryGetValue(form, out var irregular))
        {
            AddAll(irregular, synsets);
            return;
        }

        // The word and what one ending gives; when nothing is known of those, what further endings give.
        List<string> forms = [form, .. Shorten([form])];
        if (AddAll(forms, synsets))
        {
            return;
        }

        forms.RemoveAt(0);
        while (forms.Count > 0)
        {
            forms = Shorten(forms);
            if (AddAll(forms, synsets))
            {
                return;
            }
        }
    }

    // Distinct forms are enough: equal ones have the same meanings. Every ending but "men" is shortened, so that this ends.
    private List<string> Shorten(List<string> forms)
    {
        var shorter = new List<string>();
        foreach (var form in forms)
        {
            foreach (var (old, ending) in _endings)
            {
                if (form.EndsWith(old, StringComparison.Ordinal))
                {
                    var next = string.Concat(form.AsSpan(0, form.Length - old.Length), ending);
                    if (!shorter.Contains(next))
                    {
                        shorter.Add(next);
                    }
                }
            }
        }

        return shorter;
    }

    private bool AddAll(IReadOnlyList<string> forms, List<string[]> synsets)
    {
        var isKnown = false;
        foreach (var form in forms)
        {
            if (_synsets.TryGetValue(form, out var meanings))
            {
                synsets.AddRange(meanings);
                isKnown = true;
            }
        }

        return isKnown;
    }

    // offset file-number part-of-speech count(hexadecimal) {word number}… pointers … | gloss
    private static void ReadMeaning(string line, Dictionary<int, string[]> meanings)
    {
        var fields = new Fields(line);
        var offset = fields.Number();
        fields.Text();
        fields.Text();
        var count = int.Parse(fields.Text(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        var words = new List<string>();
        for (var i = 0; i < count; i++)
        {
            var word = fields.Text();
            var marker = word.IndexOf('('); // A syntactic marker: (a), (p), (ip).
            word = marker > 0 && word[^1] == ')' ? word[..marker] : word;
            if (!word.Contains('_'))
            {
                words.Add(word.ToString());
            }

            fields.Text();
        }

        meanings[offset] = [.. words];
    }

    // lemma part-of-speech meanings pointers {pointer}… meanings ranked {offset}…
    private static void ReadIndex(string line, Dictionary<int, string[]> meanings, Dictionary<string, string[][]> synsets)
    {
        var fields = new Fields(line);
        var lemma = fields.Text().ToString();
        fields.Text();
        var count = fields.Number();
        if (count is < 1 or > MostSynsets)
        {
            throw new FormatException($"{count} meanings");
        }

        for (var pointers = fields.Number(); pointers > 0; pointers--)
        {
            fields.Text();
        }

        fields.Text();
        fields.Text();
        var found = new string[count][];
        for (var i = 0; i < count; i++)
        {
            var offset = fields.Number();
            found[i] = meanings.TryGetValue(offset, out var words) ? words : throw new FormatException($"a meaning at {offset}, where the data file has none");
        }

        synsets[lemma] = found;
    }

    private static void ReadLines(string path, Action<string> read)
    {
        try
        {
            var file = new FileInfo(path);
            if (file.Length > MostBytes)
            {
                throw new EvaluationException("EVA0090", $"Read a WordNet folder: '{path}' has {file.Length} bytes; expected at most {MostBytes}. Give the folder of a WordNet distribution (its 'dict').");
            }

            using var reader = new StreamReader(path, Encoding.UTF8);
            for (var number = 1; reader.ReadLine() is { } line; number++)
            {
                if (line.Length == 0 || line[0] == ' ')
                {
                    continue; // The licence stands first, in lines that begin with spaces.
                }

                ReadLine(path, number, line, read);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException("EVA0090", $"Read a WordNet folder: '{path}' cannot be read ({error.Message}) Give the folder of a WordNet distribution (its 'dict').", error);
        }
    }

    private static void ReadLine(string path, int number, string line, Action<string> read)
    {
        try
        {
            if (line.Length > LongestLine)
            {
                throw new FormatException($"{line.Length} characters");
            }

            read(line);
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            throw new EvaluationException("EVA0091", $"Read a WordNet folder: line {number} of '{path}' is not as expected ({error.Message}). Give the unchanged files of a WordNet distribution.", error);
        }
    }

    private ref struct Fields(string line)
    {
        private ReadOnlySpan<char> _rest = line;

        public ReadOnlySpan<char> Text()
        {
            _rest = _rest.TrimStart(' ');
            var end = _rest.IndexOf(' ');
            var field = end < 0 ? _rest : _rest[..end];
            _rest = _rest[field.Length..];
            return field.Length > 0 ? field : throw new FormatException("it ends too early");
        }

        public int Number() => int.Parse(Text(), NumberStyles.None, CultureInfo.InvariantCulture);
    }
}
