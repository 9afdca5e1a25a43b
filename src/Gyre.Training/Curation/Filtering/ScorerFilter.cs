using Gyre.Contracts;
using Gyre.Evaluation;
using Gyre.Training.Curation.Records;

namespace Gyre.Training.Curation.Filtering;

/// <summary>Drops records by a scorer of the evaluation room: a metric, a rule, a judge or a classifier behind one.</summary>
/// <remarks>
/// The scorer sees what is asked as the prompt and the answer as the output: the completion, the last message, or the better answer of a pair;
/// of a plain text an empty prompt and the text. The fields are facts, and the field <c>reference</c> is the reference.
/// </remarks>
public sealed class ScorerFilter : IModelFilter
{
    private readonly IScorer _scorer;
    private readonly double _least;
    private readonly double _most;
    private readonly bool _dropsUndefined;

    /// <summary>A filter by a scorer.</summary>
    /// <param name="scorer">The scorer.</param>
    /// <param name="least">The least score that stays.</param>
    /// <param name="most">The most score that stays.</param>
    /// <param name="dropsUndefined">Whether a record without a score goes.</param>
    public ScorerFilter(IScorer scorer, double least, double most, bool dropsUndefined = true)
    {
        ArgumentNullException.ThrowIfNull(scorer);
        (_scorer, _least, _most, _dropsUndefined) = (scorer, least, most, dropsUndefined);
    }

    /// <inheritdoc/>
    public string Name => $"score.{_scorer.Name}";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Rejection?>> RejectAsync(IReadOnlyList<CurationRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        var verdicts = new Rejection?[records.Count];
        for (var i = 0; i < records.Count; i++)
        {
            var (prompt, output) = Sides(records[i]);
            var row = new DatasetRow($"{i}", "default", prompt, records[i].FieldOf("reference"), records[i].Fields, "", "");
            var score = await _scorer.ScoreAsync(row, output, cancellationToken);
            verdicts[i] = score.Value switch
            {
                null => _dropsUndefined ? new Rejection($"{Name}.undefined", score.Reason) : null,
                { } value when value < _least || value > _most => new Rejection(Name, $"a score of {value:0.###}; allowed are {_least:0.###} to {(double.IsPositiveInfinity(_most) ? "any" : $"{_most:0.###}")}"),
                _ => null,
            };
        }

        return verdicts;
    }

    private static (string Prompt, string Output) Sides(CurationRecord record) => record.Shape switch
    {
        RecordShape.Text => ("", record.Text),
        RecordShape.Preference => (record.TextOf("prompt"), record.TextOf("chosen")),
        _ => (string.Join('\n', record.Parts.Take(record.Parts.Count - 1).Select(part => part.Text)), record.Parts[^1].Text),
    };
}
