using Gyre.Models.Encoders;

namespace Gyre.Training.Encoders;

/// <summary>Finds in a sentence what can be asked for, by the words' shapes and by those beside them: English without a grammar.</summary>
internal sealed class AnswerSpans
{
    private const int MostWords = 6;
    private static readonly HashSet<string> Scales = Set("hundred thousand million billion trillion");
    private static readonly HashSet<string> OfPlace = Set("in at from near to into through across outside around");
    private static readonly HashSet<string> Joints = Set("of the de la van von du and for");
    private static readonly HashSet<string> Openers = Set("a an the of in on at by for with from to as is are was were be been its his her their this these some many no than");
    private static readonly HashSet<string> Deeds = Set("was were is are had has said wrote became made led won died began took also would could did who and");
    private readonly string _sentence;
    private readonly (int Start, int End)[] _places;
    private readonly string[] _words;
    private readonly List<AnswerSpan> _found = [];

    private AnswerSpans(string sentence)
    {
        _sentence = sentence;
        _places = [.. PassageWords.Words().Matches(sentence).Select(word => (word.Index, word.Index + word.Length))];
        _words = [.. _places.Select(place => sentence[place.Start..place.End])];
    }

    /// <summary>The sentence's words.</summary>
    public IReadOnlyList<string> Words => _words;

    /// <summary>What can be asked for, in the order of its first words.</summary>
    public IReadOnlyList<AnswerSpan> Found => _found;

    /// <summary>Reads a sentence.</summary>
    public static AnswerSpans Of(string sentence)
    {
        var spans = new AnswerSpans(sentence);
        for (var first = 0; first < spans._words.Length;)
        {
            first = spans.Take(first);
        }

        return spans;
    }

    /// <summary>The characters of the sentence that a span stands for, with the signs of money and shares.</summary>
    public (int Start, int End) Place(AnswerSpan span)
    {
        var (start, end) = (_places[span.First].Start, _places[span.First + span.Count - 1].End);
        start -= start > 0 && _sentence[start - 1] is '$' or '£' or '€' ? 1 : 0;
        end += end < _sentence.Length && _sentence[end] == '%' ? 1 : 0;
        return (start, end);
    }

    /// <summary>Whether two neighbouring words stand in one clause.</summary>
    public bool AreJoined(int left) => left + 1 < _words.Length && !_sentence.AsSpan(_places[left].End, _places[left + 1].Start - _places[left].End).ContainsAny(",;:()\"—–");

    private static HashSet<string> Set(string words) => new(words.Split(' '), StringComparer.Ordinal);

    /// <summary>Adds what begins at a word; returns where to go on.</summary>
    private int Take(int first)
    {
        var word = _words[first];
        if (IsYear(word) || PassageWords.IsMonth(word) || IsCentury(first))
        {
            return Add(AnswerKind.Time, first, TimeWords(first));
        }

        if (char.IsDigit(word[0]) || PassageWords.IsNumber(word))
        {
            var count = 1;
            while (AreJoined(first + count - 1) && Scales.Contains(_words[first + count]))
            {
                count++;
            }

            var (start, end) = Place(new AnswerSpan(AnswerKind.Number, first, count));
            var kind = _sentence[start] is '$' or '£' or '€' ? AnswerKind.Money
                : _sentence[end - 1] == '%' || Next(first + count - 1) is "percent" or "per" ? AnswerKind.Percentage : AnswerKind.Number;
            return Add(kind, first, count);
        }

        if (IsName(first))
        {
            return TakeName(first);
        }

        if (word is "because" && AreJoined(first))
        {
            Add(AnswerKind.Reason, first + 1, Clause(first + 1));
            return first + 1;
        }

        if (word is "by" && Next(first) is { } deed && deed.EndsWith("ing", StringComparison.Ordinal))
        {
            Add(AnswerKind.Means, first + 1, Clause(first + 1));
            return first + 1;
        }

        return PassageWords.IsCommon(word) ? first + 1 : TakeThing(first);
    }

