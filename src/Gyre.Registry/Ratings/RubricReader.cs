using System.Globalization;
using System.Text.Json;

namespace Gyre.Registry.Ratings;

/// <summary>Reads a rubric and finds all its faults.</summary>
internal sealed class RubricReader
{
    private const int MostQuestions = 12;
    private const int MostOptions = 9;
    private const int MostReasons = 12;
    private const int MostNameLength = 40;
    private const int MostTextLength = 4000;
    private readonly List<string> _faults = [];

    public static string NameOf(RatingForm form) => form == RatingForm.Single ? "single" : "pairs";

    public static string NameOf(CommentRule rule) => rule.ToString().ToLowerInvariant();

    public static string NameOf(RatingQuestionKind kind) => kind == RatingQuestionKind.YesNo ? "yes_no" : kind.ToString().ToLowerInvariant();

    public static RegistryException Faulty(IReadOnlyList<string> faults, Exception? cause = null) => new(
        "REG0081", $"Reading a rubric failed: {string.Join("; ", faults.Take(20))}{(faults.Count > 20 ? $"; and {faults.Count - 20} more" : "")}. Correct the rubric; docs/design/registry-ratings.md describes its form.", cause);

    public RatingRubric Read(JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            throw Faulty([$"it is a JSON {json.ValueKind.ToString().ToLowerInvariant()}; expected an object with form and questions"]);
        }

        AllowOnly(json, "", "form", "instructions", "questions", "reasons", "comment");
        var form = OneOf(json, "form", "", ("single", RatingForm.Single), ("pairs", RatingForm.Pairs)) ?? RatingForm.Single;
        var instructions = Text(json, "instructions", "", isRequired: false);
        var comment = OneOf(json, "comment", "", ("optional", CommentRule.Optional), ("required", CommentRule.Required), ("none", CommentRule.None)) ?? CommentRule.Optional;
        var reasons = Texts(json, "reasons", "", MostReasons);
        var questions = new List<RatingQuestion>();
        if (!json.TryGetProperty("questions", out var list) || list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MostQuestions)
        {
            _faults.Add($"questions: expected a list of 1 to {MostQuestions}");
        }
        else
        {
            foreach (var (place, question) in list.EnumerateArray().Index())
            {
                questions.Add(Question(question, $"questions[{place}]", form));
            }
        }

        foreach (var name in questions.GroupBy(question => question.Name).Where(group => group.Key.Length > 0 && group.Count() > 1).Select(group => group.Key))
        {
            _faults.Add($"questions: two are named '{name}'");
        }

        if (form == RatingForm.Pairs && questions.Count > 1)
        {
            _faults.Add($"questions: found {questions.Count}; expected one for pairs");
        }

