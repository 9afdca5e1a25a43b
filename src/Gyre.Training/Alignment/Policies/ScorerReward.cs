using Gyre.Evaluation;
using Gyre.Training.Alignment.Pairs;

namespace Gyre.Training.Alignment.Policies;

/// <summary>Rewards by a scorer of the evaluation: a rule that can be checked, or a judge.</summary>
/// <param name="scorer">The scorer.</param>
/// <param name="cancellationToken">Ends scorers that wait for another model.</param>
internal sealed class ScorerReward(IScorer scorer, CancellationToken cancellationToken) : IAnswerReward
{
    public double[] Score(IReadOnlyList<TaskPrompt> prompts, IReadOnlyList<EncodedAnswer> answers, IReadOnlyList<string> texts)
    {
        var scores = new double[texts.Count];
        for (var i = 0; i < scores.Length; i++)
        {
            var score = scorer.ScoreAsync(prompts[i].Row, texts[i], cancellationToken).AsTask().GetAwaiter().GetResult();
            scores[i] = score.Value is { } value && double.IsFinite(value)
                ? value
                : throw new TrainingException("TRN0404", $"Rewarding an answer failed: the scorer '{scorer.Name}' gave no number for the prompt '{prompts[i].Row.Id}' ({score.Result.Reason?.Detail ?? "not a finite number"}); expected one for every answer. Give the prompts what the scorer needs (reference or facts), or choose another scorer.");
        }

        return scores;
    }
}
