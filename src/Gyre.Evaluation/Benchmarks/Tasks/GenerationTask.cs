using Gyre.Evaluation.Benchmarks.Items;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Replies;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Benchmarks.Tasks;

/// <summary>Answers that a model writes.</summary>
internal sealed class GenerationTask(BenchmarkDefinition definition, PromptWriter prompts, BenchmarkModel model, BenchmarkRunOptions options, TimeProvider clock)
{
    private const int LetterTokens = 16;

    /// <summary>Asks for an item's answers and judges them.</summary>
    public Task<BenchmarkOutcome> RunAsync(BenchmarkItem item, CancellationToken cancellationToken) => definition.Task switch
    {
        BenchmarkTask.Choice => ChooseAsync(item, cancellationToken),
        BenchmarkTask.Code => ProgramAsync(item, cancellationToken),
        _ => AnswerAsync(item, cancellationToken),
    };

    /// <summary>The answer's letter, for models that say nothing of likelihoods.</summary>
    private async Task<BenchmarkOutcome> ChooseAsync(BenchmarkItem item, CancellationToken cancellationToken)
    {
        var outcome = Outcomes.Begin(item);
        var faults = new List<string>();
        var prompt = definition.Choices.Asked.Render(item.Fields, faults);
        if (faults.Count > 0)
        {
            throw new EvaluationException("EVA0062", $"Writing a question of '{definition.Name}' failed: {string.Join("; ", faults)}. Correct the definition.");
        }

        prompt = options.Perturbation?.Apply(prompt, item.Id) ?? prompt;
        var reply = await AskAsync(prompt, 0, LetterTokens, cancellationToken);
        var text = reply.Text;
        var letter = AnswerExtraction.Find("letter", text, null);
        var chosen = Enumerable.Range(0, item.Choices.Count).FirstOrDefault(i => ItemReader.Letter(i) == letter, -1);
        return outcome with { Question = prompt, Answers = [text], Chosen = chosen, Duration = reply.Duration };
    }

    private async Task<BenchmarkOutcome> AnswerAsync(BenchmarkItem item, CancellationToken cancellationToken)
    {
        var rules = definition.Generation;
        var outcome = Outcomes.Begin(item) with { Preface = prompts.Preface(item), Question = item.Fields.Find("@question") ?? "" };
        var prompt = outcome.Prompt;
        var references = item.References.Select(reference => AnswerExtraction.Find(rules.ReferenceExtraction, reference, rules.Pattern)).OfType<string>().ToList();
        var (answers, values) = (new List<string>(), new List<Dictionary<string, double>>());
        for (var sample = 0; sample < Samples; sample++)
        {
            var reply = await AskAsync(prompt, sample, rules.MaxTokens, cancellationToken);
            var text = reply.Text;
            answers.Add(text);
            outcome = outcome with { Duration = outcome.Duration + reply.Duration };
            var (found, reason) = await AnswerCheck.JudgeAsync(
                rules, item, AnswerExtraction.Find(rules.Extraction, text, rules.Pattern), text, references, model, cancellationToken);
            if (reason is not null)
            {
                return outcome with { Answers = answers, Reason = reason };
            }

            values.Add(found);
        }

        return outcome with { Answers = answers, Values = Join(values) };
    }

    private async Task<BenchmarkOutcome> ProgramAsync(BenchmarkItem item, CancellationToken cancellationToken)
    {
        var outcome = Outcomes.Begin(item) with { Preface = prompts.Preface(item), Question = item.Fields.Find("@question") ?? "" };
        if (model.Sandbox is null)
        {
            return outcome with { Reason = new Undefined(UndefinedCause.MissingInput, "nothing runs the programs; give the run a sandbox") };
        }

        var prompt = outcome.Prompt;
        var (answers, passed) = (new List<string>(), 0);
        for (var sample = 0; sample < Samples; sample++)
        {
            var reply = await AskAsync(prompt, sample, definition.Generation.MaxTokens, cancellationToken);
            answers.Add(reply.Text);
            outcome = outcome with { Duration = outcome.Duration + reply.Duration };
            var result = await model.Sandbox.RunAsync(ProgramText.Of(definition, item, reply.Text), cancellationToken);
            if (result.Reason is { } reason)
            {
                return outcome with { Answers = answers, Reason = reason };
            }

            passed += result.Verdict == Sandbox.ProgramVerdict.Passed ? 1 : 0;
        }

        var values = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var k in new[] { 1, 10, 100 }.Where(k => k <= answers.Count))
        {
            values[$"pass@{k}"] = PassAtK.Estimate(answers.Count, passed, k);
        }

        return outcome with { Answers = answers, Values = values };
    }

    private int Samples => options.Samples ?? definition.Generation.Samples;

    /// <summary>Means over samples, and for toxicity the maximum and whether any is at least even.</summary>
    private static Dictionary<string, double> Join(List<Dictionary<string, double>> samples)
    {
        var joined = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var name in samples.SelectMany(sample => sample.Keys).Distinct(StringComparer.Ordinal))
        {
            joined[name] = samples.Average(sample => sample[name]);
        }

        if (joined.ContainsKey("toxicity"))
        {
            var greatest = samples.Max(sample => sample["toxicity"]);
            (joined["toxicity-maximum"], joined["toxicity-any"]) = (greatest, greatest >= 0.5 ? 1 : 0);
        }

        return joined;
    }

    /// <summary>What the model wrote and what it took, also when the answer is of an earlier run.</summary>
    private async Task<Reply> AskAsync(string prompt, int sample, int maxTokens, CancellationToken cancellationToken)
    {
        var rules = definition.Generation;
        var key = ReplyKey.Of(model.Digest, prompt, $"{rules.Temperature:R}/{maxTokens}/{options.Seed}/{sample}", string.Join('\0', rules.Stop));
        Reply? reply = null;
        if (options.Replies?.TryGet(key, out reply) == true && reply is not null)
        {
            return reply;
        }

        var start = clock.GetTimestamp();
        var settings = new ChatOptions
        {
            Temperature = (float)rules.Temperature,
            MaxOutputTokens = maxTokens,
            Seed = unchecked((long)((options.Seed + (ulong)sample) & long.MaxValue)),
            StopSequences = rules.Stop.Count > 0 ? [.. rules.Stop] : null,
        };
        var response = await model.Chat!.GetResponseAsync(prompt, settings, cancellationToken); // The run checked that it is there.
        var text = CutAtStop(response.Text, rules.Stop);
        reply = new Reply(text, clock.GetElapsedTime(start), response.Usage?.InputTokenCount, response.Usage?.OutputTokenCount, response.FinishReason?.Value);
        options.Replies?.Add(key, reply);
        return reply;
    }

    /// <summary>For services that ignore stop texts.</summary>
    private static string CutAtStop(string text, IReadOnlyList<string> stops)
    {
        var end = stops.Select(stop => text.IndexOf(stop, StringComparison.Ordinal)).Where(at => at >= 0).DefaultIfEmpty(text.Length).Min();
        return text[..end];
    }
}
