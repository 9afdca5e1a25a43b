using System.Globalization;
using System.Text.Json;
using Gyre.Server.Http;

namespace Gyre.Server.Parameters;

/// <summary>Reads typed values out of a request's JSON; a wrong type or range is a fault that names the value's place.</summary>
/// <remarks>JSON's null reads as absent, as the wire format's clients send it.</remarks>
internal sealed class RequestReader(JsonElement value, string path, RequestFaults faults)
{
    public const string WrongType = "SRV0113";
    public const string OutOfRange = "SRV0114";

    public RequestFaults Faults => faults;

    public string PathOf(string name) => path.Length == 0 ? name : $"{path}.{name}";

    /// <summary>The value under a name; false when it is absent or null.</summary>
    public bool TryGet(string name, out JsonElement found) =>
        value.TryGetProperty(name, out found) && found.ValueKind != JsonValueKind.Null;

    public bool? ReadBoolean(string name)
    {
        if (!TryGet(name, out var found))
        {
            return null;
        }

        if (found.ValueKind is JsonValueKind.True or JsonValueKind.False)
        {
            return found.GetBoolean();
        }

        AddWrongType(PathOf(name), found, "true or false");
        return null;
    }

    public long? ReadInteger(string name, long minimum, long maximum)
    {
        if (!TryGet(name, out var found))
        {
            return null;
        }

        if (found.ValueKind != JsonValueKind.Number || !TryGetInteger(found, out var number))
        {
            AddWrongType(PathOf(name), found, "a whole number");
            return null;
        }

        if (number < minimum || number > maximum)
        {
            faults.Add(OutOfRange, PathOf(name), $"'{PathOf(name)}' is {number}; expected {Range(minimum, maximum)}.");
            return null;
        }

        return number;
    }

    public float? ReadNumber(string name, double minimum, double maximum, bool excludesMinimum = false)
    {
        if (!TryGet(name, out var found))
        {
            return null;
        }

        if (found.ValueKind != JsonValueKind.Number || !found.TryGetDouble(out var number))
        {
            AddWrongType(PathOf(name), found, "a number");
            return null;
        }

        if (!(number >= minimum && number <= maximum) || (excludesMinimum && number <= minimum))
        {
            var range = excludesMinimum ? $"more than {minimum:R} and at most {maximum:R}" : $"{minimum:R} to {maximum:R}";
            faults.Add(OutOfRange, PathOf(name), $"'{PathOf(name)}' is {found.GetRawText()}; expected {range}.");
            return null;
        }

        return (float)number;
    }

    public string? ReadString(string name, params ReadOnlySpan<string> allowed)
    {
        if (!TryGet(name, out var found) || !TryReadText(found, PathOf(name), out var text))
        {
            return null;
        }

        if (allowed.Length > 0 && !allowed.Contains(text))
        {
            faults.Add(OutOfRange, PathOf(name), $"'{PathOf(name)}' is '{Shown(text)}'; expected {string.Join(" or ", allowed.ToArray().Select(one => $"'{one}'"))}.");
            return null;
        }

        return text;
    }

    /// <summary>An object under a name, with its own reader.</summary>
    public RequestReader? ReadObject(string name, out JsonElement found)
    {
        if (!TryGet(name, out found))
        {
            return null;
        }

        if (found.ValueKind == JsonValueKind.Object)
        {
            return new RequestReader(found, PathOf(name), faults);
        }

        AddWrongType(PathOf(name), found, "an object");
        return null;
    }

    /// <summary>One text or a list of texts.</summary>
    public IReadOnlyList<string> ReadTexts(string name, int most)
    {
        if (!TryGet(name, out var found))
        {
            return [];
        }

        if (found.ValueKind == JsonValueKind.String)
        {
            return TryReadText(found, PathOf(name), out var single) ? [single] : [];
        }

        if (found.ValueKind != JsonValueKind.Array)
        {
            AddWrongType(PathOf(name), found, "a string or a list of strings");
            return [];
        }

        if (found.GetArrayLength() > most)
        {
            faults.Add(OutOfRange, PathOf(name), $"'{PathOf(name)}' has {found.GetArrayLength()} entries; expected at most {most}.");
            return [];
        }

        var texts = new List<string>();
        var index = 0;
        foreach (var item in found.EnumerateArray())
        {
            if (TryReadText(item, $"{PathOf(name)}[{index++}]", out var text))
            {
                texts.Add(text);
            }
        }

        return texts;
    }

    /// <summary>Refuses names that the object does not have.</summary>
    public void AllowOnly(params ReadOnlySpan<string> names)
    {
        foreach (var property in value.EnumerateObject())
        {
            if (!names.Contains(property.Name))
            {
                faults.Add("SRV0110", PathOf(property.Name), $"Unknown parameter '{PathOf(property.Name)}'; expected {string.Join(", ", names.ToArray())}.");
            }
        }
    }

    public bool TryReadText(JsonElement item, string place, out string text)
    {
        text = "";
        if (item.ValueKind != JsonValueKind.String)
        {
            AddWrongType(place, item, "a string");
            return false;
        }

        try
        {
            text = item.GetString() ?? "";
            return true;
        }
        catch (InvalidOperationException)
        {
            // The one string that JSON can spell and UTF-16 cannot hold: half of a surrogate pair, or bytes that are not UTF-8.
            faults.Add(WrongType, place, $"'{place}' holds an unpaired surrogate or bytes that are not UTF-8; expected text.");
            return false;
        }
    }

    public void AddWrongType(string place, JsonElement found, string expected) =>
        faults.Add(WrongType, place, $"'{place}' is {Article(found)}; expected {expected}.");

    private static string Article(JsonElement found) => found.ValueKind switch
    {
        JsonValueKind.Number => $"the number {Shown(found.GetRawText())}",
        JsonValueKind.True or JsonValueKind.False => $"the boolean {found.GetRawText()}",
        JsonValueKind.Null => "null",
        JsonValueKind.Array or JsonValueKind.Object => $"an {JsonKind.Name(found.ValueKind)}",
        _ => $"a {JsonKind.Name(found.ValueKind)}",
    };

    private static bool TryGetInteger(JsonElement found, out long number)
    {
        if (found.TryGetInt64(out number))
        {
            return true;
        }

        // 16.0 and 1e2 are whole numbers too.
        if (found.TryGetDouble(out var real) && real == Math.Floor(real) && Math.Abs(real) < 9e15)
        {
            number = (long)real;
            return true;
        }

        return false;
    }

    private static string Range(long minimum, long maximum) => maximum == long.MaxValue
        ? $"{minimum.ToString(CultureInfo.InvariantCulture)} or more"
        : string.Create(CultureInfo.InvariantCulture, $"{minimum} to {maximum}");

    private static string Shown(string text) => text.Length <= 40 ? text : text[..40] + "…";
}
