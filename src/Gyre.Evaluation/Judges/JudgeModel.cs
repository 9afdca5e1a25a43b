using Gyre.Evaluation.Judges.Forms;
using Gyre.Evaluation.Metrics;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Judges;

/// <summary>A model that judges, behind any chat client: asks, reads the reply, and asks again when it cannot be read.</summary>
/// <remarks>
/// Replies are read strictly, then leniently (a fenced block, an object among other text, a marked verdict), then asked for
/// again within <see cref="JudgeOptions.MaxRepairs"/>. What says two things is not guessed at. A call that fails leaves its
/// verdict undefined; when calls keep failing the run stops, and a run with kept replies (<see cref="Replies.KeptChatClient"/>)
/// goes on where it was.
/// <para>Owns: nothing; the client stays the caller's. Safe for several threads if the client is.</para>
/// <para>Errors: <see cref="EvaluationException"/> EVA0040 when the judge is down.</para>
/// </remarks>
public sealed class JudgeModel
{
    private readonly IChatClient _client;
    private long _strict;
    private long _lenient;
    private long _repaired;
    private long _unreadable;
    private long _failed;
    private int _failuresInARow;

    /// <summary>Takes a client.</summary>
    public JudgeModel(IChatClient client, JudgeOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(client);
        (_client, Options) = (client, options ?? new JudgeOptions());
        Options.Require();
        Name = Options.Name ?? (client.GetService(typeof(ChatClientMetadata)) as ChatClientMetadata)?.DefaultModelId ?? "judge";
    }

    /// <summary>What tables call the judge.</summary>
    public string Name { get; }

    /// <summary>How it is asked.</summary>
    public JudgeOptions Options { get; }

    /// <summary>How its replies were read so far.</summary>
    public JudgeCounts Counts => new(
        Interlocked.Read(ref _strict), Interlocked.Read(ref _lenient), Interlocked.Read(ref _repaired), Interlocked.Read(ref _unreadable), Interlocked.Read(ref _failed));

    /// <summary>Asks a question.</summary>
    /// <exception cref="EvaluationException">EVA0040: too many calls failed one after another. Those of kept replies.</exception>
    internal async Task<JudgeAnswer<T>> AskAsync<T>(JudgeQuestion<T> question, CancellationToken cancellationToken)
        where T : class
    {
        var length = question.Sections.Sum(section => (long)section.Text.Length) + question.Task.Length;
        if (length > Options.MaxPromptLength)
        {
            return JudgeAnswer<T>.None(UndefinedCause.TooLarge, $"the judged texts have {length} characters, and {Options.MaxPromptLength} are the most");
        }

        var messages = JudgePrompt.Messages(question);
        for (var repairs = 0; ; repairs++)
        {
            ChatResponse response;
            try
            {
                response = await _client.GetResponseAsync(messages, ChatOptionsOf(question.Form.Schema(Options.MaxReasonLength)), cancellationToken);
            }
            catch (Exception error) when (error is not EvaluationException && (error is not OperationCanceledException || !cancellationToken.IsCancellationRequested))
            {
                // Whatever a client throws is this verdict's failure, and is reported as such.
                return Failed<T>(error);
            }

            Volatile.Write(ref _failuresInARow, 0);
            var text = response.Text;
            if (ReplyReader.TryRead(text, question.Form, out var value, out var isStrict, out var fault))
            {
                Interlocked.Increment(ref repairs > 0 ? ref _repaired : ref (isStrict ? ref _strict : ref _lenient));
                return new JudgeAnswer<T>(value, null);
            }

            fault = response.FinishReason == ChatFinishReason.Length ? $"it was cut off at its token limit ({fault})" : fault;
            if (repairs == Options.MaxRepairs)
            {
                Interlocked.Increment(ref _unreadable);
                return JudgeAnswer<T>.None(UndefinedCause.UnreadableReply, $"the reply of '{Name}' could not be read, asked {repairs + 1} times: {fault}");
            }

            messages.Add(new ChatMessage(ChatRole.Assistant, string.IsNullOrWhiteSpace(text) ? "(empty)" : ReplyJson.Cut(text)));
            messages.Add(new ChatMessage(ChatRole.User, JudgePrompt.Repair(fault, question.Form.Shape)));
        }
    }

    private ChatOptions ChatOptionsOf(System.Text.Json.JsonElement schema) => new()
    {
        Temperature = Options.Temperature,
        Seed = Options.Seed,
        MaxOutputTokens = Options.MaxOutputTokens,
        ResponseFormat = Options.Format switch
        {
            JudgeReplyFormat.Schema => ChatResponseFormat.ForJsonSchema(schema, "verdict"),
            JudgeReplyFormat.Json => ChatResponseFormat.Json,
            _ => null,
        },
    };

    private JudgeAnswer<T> Failed<T>(Exception error)
        where T : class
    {
        Interlocked.Increment(ref _failed);
        return Interlocked.Increment(ref _failuresInARow) < Options.MaxFailures
            ? JudgeAnswer<T>.None(UndefinedCause.ScorerFailed, $"the judge '{Name}' did not answer: {error.GetType().Name}: {error.Message}")
            : throw new EvaluationException(
                "EVA0040",
                $"Judging stopped: {Options.MaxFailures} calls of the judge '{Name}' failed one after another, the last with: {error.GetType().Name}: {error.Message} See that it answers, then run again; replies that were kept are not asked for again.",
                error);
    }
}
