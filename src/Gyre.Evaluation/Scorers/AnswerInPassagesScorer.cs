using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Rag;

namespace Gyre.Evaluation.Scorers;

/// <summary>1 when a passage that was retrieved holds the reference as whole words, so that the answer could be read off; the output is not looked at.</summary>
/// <remarks>Source: the hit of answer recall in open-domain question answering (Karpukhin et al., "Dense Passage Retrieval", 2020).</remarks>
internal sealed class AnswerInPassagesScorer : IScorer
{
    public string Name => "answer-in-passages";

    public MetricForm Form { get; } = MetricForm.Share("Karpukhin et al. 2020, top-k retrieval accuracy; docs/design/evaluation.md");

    public ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var passages = PassageFacts.Of(row);
        return new(row.Reference.Length == 0 ? Score.Undefined(UndefinedCause.NoReference, "the row has no reference")
            : passages.Count == 0 ? Score.Undefined("nothing was retrieved for the answer, and the row has no passages")
            : Score.Pass(passages.Any(passage => TextComparison.ContainsPhrase(TextComparison.NormalizeSpaces(passage), TextComparison.NormalizeSpaces(row.Reference))), "no retrieved passage holds the reference"));
    }
}
