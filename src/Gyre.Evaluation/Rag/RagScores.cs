using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Rag;

/// <summary>Scores that several metrics of retrieval give.</summary>
internal static class RagScores
{
    private const int MostListed = 5;

    public static Score NoPassages { get; } = Score.Undefined(UndefinedCause.MissingInput, "the row has no 'passage' facts");

    public static Score None(Undefined reason) => Score.Undefined(reason.Cause, reason.Detail);

    public static Score OfSupport(JudgeAnswer<RagQuestions.Support> support, int claims) => support.IsRead
        ? Score.Of(support.Value.Supported / (double)claims, support.Value.Unsupported.Count == 0 ? "" : $"not supported: {string.Join(" | ", support.Value.Unsupported.Take(MostListed))}")
        : None(support.Reason);
}
