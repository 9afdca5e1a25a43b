using Gyre.Contracts;
using Gyre.Evaluation;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Judges.Pairs;
using Gyre.Models.Templates;
using Gyre.Training.Alignment.Pairs;
using Microsoft.Extensions.AI;

namespace Gyre.Training.Alignment.Feedback;

/// <summary>Makes preference pairs without people: a model answers, criticises its answer by a principle, revises it, and a judge says which of the two follows the principle better.</summary>
/// <remarks>
/// The judge sees both orders; a verdict that changes with the order is a tie, and ties give no pair. A revised answer is
/// asked for between tags, and again within <see cref="FeedbackOptions.MaxRepairs"/> when they are missing.
/// <para>Owns: nothing; clients stay the caller's. Cost: about five calls a prompt and round.</para>
/// <para>Source: Bai et al., "Constitutional AI", 2022, sections 3 and 4.</para>
/// </remarks>
/// <param name="constitution">The principles.</param>
/// <param name="writer">Answers, criticises and revises.</param>
/// <param name="judge">Compares; may be over the same client.</param>
/// <param name="options">Seed, rounds and limits.</param>
public sealed class ConstitutionalFeedback(Constitution constitution, IChatClient writer, JudgeModel judge, FeedbackOptions? options = null)
{
    private const string Open = "<answer>";
    private const string Close = "</answer>";
    private readonly FeedbackOptions _options = options ?? new FeedbackOptions();

    /// <summary>Works on prompts, one after the other.</summary>
    /// <param name="prompts">What is answered.</param>
    /// <param name="progress">Told the prompts done; null for nobody.</param>
    /// <param name="cancellationToken">Ends the work; what was made is lost, except what a client keeps.</param>
    /// <param name="mayBegin">Asked before each prompt; false ends the work with a partial result, as a limit does. Null for no limit.</param>
    /// <remarks>Errors: TRN0407 no pair came of it. A result that lacks prompts says so (<see cref="FeedbackResult.IsPartial"/>).</remarks>
    public async Task<FeedbackResult> RunAsync(IReadOnlyList<TaskPrompt> prompts, IProgress<int>? progress, CancellationToken cancellationToken, Func<bool>? mayBegin = null)
    {
        ArgumentNullException.ThrowIfNull(prompts);
        _options.Require();
        var pairs = new List<PreferencePair>();
        var (done, ties, unreadable, failed, failuresInARow, fault) = (0, 0, 0, 0, 0, "");
        var random = new SeededRandom(_options.Seed);
        for (; done < prompts.Count && failuresInARow < _options.MaxFailures && mayBegin?.Invoke() != false; done++)
        {
            var prompt = prompts[done];
            try
            {
                var (pair, isTie, reason) = await WorkAsync(prompt, random.Fork($"prompt/{done}"), cancellationToken);
                failuresInARow = 0;
                if (pair is not null)
                {
                    pairs.Add(pair);
                }
                else
                {
                    (ties, unreadable) = isTie ? (ties + 1, unreadable) : (ties, unreadable + 1);
                    fault = fault.Length > 0 ? fault : $"{prompt.Row.Id}: {reason}";
                }
            }
            catch (Exception error) when (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
            {
                // Whatever a client throws is this prompt's failure, and is counted and told.
                failed++;
                failuresInARow++;
                fault = fault.Length > 0 ? fault : $"{prompt.Row.Id}: {error.GetType().Name}: {error.Message}";
            }

            progress?.Report(done + 1);
        }

        return pairs.Count > 0
            ? new FeedbackResult(pairs, prompts.Count, done, ties, unreadable, failed, fault)
            : throw new TrainingException("TRN0407", $"Asking for AI feedback failed: {done} of {prompts.Count} prompts gave no preference ({ties} ties, {unreadable} unreadable, {failed} failed; the first: {fault}). Expected one at least. Try a stronger model, other principles, or see that the model answers.");
    }

    /// <summary>Draft, critique, revision, preference.</summary>
    private async Task<(PreferencePair? Pair, bool IsTie, string Reason)> WorkAsync(TaskPrompt prompt, SeededRandom random, CancellationToken cancellationToken)
    {
        var conversation = prompt.Prompt.Select(turn => new ChatMessage(new ChatRole(turn.Role), turn.Content)).ToList();
        var draft = await AskAsync(conversation, cancellationToken);
        if (draft.Length == 0)
        {
            return (null, false, "the draft is empty");
        }

        var order = constitution.Principles.ToArray();
        random.Shuffle<ConstitutionPrinciple>(order);
        var (answer, principle) = (draft, order[0]);
        for (var round = 0; round < _options.Rounds; round++)
        {
            principle = order[round % order.Length];
            if (await ReviseAsync(conversation, answer, principle, cancellationToken) is not { } revised)
            {
                return (null, false, $"the revision by '{principle.Name}' stands in no {Open} … {Close}");
            }

            answer = revised;
        }

        if (answer == draft)
        {
            return (null, true, "the revision is the draft");
        }

        var pairwise = new PairwiseJudge(judge, new PairwiseOptions { Name = principle.Name, Question = $"Which answer follows this principle better: {principle.Rule}" });
        var verdict = await pairwise.CompareAsync(prompt.Row, answer, draft, cancellationToken);
        var source = $"ai-feedback:{principle.Name}:{prompt.Row.Id}";
        return verdict.Preference switch
        {
            PairPreference.First => (new PreferencePair(prompt.Prompt, answer, draft, source), false, ""),
            PairPreference.Second => (new PreferencePair(prompt.Prompt, draft, answer, source), false, ""),
            PairPreference.Tie => (null, true, verdict.Reason),
            _ => (null, false, verdict.Undefined?.Detail ?? "no verdict"),
        };
    }

    /// <summary>An answer revised by a principle; null when no reply can be used.</summary>
    private async Task<string?> ReviseAsync(List<ChatMessage> conversation, string answer, ConstitutionPrinciple principle, CancellationToken cancellationToken)
    {
        List<ChatMessage> messages = [.. conversation, new(ChatRole.Assistant, answer), new(ChatRole.User, principle.Critique)];
        messages.Add(new ChatMessage(ChatRole.Assistant, await AskAsync(messages, cancellationToken) is { Length: > 0 } critique ? critique : "(nothing)"));
        messages.Add(new ChatMessage(ChatRole.User, $"{principle.Revision}\nReply with the new answer alone, between {Open} and {Close}."));
        for (var repairs = 0; ; repairs++)
        {
            var reply = await AskAsync(messages, cancellationToken);
            if (Between(reply) is { Length: > 0 } revised)
            {
                return revised;
            }

            if (repairs == _options.MaxRepairs)
            {
                return null;
            }

            messages.Add(new ChatMessage(ChatRole.Assistant, reply.Length > 0 ? reply : "(empty)"));
            messages.Add(new ChatMessage(ChatRole.User, $"That reply has no text between {Open} and {Close}. Reply with {Open}, the new answer, {Close}, and nothing else."));
        }
    }

    private static string Between(string reply)
    {
        var from = reply.LastIndexOf(Open, StringComparison.Ordinal);
        var to = from < 0 ? -1 : reply.IndexOf(Close, from, StringComparison.Ordinal);
        return to < 0 ? "" : reply[(from + Open.Length)..to].Trim();
    }

    private async Task<string> AskAsync(IEnumerable<ChatMessage> messages, CancellationToken cancellationToken) =>
        (await writer.GetResponseAsync(messages, new ChatOptions { MaxOutputTokens = _options.MaxTokens, Temperature = 0 }, cancellationToken)).Text.Trim();
}
