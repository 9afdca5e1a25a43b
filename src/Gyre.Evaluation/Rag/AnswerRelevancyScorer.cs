using Gyre.Contracts;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Judges.Forms;
using Gyre.Evaluation.Metrics;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Rag;

/// <summary>Answer relevancy: the mean cosine of the question with three questions that a model makes up from the answer alone; 0 when it calls the answer noncommittal all three times.</summary>
/// <remarks>
/// <para>Cost: a call of the judge and one of the embedder.</para>
/// <para>Source: Es et al., "RAGAS", 2023; the rule for evasive answers is that of the ragas library.</para>
/// </remarks>
public sealed class AnswerRelevancyScorer : IScorer
{
    private const int Questions = 3;
    private static readonly QuestionListForm Wanted = new(Questions);
    private readonly JudgeModel _judge;
    private readonly IEmbeddingGenerator<string, Embedding<float>> _embedder;

    /// <summary>Takes a judge and an embedder; both stay the caller's.</summary>
    public AnswerRelevancyScorer(JudgeModel judge, IEmbeddingGenerator<string, Embedding<float>> embedder)
    {
        ArgumentNullException.ThrowIfNull(judge);
        ArgumentNullException.ThrowIfNull(embedder);
        (_judge, _embedder) = (judge, embedder);
        Form = new MetricForm(ScoreDirection.HigherIsBetter, MetricUnit.Number, -1, 1, $"Es et al. 2023; judged by {judge.Name}");
    }

    /// <inheritdoc/>
    public string Name => "answer-relevancy";

    /// <inheritdoc/>
    public MetricForm Form { get; }

    /// <inheritdoc/>
    public async ValueTask<Score> ScoreAsync(DatasetRow row, string output, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        if (string.IsNullOrWhiteSpace(output))
        {
            return Score.Undefined(UndefinedCause.EmptyCandidate, "the answer is empty");
        }

        var answer = await _judge.AskAsync(
            new JudgeQuestion<IReadOnlyList<AskedQuestion>>(
                [("answer", output)],
                $"Make up {Questions} different questions that this text answers. For each say whether the text is noncommittal: yes if it evades, such as not knowing, or no.",
                Wanted),
            cancellationToken);
        if (!answer.IsRead)
        {
            return RagScores.None(answer.Reason);
        }

        return answer.Value.All(question => question.IsNoncommittal)
            ? Score.OfNumber(0, "the answer is noncommittal")
            : await CompareAsync(row.Prompt, answer.Value, cancellationToken);
    }

    private async Task<Score> CompareAsync(string question, IReadOnlyList<AskedQuestion> asked, CancellationToken cancellationToken)
    {
        var embeddings = await _embedder.GenerateAsync([question, .. asked.Select(item => item.Text)], cancellationToken: cancellationToken);
        if (embeddings.Count != asked.Count + 1 || embeddings.Any(embedding => embedding.Vector.Length != embeddings[0].Vector.Length || embedding.Vector.IsEmpty))
        {
            return Score.Undefined(UndefinedCause.ScorerFailed, $"the embedder gave {embeddings.Count} vectors, or vectors of different length, for {asked.Count + 1} texts");
        }

        var sum = 0.0;
        for (var i = 1; i < embeddings.Count; i++)
        {
            var cosine = Cosine(embeddings[0].Vector.Span, embeddings[i].Vector.Span);
            if (!double.IsFinite(cosine))
            {
                return Score.Undefined(UndefinedCause.ZeroDenominator, "the embedder gave a vector without direction");
            }

            sum += cosine;
        }

        return Score.OfNumber(sum / asked.Count, $"questions from the answer: {string.Join(" | ", asked.Select(item => item.Text))}");
    }

    private static double Cosine(ReadOnlySpan<float> one, ReadOnlySpan<float> other)
    {
        var (dot, first, second) = (0.0, 0.0, 0.0);
        for (var i = 0; i < one.Length; i++)
        {
            dot += (double)one[i] * other[i];
            first += (double)one[i] * one[i];
            second += (double)other[i] * other[i];
        }

        return Math.Clamp(dot / Math.Sqrt(first * second), -1, 1);
    }
}
