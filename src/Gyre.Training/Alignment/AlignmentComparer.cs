using Gyre.Contracts;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Statistics;
using Gyre.Models.Architectures;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.Training.Alignment.Losses;
using Gyre.Training.Alignment.Pairs;
using Gyre.Training.Alignment.Policies;
using Gyre.Training.Alignment.Tasks;
using Gyre.Training.Bases;
using Gyre.Training.Corpus;

namespace Gyre.Training.Alignment;

/// <summary>Holds an aligned model against its base on held-out pairs and prompts.</summary>
internal sealed class AlignmentComparer(AlignmentRecipe recipe, BaseModel source, AlignmentData data, AlignmentParts parts, ThreadTeam team, TensorPool pool)
{
    private const int MostSamples = 3;
    private const int MostTokens = 128;
    private const double Confidence = 0.95;
    private readonly List<AlignmentMeasure> _measures = [];
    private ComparisonOptions Options => new() { Seed = recipe.Loop.Seed, Confidence = Confidence };

    /// <summary>The report.</summary>
    public AlignmentReport Measure(CancellationToken cancellationToken)
    {
        if (recipe.Method == AlignmentMethod.Reward)
        {
            MeasureRewards(cancellationToken);
            return new AlignmentReport(Confidence, _measures, [], []);
        }

        MeasureMargins(cancellationToken);
        var prompts = data.HeldOutPrompts.Take(recipe.ReportPrompts).ToArray();
        if (prompts.Length == 0)
        {
            return new AlignmentReport(Confidence, _measures, [], []);
        }

        using var frozen = parts.LoadBase();
        using var measuring = new Tape(team, pool, isRecording: false);
        MeasureDivergence(prompts, new SequenceScorer(frozen, measuring, measuring), cancellationToken);
        var (ids, most) = (prompts.Select(prompt => prompt.Ids).ToArray(), recipe.IsOnline ? recipe.Policy.MaxTokens : MostTokens);
        var aligned = Write(parts.Sampler);
        var before = Write(new AnswerSampler(
            () => DecoderLoader.Load(source.Weights, source.Configuration, new DecoderOptions { Team = team, Format = ElementFormat.F32 }), parts.EndIds));
        MeasureScores(prompts, before, aligned, cancellationToken);
        var rules = MeasureRules(prompts, before, aligned, cancellationToken);
        return new AlignmentReport(Confidence, _measures, rules, [.. prompts.Take(MostSamples).Select((prompt, i) => (prompt.Task.Row.Prompt, before[i], aligned[i]))]);

        string[] Write(AnswerSampler sampler) => [.. sampler.Write(ids, most, temperature: 0, _ => new SeededRandom(0)).Select(parts.TextOf)];
    }

    /// <summary>What the model gained over the base on held-out pairs.</summary>
    private void MeasureMargins(CancellationToken cancellationToken)
    {
        if (data.HeldOutPairs.Length == 0)
        {
            return;
        }

        var beta = recipe.Loss.Rated.Beta; // The recipe has one.
        var scores = parts.Scorer.Score([.. data.HeldOutPairs.SelectMany(pair => new[] { pair.Chosen, pair.Rejected })], recipe.AnswersTogether);
        double[] margins = [.. data.HeldOutPairs.Select((pair, i) => beta * (scores[2 * i].Sum() - pair.ReferenceChosen - (scores[(2 * i) + 1].Sum() - pair.ReferenceRejected)))];
        Add("held-out reward margin", margins, 0, cancellationToken);
        AddAgainstLength("held-out pairs whose chosen answer gained more (implicit reward)", margins, cancellationToken);
        Add("held-out pairs whose chosen answer is likelier a token", [.. data.HeldOutPairs.Select((_, i) => Win(scores[2 * i].Average() - scores[(2 * i) + 1].Average()))], 0.5, cancellationToken);
    }

    private void MeasureRewards(CancellationToken cancellationToken)
    {
        if (data.HeldOutPairs.Length == 0)
        {
            return;
        }

        var head = parts.RewardHead ?? throw new InvalidOperationException("A reward model without a head.");
        double[] margins = [.. data.HeldOutPairs.Chunk(recipe.Rows).SelectMany(part =>
            parts.Scorer.Rewards([.. part.SelectMany(pair => new[] { pair.Chosen, pair.Rejected })], head, isRecorded: false).Chunk(2).Select(rewards => rewards[0] - rewards[1]))];
        Add("held-out reward margin", margins, 0, cancellationToken);
        AddAgainstLength("held-out pairs ranked as wanted", margins, cancellationToken);
    }