    private int TakeName(int first)
    {
        var count = 1;
        while (count < MostWords && AreJoined(first + count - 1))
        {
            if (IsCapital(first + count))
            {
                count++;
            }
            else if (Joints.Contains(_words[first + count]) && AreJoined(first + count) && count + 1 < MostWords && IsCapital(first + count + 1))
            {
                count += 2;
            }
            else
            {
                break;
            }
        }

        var (before, after) = (first > 0 && AreJoined(first - 1) ? _words[first - 1] : "", Next(first + count - 1) ?? "");
        before = before is "the" && first > 1 ? _words[first - 2] : before;
        var kind = OfPlace.Contains(before) ? AnswerKind.Place
            : before is "by" || (before is not "the" and not "of" && (Deeds.Contains(after) || (after.EndsWith("ed", StringComparison.Ordinal) && !IsCapital(first + count)))) ? AnswerKind.Person
            : AnswerKind.Name;
        return Add(kind, first, count);
    }

    private int TakeThing(int first)
    {
        // A run of words that say something; "and", "of" or "or" may join two such runs.
        var count = 1;
        while (first + count < _words.Length && AreJoined(first + count - 1) && IsPlain(first + count))
        {
            count++;
        }

        // What follows an article or the like is rather a noun with its adjectives than a verb.
        if (first == 0 || !Openers.Contains(_words[first - 1]) || !AreJoined(first - 1))
        {
            return first + count;
        }

        // A verb's form before a run is not part of the thing.
        var skipped = count > 1 && (_words[first].EndsWith("ed", StringComparison.Ordinal) || _words[first].EndsWith("ly", StringComparison.Ordinal)) ? 1 : 0;
        if (count - skipped <= MostWords)
        {
            Add(AnswerKind.Thing, first + skipped, count - skipped);
        }

        var join = first + count;
        if (count <= 3 && join + 1 < _words.Length && _words[join] is "and" or "of" or "or" && AreJoined(join - 1) && AreJoined(join) && IsPlain(join + 1))
        {
            var end = join + 1;
            while (end + 1 < _words.Length && end - join < 3 && AreJoined(end) && IsPlain(end + 1))
            {
                end++;
            }

            Add(AnswerKind.Thing, first + skipped, end - first - skipped + 1);
        }

        return first + count;
    }

    private int Add(AnswerKind kind, int first, int count)
    {
        if (count > 0)
        {
            _found.Add(new AnswerSpan(kind, first, count));
        }

        return first + Math.Max(1, count);
    }

    /// <summary>Words up to the end of the clause, when they are few.</summary>
    private int Clause(int first)
    {
        var count = 1;
        while (AreJoined(first + count - 1))
        {
            count++;
        }

        return count <= MostWords + 2 ? count : 0;
    }

    private int TimeWords(int first)
    {
        var count = 1;
        if (IsCentury(first))
        {
            return 2;
        }

        // A month with its day and year: the comma between them is part of the date.
        while (first + count < _words.Length && count < 3 && PassageWords.IsMonth(_words[first]) && (IsYear(_words[first + count]) || (_words[first + count].Length <= 4 && char.IsDigit(_words[first + count][0]))))
        {
            count++;
        }

        return count;
    }

    private bool IsCentury(int index) => char.IsDigit(_words[index][0]) && Next(index) is "century" or "centuries";

    private string? Next(int index) => AreJoined(index) ? _words[index + 1] : null;

    private bool IsPlain(int index) => !PassageWords.IsCommon(_words[index]) && char.IsLower(_words[index][0]) && !PassageWords.IsNumber(_words[index]);

    private bool IsCapital(int index) => index < _words.Length && char.IsUpper(_words[index][0]);

    /// <summary>Capitalised, and not only because the sentence begins.</summary>
    private bool IsName(int index) => IsCapital(index) && !PassageWords.IsCommon(_words[index]) && (index > 0 || IsCapital(index + 1) || Deeds.Contains(Next(index) ?? ""));

    private static bool IsYear(string word) => word.Length is 4 or 5 && word[0] is '1' or '2' && char.IsDigit(word[1]) && char.IsDigit(word[2]) && char.IsDigit(word[3]) && (word.Length == 4 || word[4] == 's');
}