        return _faults.Count == 0 ? new RatingRubric(form, instructions, questions, reasons, comment) : throw Faulty(_faults);
    }

    private RatingQuestion Question(JsonElement json, string place, RatingForm form)
    {
        if (json.ValueKind != JsonValueKind.Object)
        {
            _faults.Add($"{place}: expected an object");
            return new RatingQuestion("", "", "", RatingQuestionKind.Scale, []);
        }

        if (form == RatingForm.Pairs)
        {
            AllowOnly(json, place, "name", "text", "definition", "kind");
            if (Text(json, "name", place, isRequired: false) is { Length: > 0 } named && named != RatingQuestion.Preference)
            {
                _faults.Add($"{place}.name: is '{named}'; expected '{RatingQuestion.Preference}', or nothing, for pairs");
            }

            OneOf(json, "kind", place, ("preference", RatingQuestionKind.Preference));
            return new RatingQuestion(RatingQuestion.Preference, Text(json, "text", place), Text(json, "definition", place), RatingQuestionKind.Preference, RatingQuestion.PreferenceOptions);
        }

        AllowOnly(json, place, "name", "text", "definition", "kind", "points", "anchors", "labels");
        var kind = OneOf(json, "kind", place, ("scale", RatingQuestionKind.Scale), ("labels", RatingQuestionKind.Labels), ("yes_no", RatingQuestionKind.YesNo))
            ?? (json.TryGetProperty("labels", out _) ? RatingQuestionKind.Labels : RatingQuestionKind.Scale);
        foreach (var (member, owner) in new[] { ("points", RatingQuestionKind.Scale), ("anchors", RatingQuestionKind.Scale), ("labels", RatingQuestionKind.Labels) })
        {
            if (kind != owner && json.TryGetProperty(member, out _))
            {
                _faults.Add($"{place}.{member}: belongs to kind {NameOf(owner)}; found {NameOf(kind)}");
            }
        }

        return new RatingQuestion(Name(json, place), Text(json, "text", place), Text(json, "definition", place), kind, kind switch
        {
            RatingQuestionKind.YesNo => [new(RatingQuestion.Yes, "Yes"), new(RatingQuestion.No, "No")],
            RatingQuestionKind.Labels => Labels(json, place),
            _ => Points(json, place),
        });
    }

    private string Name(JsonElement json, string place)
    {
        var name = Text(json, "name", place);
        if (name.Length > MostNameLength || name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('_' or '-')))
        {
            _faults.Add($"{place}.name: is '{(name.Length > MostNameLength ? name[..MostNameLength] + "…" : name)}'; expected at most {MostNameLength} letters, digits, '_' and '-'");
        }

        return name;
    }

    private List<RatingOption> Labels(JsonElement json, string place)
    {
        var labels = Texts(json, "labels", place, MostOptions);
        if (labels.Count < 2)
        {
            _faults.Add($"{place}.labels: expected 2 to {MostOptions}");
        }

        return [.. labels.Select(label => new RatingOption(label, label))];
    }

    private List<RatingOption> Points(JsonElement json, string place)
    {
        var points = 5;
        if (json.TryGetProperty("points", out var number) && (number.ValueKind != JsonValueKind.Number || !number.TryGetInt32(out points) || points is < 2 or > MostOptions))
        {
            _faults.Add($"{place}.points: is {number.GetRawText()}; expected 2 to {MostOptions}");
            points = 5;
        }

        var anchors = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json.TryGetProperty("anchors", out var given))
        {
            if (given.ValueKind != JsonValueKind.Object)
            {
                _faults.Add($"{place}.anchors: expected an object of points and what they stand for");
                return [];
            }

            foreach (var anchor in given.EnumerateObject())
            {
                if (!int.TryParse(anchor.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var point) || point < 1 || point > points)
                {
                    _faults.Add($"{place}.anchors: '{anchor.Name}' is no point; expected 1 to {points}");
                }

                anchors[anchor.Name] = Text(given, anchor.Name, $"{place}.anchors");
            }
        }

        return [.. Enumerable.Range(1, points).Select(point => point.ToString(CultureInfo.InvariantCulture)).Select(point => new RatingOption(point, anchors.GetValueOrDefault(point, "")))];
    }

    private T? OneOf<T>(JsonElement json, string member, string place, params ReadOnlySpan<(string Name, T Value)> allowed)
        where T : struct
    {
        if (!json.TryGetProperty(member, out var found))
        {
            return null;
        }

        foreach (var (name, value) in allowed)
        {
            if (found.ValueKind == JsonValueKind.String && found.ValueEquals(name))
            {
                return value;
            }
        }

        _faults.Add($"{Place(place, member)}: is {Shown(found)}; expected {string.Join(", ", allowed.ToArray().Select(one => one.Name))}");
        return null;
    }

    private string Text(JsonElement json, string member, string place, bool isRequired = true)
    {
        if (!json.TryGetProperty(member, out var found))
        {
            if (isRequired)
            {
                _faults.Add($"{Place(place, member)}: is missing");
            }

            return "";
        }

        return Text(found, Place(place, member), isRequired);
    }

    private string Text(JsonElement found, string place, bool isRequired)
    {
        if (!TryText(found, out var text))
        {
            _faults.Add($"{place}: is {Shown(found)}; expected text");
            return "";
        }

        if ((isRequired && string.IsNullOrWhiteSpace(text)) || text.Length > MostTextLength)
        {
            _faults.Add($"{place}: has {text.Length:N0} characters; expected {(isRequired ? "1" : "0")} to {MostTextLength:N0}");
        }

        return text.Trim();
    }

    private static bool TryText(JsonElement found, out string text)
    {
        try
        {
            text = found.ValueKind == JsonValueKind.String ? found.GetString() ?? "" : "";
            return found.ValueKind == JsonValueKind.String;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair: JSON can spell it, text cannot hold it.
            text = "";
            return false;
        }
    }

    private List<string> Texts(JsonElement json, string member, string place, int most)
    {
        if (!json.TryGetProperty(member, out var list))
        {
            return [];
        }

        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > most)
        {
            _faults.Add($"{Place(place, member)}: expected a list of at most {most} texts");
            return [];
        }

        List<string> texts = [.. list.EnumerateArray().Select((item, number) => Text(item, $"{Place(place, member)}[{number}]", isRequired: true))];
        if (texts.Distinct(StringComparer.Ordinal).Count() < texts.Count)
        {
            _faults.Add($"{Place(place, member)}: one stands there twice");
        }

        return texts;
    }

    private void AllowOnly(JsonElement json, string place, params ReadOnlySpan<string> members)
    {
        foreach (var member in json.EnumerateObject())
        {
            if (!members.Contains(member.Name))
            {
                _faults.Add($"{Place(place, member.Name)}: is unknown; expected {string.Join(", ", members.ToArray())}");
            }
        }
    }

    private static string Place(string place, string member) => place.Length == 0 ? member : $"{place}.{member}";

    private static string Shown(JsonElement found) => found.GetRawText() is { Length: > 40 } text ? text[..40] + "…" : found.GetRawText();
}
