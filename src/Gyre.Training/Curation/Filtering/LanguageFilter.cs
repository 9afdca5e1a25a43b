using Gyre.Training.Curation.Records;

namespace Gyre.Training.Curation.Filtering;

/// <summary>Keeps records in given languages.</summary>
public sealed class LanguageFilter : IRecordFilter
{
    private readonly LanguageIdentifier _identifier;
    private readonly HashSet<string> _wanted;
    private readonly double _least;
    private readonly bool _dropsUnknown;

    /// <summary>A filter.</summary>
    /// <param name="identifier">Tells the languages.</param>
    /// <param name="wanted">The codes that stay.</param>
    /// <param name="leastProbability">How sure the identifier must be, 0 to 1.</param>
    /// <param name="dropsUnknown">Whether texts with too few letters go.</param>
    public LanguageFilter(LanguageIdentifier identifier, IReadOnlyList<string> wanted, double leastProbability, bool dropsUnknown)
    {
        ArgumentNullException.ThrowIfNull(identifier);
        ArgumentNullException.ThrowIfNull(wanted);
        (_identifier, _wanted, _least, _dropsUnknown) = (identifier, new HashSet<string>(wanted, StringComparer.Ordinal), leastProbability, dropsUnknown);
    }

    /// <inheritdoc/>
    public string Name => "language";

    /// <inheritdoc/>
    public Rejection? Reject(CurationRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        var verdict = _identifier.Identify(record.Text);
        if (verdict.Language.Length == 0)
        {
            return _dropsUnknown ? new Rejection("language.unknown", "too few letters to tell the language") : null;
        }

        if (!_wanted.Contains(verdict.Language))
        {
            return new Rejection($"language.{verdict.Language}", $"it seems to be {verdict.Language} ({verdict.Probability:P0}); wanted are {string.Join(", ", _wanted.Order(StringComparer.Ordinal))}");
        }

        return verdict.Probability < _least ? new Rejection("language.unsure", $"{verdict.Language} with {verdict.Probability:P0}; expected at least {_least:P0}") : null;
    }
}