    /// <summary>How many pairs are ranked as wanted, beside a rule that knows the answers' lengths alone, with the direction that the training answers have.</summary>
    private void AddAgainstLength(string name, double[] margins, CancellationToken cancellationToken)
    {
        double[] ranked = [.. margins.Select(Win)];
        Add(name, ranked, 0.5, cancellationToken);
        var wanted = data.Pairs.Select(pair => pair.Chosen).Concat(data.Rated.Where(example => example.IsDesirable).Select(example => example.Answer));
        var other = data.Pairs.Select(pair => pair.Rejected).Concat(data.Rated.Where(example => !example.IsDesirable).Select(example => example.Answer));
        var sign = wanted.Average(answer => answer.Answer.Length) >= other.Average(answer => answer.Answer.Length) ? 1 : -1;
        double[] byLength = [.. data.HeldOutPairs.Select(pair => Win(sign * (pair.Chosen.Answer.Length - pair.Rejected.Answer.Length)))];
        Add($"the same by length alone ({(sign > 0 ? "longer" : "shorter")} first)", byLength, 0.5, cancellationToken);
        Add("difference to length alone", [.. ranked.Zip(byLength, (mine, length) => mine - length)], 0, cancellationToken);
    }

    /// <summary>KL(model ‖ base) of whole answers, estimated on answers that the model draws.</summary>
    private void MeasureDivergence((TaskPrompt Task, int[] Ids)[] prompts, SequenceScorer reference, CancellationToken cancellationToken)
    {
        var random = new SeededRandom(recipe.Loop.Seed).Fork("divergence");
        var drawn = parts.Sampler.Write([.. prompts.Select(prompt => prompt.Ids)], recipe.IsOnline ? recipe.Policy.MaxTokens : MostTokens, temperature: 1, i => random.Fork($"{i}"));
        var (now, before) = (parts.Scorer.Score(drawn, recipe.Rows), reference.Score(drawn, recipe.Rows));
        double[] divergence = [.. now.Zip(before, (p, q) => p.Zip(q, (a, b) => TokenDivergence.Of(KlEstimator.K3, a, b)).Sum())];
        Add("KL to the base an answer (k3)", divergence, 0, cancellationToken);
    }

    /// <summary>The rewarding scorer's number of both models' answers.</summary>
    private void MeasureScores((TaskPrompt Task, int[] Ids)[] prompts, string[] before, string[] aligned, CancellationToken cancellationToken)
    {
        if (parts.RewardScorer is not { } scorer)
        {
            return;
        }

        var reward = new ScorerReward(scorer, cancellationToken);
        var tasks = prompts.Select(prompt => prompt.Task).ToArray();
        var (first, second) = (reward.Score(tasks, [], before), reward.Score(tasks, [], aligned));
        Add($"{scorer.Name} of answers, difference to the base", [.. second.Zip(first, (a, b) => a - b)], 0, cancellationToken);
    }

    /// <summary>Which answers keep more of the brand guide's checkable rules, where the prompts are of that kind.</summary>
    private List<(string Rule, double Base, double Aligned)> MeasureRules((TaskPrompt Task, int[] Ids)[] prompts, string[] before, string[] aligned, CancellationToken cancellationToken)
    {
        int[] branded = [.. Enumerable.Range(0, prompts.Length).Where(i => prompts[i].Task.Row.Id.StartsWith("brand-", StringComparison.Ordinal))];
        if (branded.Length == 0)
        {
            return [];
        }

        var broken = branded.ToDictionary(i => i, i => (Base: BrandVoice.Broken(prompts[i].Task.Row, before[i]), Aligned: BrandVoice.Broken(prompts[i].Task.Row, aligned[i])));
        Add("win rate against the base by the rules kept (ties count half)", [.. branded.Select(i => Win(broken[i].Base.Count - broken[i].Aligned.Count))], 0.5, cancellationToken);
        return [.. BrandVoice.Rules.Select(rule => (
            rule,
            branded.Count(i => !broken[i].Base.Contains(rule)) / (double)branded.Length,
            branded.Count(i => !broken[i].Aligned.Contains(rule)) / (double)branded.Length))];
    }

    private void Add(string name, double[] values, double neutral, CancellationToken cancellationToken)
    {
        var samples = new SampleStatistics(1);
        foreach (var value in values)
        {
            samples.Add([value]);
        }

        var (mean, interval, count) = SampleInterval.Of(samples, static (sums, number) => MetricValue.Ratio(sums[0], number, "no items"), Options, cancellationToken);
        _measures.Add(new AlignmentMeasure(name, (int)count, mean.Number, interval?.Low, interval?.High, neutral));
    }

    private static double Win(double difference) => difference > 0 ? 1 : difference < 0 ? 0 : 0.5;

    private static double Win(int difference) => Win((double)difference);
}
