using System.Text;
using Gyre.Contracts;
using Gyre.Evaluation.Benchmarks.Items;
using Gyre.Evaluation.Metrics;

namespace Gyre.Evaluation.Benchmarks.Tasks;

/// <summary>Answers of which a model finds one the likeliest.</summary>
internal sealed class ChoiceTask(BenchmarkDefinition definition, PromptWriter prompts, ILikelihoodScorer likelihoods, TimeProvider clock)
{
    /// <summary>Scores items together; an item of which any answer has no likelihood has no result.</summary>
    public async Task<IReadOnlyList<BenchmarkOutcome>> RunAsync(IReadOnlyList<BenchmarkItem> items, CancellationToken cancellationToken)
    {
        var requests = new List<LikelihoodRequest>();
        var unconditional = new List<LikelihoodRequest>();
        var faults = new List<string>();
        var asked = new BenchmarkOutcome[items.Count];
        foreach (var (place, item) in items.Index())
        {
            asked[place] = Outcomes.Begin(item) with { Preface = prompts.Preface(item), Question = item.Fields.Find("@question") ?? "" };
            var context = asked[place].Prompt;
            for (var i = 0; i < item.Choices.Count; i++)
            {
                var fields = item.Fields.With("choice", item.Choices[i].Text).With("letter", ItemReader.Letter(i));
                var continuation = definition.Choices.Continuation.Render(fields, faults);
                requests.Add(new LikelihoodRequest(context, continuation));
                if (definition.Choices.Unconditional is { } template)
                {
                    unconditional.Add(new LikelihoodRequest(template.Render(fields, faults), continuation));
                }
            }
        }

        if (faults.Count > 0 || requests.Exists(request => request.Continuation.Length == 0))
        {
            throw new EvaluationException("EVA0062", $"Writing the answers of '{definition.Name}' failed: {(faults.Count > 0 ? string.Join("; ", faults.Distinct(StringComparer.Ordinal)) : "an answer is empty")}. See that the files have what the definition's templates name.");
        }

        var start = clock.GetTimestamp();
        var scored = await likelihoods.ScoreAsync(requests, cancellationToken);
        var bare = unconditional.Count > 0 ? await likelihoods.ScoreAsync(unconditional, cancellationToken) : [];
        var duration = clock.GetElapsedTime(start) / Math.Max(1, items.Count);
        var outcomes = new BenchmarkOutcome[items.Count];
        var first = 0;
        for (var i = 0; i < items.Count; i++)
        {
            var count = items[i].Choices.Count;
            outcomes[i] = Outcome(asked[i], items[i], [.. scored.Skip(first).Take(count)], [.. bare.Skip(first).Take(count)]) with { Duration = duration };
            first += count;
        }

        return outcomes;
    }

    private static BenchmarkOutcome Outcome(BenchmarkOutcome outcome, BenchmarkItem item, Likelihood[] scored, Likelihood[] bare)
    {
        if (scored.Concat(bare).FirstOrDefault(likelihood => !likelihood.IsScored) is { } missing)
        {
            return outcome with { Reason = new Undefined(missing.IsTooLong ? UndefinedCause.TooLarge : UndefinedCause.MissingInput, missing.Reason) };
        }

        var choices = new ChoiceOutcome[scored.Length];
        for (var i = 0; i < choices.Length; i++)
        {
            var text = item.Choices[i].Text;
            choices[i] = new ChoiceOutcome(
                scored[i].LogLikelihood, scored[i].Tokens, text.EnumerateRunes().Count(), Encoding.UTF8.GetByteCount(text),
                bare.Length > 0 ? bare[i].LogLikelihood : null, item.Choices[i].Tag, item.Choices[i].IsRight, text);
        }

        return outcome with { Choices = choices, Chosen = Aggregates.ChoiceNorms.Best(choices, choice => choice.LogLikelihood) };
    }
}
