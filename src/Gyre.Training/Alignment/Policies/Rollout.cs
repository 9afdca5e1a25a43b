using Gyre.Training.Alignment.Losses;
using Gyre.Training.Alignment.Pairs;
using Gyre.Training.Alignment.Tasks;

namespace Gyre.Training.Alignment.Policies;

/// <summary>The answers of one round with what was known of them when they were written.</summary>
internal sealed class Rollout
{
    private Rollout(EncodedAnswer[] answers, double[][] before, double[][] reference, double[][] advantages, double[][] returns, double[][] values)
    {
        (Answers, Before, Reference, Advantages, Returns, Values) = (answers, before, reference, advantages, returns, values);
    }

    public EncodedAnswer[] Answers { get; }

    /// <summary>ln π of each token when it was written.</summary>
    public double[][] Before { get; }

    /// <summary>ln reference of each token.</summary>
    public double[][] Reference { get; }

    /// <summary>How much better than expected each token was.</summary>
    public double[][] Advantages { get; }

    /// <summary>What the value head ought to say; empty without one.</summary>
    public double[][] Returns { get; }

    /// <summary>What it said; empty without one.</summary>
    public double[][] Values { get; }

    /// <summary>Works out advantages from what a round stored.</summary>
    /// <param name="store">The round.</param>
    /// <param name="options">Settings.</param>
    /// <param name="figures">Receives the round's figures; null when they were logged before.</param>
    public static Rollout From(RolloutStore store, PolicyOptions options, Figures? figures)
    {
        var (answers, before, reference, values) = (store.Answers(), store.Before(), store.Reference(), store.Values());
        double[] scores = [.. Enumerable.Range(0, answers.Length).Select(i => store.Score(i) - (store.HasEnded(i) ? 0 : options.MissingEndPenalty))];
        if (options.HasValueHead)
        {
            double[][] divergence = [.. before.Select((row, i) => row.Zip(reference[i], (p, q) => TokenDivergence.Of(options.Estimator, p, q)).ToArray())];
            double[][] rewards = [.. divergence.Select((row, i) => Losses.Advantages.TokenRewards(row, options.KlWeight, scores[i]))];
            Note(before, reference, divergence, scores, options, figures);
            if (options.WhitensRewards)
            {
                Losses.Advantages.Whiten(rewards, keepsMean: true);
            }

            var (advantages, returns) = Losses.Advantages.Estimate(values, rewards, options.Discount, options.Trace);
            Losses.Advantages.Whiten(advantages, keepsMean: false);
            return new Rollout(answers, before, reference, advantages, returns, values);
        }

        var ofAnswers = Losses.Advantages.OfGroups(scores, options.Answers, options.Group.ScalesAdvantages);
        NoteGroups(answers, before, reference, scores, options, figures);
        return new Rollout(answers, before, reference, [.. ofAnswers.Select((advantage, i) => Enumerable.Repeat(advantage, before[i].Length).ToArray())], [], []);
    }

    private static void Note(double[][] before, double[][] reference, double[][] divergence, double[] scores, PolicyOptions options, Figures? figures)
    {
        for (var i = 0; figures is not null && i < scores.Length; i++)
        {
            var penalty = -options.KlWeight * divergence[i].Sum();
            figures.Add("objective/kl", before[i].Sum() - reference[i].Sum());
            figures.Add("objective/entropy", -before[i].Sum());
            figures.Add("objective/non_score_reward", penalty);
            figures.Add("objective/rlhf_reward", penalty + scores[i]);
            figures.Add("objective/scores", scores[i]);
        }
    }

    private static void NoteGroups(EncodedAnswer[] answers, double[][] before, double[][] reference, double[] scores, PolicyOptions options, Figures? figures)
    {
        for (var i = 0; figures is not null && i < scores.Length; i++)
        {
            figures.Add("reward", scores[i]);
            figures.Add("completion_length", answers[i].Answer.Length);
            figures.Add("objective/kl", before[i].Sum() - reference[i].Sum());
            if (i % options.Answers == 0)
            {
                var group = scores.AsSpan(i, options.Answers).ToArray();
                var mean = group.Average();
                figures.Add("reward_std", Math.Sqrt(group.Sum(score => (score - mean) * (score - mean)) / (group.Length - 1)));
            }
        }
    }
}
