using Gyre.Contracts;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Judges.Forms;

namespace Gyre.Evaluation.Rag;

/// <summary>Context relevancy: of the sentences of the retrieved passages, the share that the question needs. The answer is not looked at.</summary>
/// <remarks>
/// Sentences are cut here and chosen by number, so that the judge can neither invent nor change one. At most <see cref="SentencesPerCall"/> are shown at once.
/// <para>Source: context relevance of Es et al., "RAGAS", 2023: extracted sentences over all sentences.</para>
/// </remarks>
public sealed class ContextRelevancyScorer : IScorer
{
    /// <summary>The most sentences of one call.</summary>
    public const int SentencesPerCall = 40;
    private readonly JudgeModel _judge;

    /// <summary>Takes a judge.</summary>
    public ContextRelevancyScorer(JudgeModel judge)
    {
        ArgumentNullException.ThrowIfNull(judge);
        _judge = judge;
        Form = Metrics.MetricForm.Share($"Es et al. 2023; judged by {judge.Name}");
    }

    /// <inheritdoc/>
    public string Name => "context-relevancy";

    /// <inheritdoc/>
    public Metrics.MetricForm Form { get; }

    /// <inheritdoc/>
    public async ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var sentences = PassageFacts.Of(row).SelectMany(Sentences).ToArray();
        if (sentences.Length == 0)
        {
            return RagScores.NoPassages;
        }

        var needed = 0;
        foreach (var part in sentences.Chunk(SentencesPerCall))
        {
            var answer = await _judge.AskAsync(
                new JudgeQuestion<IReadOnlyList<int>>(
                    [("question", row.Prompt), ("sentences", RagQuestions.Numbered(part))],
                    "Which of the numbered sentences does one need to answer the question? Give their numbers.",
                    new NumberSetForm("sentences", part.Length)),
                cancellationToken);
            if (!answer.IsRead)
            {
                return RagScores.None(answer.Reason);
            }

            needed += answer.Value.Count;
        }

        return Score.Of(needed / (double)sentences.Length, needed == sentences.Length ? "" : $"{needed} of {sentences.Length} sentences are needed");
    }

    /// <summary>A sentence ends at a line break, and behind a full stop, question or exclamation mark that white space follows.</summary>
    internal static IEnumerable<string> Sentences(string text)
    {
        for (var (start, i) = (0, 0); i <= text.Length; i++)
        {
            var isEnd = i == text.Length || text[i] is '\n' or '\r' || (char.IsWhiteSpace(text[i]) && i > start && text[i - 1] is '.' or '!' or '?' or '。');
            if (!isEnd)
            {
                continue;
            }

            if (text[start..i].Trim() is { Length: > 0 } sentence && sentence.Any(char.IsLetterOrDigit))
            {
                yield return sentence;
            }

            start = i + 1;
        }
    }
}
