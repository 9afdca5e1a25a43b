using System.Text.Json;

namespace Gyre.Evaluation.Reports;

/// <summary>A member of a result file with its place, so that faults can say where they are.</summary>
internal readonly struct ResultMember(JsonElement element, string place, string file)
{
    public bool Has(string name) => element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out _);

    public string Text(string name) => TextOrNull(name) ?? throw Fault(name, "null", "text");

    public string? TextOrNull(string name)
    {
        var found = Find(name);
        try
        {
            return found.ValueKind is JsonValueKind.String or JsonValueKind.Null ? found.GetString() : throw Fault(name, Kind(found), "text");
        }
        catch (InvalidOperationException)
        {
            throw Fault(name, "text that is not Unicode", "text");
        }
    }

    public long Whole(string name, long greatest = long.MaxValue)
    {
        var found = Find(name);
        return found.ValueKind == JsonValueKind.Number && found.TryGetInt64(out var value) && value >= 0 && value <= greatest
            ? value
            : throw Fault(name, Kind(found), $"a whole number from 0 to {greatest}");
    }

    public ulong Seed(string name)
    {
        var found = Find(name);
        return found.ValueKind == JsonValueKind.Number && found.TryGetUInt64(out var value) ? value : throw Fault(name, Kind(found), $"a whole number from 0 to {ulong.MaxValue}");
    }

    public double Number(string name) => NumberOrNull(name) ?? throw Fault(name, "null", "a number");

    public double? NumberOrNull(string name)
    {
        var found = Find(name);
        return found.ValueKind == JsonValueKind.Null
            ? null
            : found.ValueKind == JsonValueKind.Number && found.TryGetDouble(out var value) && double.IsFinite(value) ? value : throw Fault(name, Kind(found), "a finite number");
    }

    public decimal? MoneyOrNull(string name)
    {
        var found = Find(name);
        return found.ValueKind == JsonValueKind.Null
            ? null
            : found.ValueKind == JsonValueKind.Number && found.TryGetDecimal(out var value) ? value : throw Fault(name, Kind(found), "a decimal number");
    }

    public bool? FlagOrNull(string name) => Find(name) switch
    {
        { ValueKind: JsonValueKind.Null } => null,
        { ValueKind: JsonValueKind.True } => true,
        { ValueKind: JsonValueKind.False } => false,
        var found => throw Fault(name, Kind(found), "true, false or null"),
    };

    public T Choice<T>(string name)
        where T : struct, Enum
    {
        var found = Text(name);
        return WireName.TryParse<T>(found, out var value) ? value : throw Fault(name, $"'{(found.Length <= 80 ? found : found[..80])}'", $"one of {string.Join(", ", Enum.GetValues<T>().Select(WireName.Of))}");
    }

    public bool IsObject(string name) => Find(name).ValueKind == JsonValueKind.Object;

    public bool IsNull(string name) => Find(name).ValueKind == JsonValueKind.Null;

    public ResultMember Object(string name)
    {
        var found = Find(name);
        return found.ValueKind == JsonValueKind.Object ? new ResultMember(found, Place(name), file) : throw Fault(name, Kind(found), "an object");
    }

    public List<ResultMember> Items(string name)
    {
        var found = Find(name);
        if (found.ValueKind != JsonValueKind.Array)
        {
            throw Fault(name, Kind(found), "a list");
        }

        var items = new List<ResultMember>(found.GetArrayLength());
        foreach (var item in found.EnumerateArray())
        {
            var at = $"{name}[{items.Count}]";
            items.Add(item.ValueKind == JsonValueKind.Object ? new ResultMember(item, Place(at), file) : throw Fault(at, Kind(item), "an object"));
        }

        return items;
    }

    public EvaluationException Fault(string name, string found, string expected) => new(
        "EVA0042", $"Reading the result of an experiment failed: '{Place(name)}' is {found}; expected {expected}. File: {file}. Repair it, or run the experiment again.");

    private static string Kind(JsonElement found) => found.ValueKind switch
    {
        JsonValueKind.Number => found.GetRawText() is { Length: <= 40 } number ? number : "a number of too many digits",
        JsonValueKind.String => "text",
        JsonValueKind.Array => "a list",
        JsonValueKind.Object => "an object",
        var other => other.ToString().ToLowerInvariant(),
    };

    private JsonElement Find(string name) => element.TryGetProperty(name, out var found) ? found : throw Fault(name, "missing", "the member");

    private string Place(string name) => place.Length == 0 ? name : $"{place}.{name}";
}
