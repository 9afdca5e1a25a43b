using Gyre.Training.Curation.Records;
using Gyre.Training.Curation.Words;

namespace Gyre.Training.Curation.Filtering;

/// <summary>Bounds the length of a record, or of its parts with a role. An empty part never stays.</summary>
public sealed class LengthFilter : IRecordFilter
{
    /// <inheritdoc/>
    public string Name => "length";

    /// <summary>The role of the parts that are measured; empty (default) for the whole record.</summary>
    public string Role { get; init; } = "";

    /// <summary>Units: words, default 0.</summary>
    public int LeastWords { get; init; }

    /// <summary>Units: words, default no bound.</summary>
    public int MostWords { get; init; } = int.MaxValue;

    /// <summary>Units: UTF-16 units, default 1.</summary>
    public int LeastCharacters { get; init; } = 1;

    /// <summary>Units: UTF-16 units, default no bound.</summary>
    public int MostCharacters { get; init; } = int.MaxValue;

    /// <inheritdoc/>
    public Rejection? Reject(CurationRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        foreach (var part in record.Parts)
        {
            if (part.Role != "system" && string.IsNullOrWhiteSpace(part.Text))
            {
                return new Rejection("length.empty", $"the part '{part.Role}' is empty");
            }
        }

        var text = Role.Length == 0 ? record.Text : string.Join('\n', record.Parts.Where(part => part.Role == Role).Select(part => part.Text));
        if (text.Length < LeastCharacters || text.Length > MostCharacters)
        {
            return new Rejection("length.characters", $"{text.Length} characters; allowed are {LeastCharacters} to {Bound(MostCharacters)}");
        }

        if (LeastWords == 0 && MostWords == int.MaxValue)
        {
            return null;
        }

        var words = WordHashes.Of(text).Length;
        return words < LeastWords || words > MostWords
            ? new Rejection("length.words", $"{words} words; allowed are {LeastWords} to {Bound(MostWords)}")
            : null;
    }

    private static string Bound(int most) => most == int.MaxValue ? "any number" : $"{most}";
}
