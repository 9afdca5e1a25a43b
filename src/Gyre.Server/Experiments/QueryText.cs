using System.Globalization;
using Gyre.Server.Http;

namespace Gyre.Server.Experiments;

/// <summary>Reads the parameters of a query, and refuses what it does not know.</summary>
internal sealed class QueryText
{
    private const int MostLetters = 2_000;
    private readonly IQueryCollection _query;

    public QueryText(IQueryCollection query, params ReadOnlySpan<string> known)
    {
        _query = query;
        foreach (var name in query.Keys)
        {
            if (!known.Contains(name))
            {
                throw ApiException.Invalid("SRV0110", $"Unknown parameter '{name}'; expected {string.Join(", ", known.ToArray())}.", name);
            }
        }
    }

    /// <summary>The text of a parameter; null when it is empty or not there.</summary>
    public string? Text(string name) => _query[name].ToString() is { Length: > 0 } text
        ? text.Length <= MostLetters ? text : throw ApiException.Invalid("SRV0114", $"'{name}' has {text.Length} characters; expected at most {MostLetters}.", name)
        : null;

    public long Whole(string name, long otherwise, long least, long most) => Text(name) is not { } text ? otherwise
        : long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most ? value
        : throw ApiException.Invalid("SRV0114", $"'{name}' is no whole number from {least} to {most}.", name);

    public bool? Flag(string name) => Text(name) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => throw ApiException.Invalid("SRV0114", $"'{name}' is unknown; expected 'true' or 'false'.", name),
    };

    /// <summary>One of some words.</summary>
    public T Choice<T>(string name, T otherwise, params ReadOnlySpan<(string Word, T Value)> words)
    {
        if (Text(name) is not { } text)
        {
            return otherwise;
        }

        foreach (var (word, value) in words)
        {
            if (word == text)
            {
                return value;
            }
        }

        var expected = new List<string>();
        foreach (var (word, _) in words)
        {
            expected.Add($"'{word}'");
        }

        throw ApiException.Invalid("SRV0114", $"'{name}' is unknown; expected {string.Join(", ", expected)}.", name);
    }
}
