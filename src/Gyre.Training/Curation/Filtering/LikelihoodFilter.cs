using Gyre.Contracts;
using Gyre.Training.Curation.Records;

namespace Gyre.Training.Curation.Filtering;

/// <summary>Drops records that a model finds too unlikely, or too likely: by the perplexity of a token.</summary>
/// <remarks>Of a prompt with a completion, or a conversation, the last part is measured behind what stands before it; of other records the whole text.</remarks>
public sealed class LikelihoodFilter : IModelFilter
{
    private readonly ILikelihoodScorer _model;
    private readonly double _least;
    private readonly double _most;

    /// <summary>A filter by a model.</summary>
    /// <param name="model">The model.</param>
    /// <param name="least">The least perplexity that stays; 1 for no bound.</param>
    /// <param name="most">The most; infinity for no bound.</param>
    public LikelihoodFilter(ILikelihoodScorer model, double least, double most)
    {
        ArgumentNullException.ThrowIfNull(model);
        (_model, _least, _most) = (model, least, most);
    }

    /// <inheritdoc/>
    public string Name => "perplexity";

    /// <inheritdoc/>
    public async Task<IReadOnlyList<Rejection?>> RejectAsync(IReadOnlyList<CurationRecord> records, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        var verdicts = new Rejection?[records.Count];
        var whole = Enumerable.Range(0, records.Count).Where(i => records[i].Shape is RecordShape.Text or RecordShape.Preference).ToArray();
        var behind = Enumerable.Range(0, records.Count).Where(i => records[i].Shape is RecordShape.Completion or RecordShape.Conversation).ToArray();
        await ScoreAsync(whole, texts => _model.ScoreTextsAsync([.. texts.Select(i => records[i].Text)], cancellationToken));
        await ScoreAsync(behind, texts => _model.ScoreAsync([.. texts.Select(i => Request(records[i]))], cancellationToken));
        return verdicts;

        async Task ScoreAsync(int[] indices, Func<int[], Task<IReadOnlyList<Likelihood>>> score)
        {
            if (indices.Length == 0)
            {
                return;
            }

            var likelihoods = await score(indices);
            for (var i = 0; i < indices.Length; i++)
            {
                verdicts[indices[i]] = Judge(likelihoods[i]);
            }
        }
    }

    private static LikelihoodRequest Request(CurationRecord record) =>
        new(string.Join('\n', record.Parts.Take(record.Parts.Count - 1).Select(part => part.Text)), record.Parts[^1].Text);

    private Rejection? Judge(Likelihood likelihood)
    {
        if (!likelihood.IsScored)
        {
            return new Rejection("perplexity.not-scored", likelihood.Reason);
        }

        if (likelihood.Tokens == 0)
        {
            return new Rejection("perplexity.not-scored", "there is no token to score");
        }

        var perplexity = Math.Exp(-likelihood.LogLikelihood / likelihood.Tokens);
        return perplexity < _least || perplexity > _most
            ? new Rejection("perplexity", $"a perplexity of {perplexity:0.0} by {_model.Model}; allowed are {_least:0.#} to {(double.IsPositiveInfinity(_most) ? "any" : $"{_most:0.#}")}")
            : null;
    }
}
