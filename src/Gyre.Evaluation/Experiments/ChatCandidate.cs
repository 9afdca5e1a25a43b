using System.Globalization;
using Gyre.Contracts;
using Gyre.Evaluation.Replies;
using Microsoft.Extensions.AI;

namespace Gyre.Evaluation.Experiments;

/// <summary>A candidate that is asked by chat: any model behind an <see cref="IChatClient"/> with a prompt and parameters.</summary>
/// <remarks>The client stays the caller's.</remarks>
public sealed class ChatCandidate : ICandidate
{
    private readonly IChatClient _client;
    private readonly ChatCandidateOptions _options;
    private readonly TimeProvider _clock;

    /// <summary>Makes a candidate.</summary>
    /// <param name="name">What tables call it.</param>
    /// <param name="modelDigest">What tells the model's weights from others, with its adapter.</param>
    /// <param name="client">The model.</param>
    /// <param name="options">How it is asked.</param>
    /// <param name="clock">Measures how long calls take.</param>
    public ChatCandidate(string name, string modelDigest, IChatClient client, ChatCandidateOptions options, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrWhiteSpace(modelDigest);
        ArgumentNullException.ThrowIfNull(options);
        (Name, _client, _options, _clock) = (name, client, options, clock);
        Digest = DigestOf(modelDigest, options);
    }

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Digest { get; }

    /// <inheritdoc/>
    public (decimal Input, decimal Output)? PricePerMillion => _options.PricePerMillion;

    /// <inheritdoc/>
    public async Task<Reply> AnswerAsync(DatasetRow row, int sample, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        var generation = _options.Generation.Clone();
        generation.Seed = (generation.Seed ?? 0) + sample;
        var answers = new Dictionary<string, string>(StringComparer.Ordinal);
        var (input, output) = ((long?)0, (long?)0);
        var start = _clock.GetTimestamp();
        foreach (var step in _options.Steps)
        {
            var answer = await _client.GetResponseAsync(Messages(step.Template.Render(row, answers), []), generation.Clone(), cancellationToken);
            answers[step.Name] = answer.Text;
            (input, output) = (input + answer.Usage?.InputTokenCount, output + answer.Usage?.OutputTokenCount);
        }

        var shown = _options.Examples.Where(example => (_options.ShowsEveryTask || example.Task == row.Task) && (example.Id != row.Id || example.Prompt != row.Prompt));
        var response = await _client.GetResponseAsync(Messages(_options.Template.Render(row, answers), shown), generation, cancellationToken);
        return new Reply(
            response.Text,
            _clock.GetElapsedTime(start),
            input + response.Usage?.InputTokenCount,
            output + response.Usage?.OutputTokenCount,
            response.FinishReason?.Value,
            _options.PassagesOf?.Invoke(response));
    }

    private List<ChatMessage> Messages(string question, IEnumerable<DatasetRow> examples)
    {
        List<ChatMessage> messages = _options.System.Length > 0 ? [new(ChatRole.System, _options.System)] : [];
        foreach (var example in examples)
        {
            messages.Add(new ChatMessage(ChatRole.User, _options.Template.Render(example)));
            messages.Add(new ChatMessage(ChatRole.Assistant, example.Reference));
        }

        messages.Add(new ChatMessage(ChatRole.User, question));
        return messages;
    }

    private static string DigestOf(string modelDigest, ChatCandidateOptions options)
    {
        var generation = options.Generation;
        return ReplyKey.Of(
        [
            "chat-1", modelDigest, options.System, options.Template.Source,
            .. options.ShowsEveryTask ? ["examples of every task"] : (string[])[],
            .. options.Steps.SelectMany(step => new[] { "step", step.Name, step.Template.Source }),
            .. options.Examples.SelectMany(example => new[] { example.Id, options.Template.Render(example), example.Reference }),
            string.Create(
                CultureInfo.InvariantCulture,
                $"{generation.Temperature}|{generation.MaxOutputTokens}|{generation.TopP}|{generation.TopK}|{generation.Seed}|{generation.FrequencyPenalty}|{generation.PresencePenalty}"),
            .. generation.StopSequences ?? [],
        ]).ToString();
    }
}
