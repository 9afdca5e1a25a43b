using Gyre.Contracts;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Judges.Pairs;

/// <summary>Preferences that stand in the rows already, of people for example: a fact that says <c>first</c>, <c>second</c> or <c>tie</c>.</summary>
public sealed class GivenPreferences : IPairJudge
{
    private readonly string _fact;

    /// <summary>Takes the fact's name.</summary>
    public GivenPreferences(string fact)
    {
        ArgumentException.ThrowIfNullOrEmpty(fact);
        (_fact, Name) = (fact, $"given-{fact}");
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public IReadOnlyList<string> Models => [];

    /// <inheritdoc/>
    public Task<PairVerdict> CompareAsync(DatasetRow row, string first, string second, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        PairPreference? preference = row.Facts.GetValueOrDefault(_fact, "").Trim().ToUpperInvariant() switch
        {
            "FIRST" => PairPreference.First,
            "SECOND" => PairPreference.Second,
            "TIE" => PairPreference.Tie,
            _ => null,
        };
        return Task.FromResult(preference is null
            ? PairVerdict.None(new Undefined(UndefinedCause.MissingInput, $"the row's '{_fact}' is not first, second or tie"))
            : new PairVerdict(preference, null, null, "", null));
    }
}
