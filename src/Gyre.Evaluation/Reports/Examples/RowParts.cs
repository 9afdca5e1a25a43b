using System.Text.Json;

namespace Gyre.Evaluation.Reports.Examples;

/// <summary>The parts that a row belongs to, by the keys that the experiment parted its rows with, as numbers of their names.</summary>
internal sealed class RowParts
{
    /// <summary>A key with more parts than this finds no rows: its list would be no list to choose from.</summary>
    public const int MostNames = 10_000;

    public const int Absent = -1;

    /// <summary>What a row without a part is counted as, as in the tables.</summary>
    private const string None = "(none)";
    private const int MostLetters = 500;

    private readonly string[] _keys;
    private readonly Dictionary<string, int>[] _numbers;
    private readonly char[] _letters = new char[MostLetters];

    public RowParts(IReadOnlyList<string> keys)
    {
        _keys = [.. keys];
        _numbers = [.. keys.Select(_ => new Dictionary<string, int>(StringComparer.Ordinal))];
        Values = new int[_keys.Length];
    }

    /// <summary>The number of the part of each key, in the order of the keys.</summary>
    public int[] Values { get; }

    /// <summary>The names of a key's parts by their numbers; null when there are too many.</summary>
    public IReadOnlyList<string>? Names(int key) => _numbers[key].Count > MostNames ? null : [.. _numbers[key].OrderBy(pair => pair.Value).Select(pair => pair.Key)];

    public void Clear() => Array.Fill(Values, Absent);

    /// <summary>Reads a member of a row when it says a part: <c>task</c>, or the object <c>segments</c>.</summary>
    public bool TryRead(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("task"u8))
        {
            json.Read();
            Set("task", ref json);
            return true;
        }

        if (!json.ValueTextEquals("segments"u8))
        {
            return false;
        }

        json.Read();
        if (json.TokenType != JsonTokenType.StartObject)
        {
            throw new FormatException("Expected an object.");
        }

        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            var key = json.GetString() ?? "";
            json.Read();
            Set(key, ref json);
        }

        return true;
    }

    private void Set(string key, ref Utf8JsonReader json)
    {
        var place = Array.IndexOf(_keys, key);
        if (place < 0 || json.TokenType != JsonTokenType.String || json.ValueSpan.Length > MostLetters)
        {
            json.Skip();
            return;
        }

        ReadOnlySpan<char> letters = _letters.AsSpan(0, json.CopyString(_letters));
        letters = letters.Length == 0 ? None : letters;
        var numbers = _numbers[place];
        var lookup = numbers.GetAlternateLookup<ReadOnlySpan<char>>();
        if (!lookup.TryGetValue(letters, out var number))
        {
            number = numbers.Count;
            if (number > MostNames)
            {
                return;
            }

            lookup[letters] = number;
        }

        Values[place] = number;
    }
}
