using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;

namespace Gyre.Models.Encoders;

/// <summary>Scores how well a document answers a query, reading both together.</summary>
/// <remarks>
/// A score is the model's only logit, through the function that its configuration names (by default the logistic
/// function: 0 to 1). Of a pair that is too long the longer text loses its end.
/// <para>Owns: nothing; it ends with its model. Safe for several threads.</para>
/// </remarks>
public sealed class CrossEncoder : IReranker
{
    private readonly EncoderRunner _runner;
    private readonly TextReader _reader;
    private readonly bool _isLogistic;

    internal CrossEncoder(EncoderRunner runner, ITokenizer tokenizer, bool isLogistic)
    {
        (_runner, _reader, _isLogistic) = (runner, new TextReader(runner, tokenizer), isLogistic);
    }

    /// <summary>Scores pairs of texts.</summary>
    /// <returns>One score a pair, in their order.</returns>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0115</c>, <c>RUN0116</c> or <c>RUN0307</c> when the tokenizer cannot.</remarks>
    public Task<IReadOnlyList<PairScore>> ScoreAsync(IReadOnlyList<TextPair> pairs, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        return Task.Run(() => Score(pairs, cancellationToken), cancellationToken);
    }

    /// <inheritdoc />
    public async Task<RerankScores> RerankAsync(string query, IReadOnlyList<string> documents, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(documents);
        var scores = await ScoreAsync([.. documents.Select(document => new TextPair(query, document))], cancellationToken);
        return new RerankScores([.. scores.Select(score => score.Score)], scores.Sum(score => score.Tokens));
    }

    private IReadOnlyList<PairScore> Score(IReadOnlyList<TextPair> pairs, CancellationToken cancellationToken)
    {
        var read = pairs.Select(pair => _reader.Read(pair)).ToList();
        var results = new PairScore[pairs.Count];
        var types = _runner.Encoder.TokenTypes;
        _runner.Run(read.ConvertAll(text => EncoderInput.First(text.Text, types)), EncoderOutput.Head, Take, cancellationToken);
        return results;

        void Take(int index, ReadOnlySpan<float> logits)
        {
            Span<float> score = [logits[0]];
            if (_isLogistic)
            {
                Probabilities.Logistic(score);
            }

            results[index] = new PairScore(score[0], read[index].Text.Ids.Count, read[index].IsCut);
        }
    }
}
