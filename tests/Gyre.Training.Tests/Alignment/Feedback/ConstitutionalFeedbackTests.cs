using Gyre.Contracts;
using Gyre.Evaluation.Judges;
using Gyre.Training.Alignment.Feedback;
using Gyre.Training.Alignment.Pairs;
using Microsoft.Extensions.AI;

namespace Gyre.Training.Tests.Alignment.Feedback;

public sealed class ConstitutionalFeedbackTests : IDisposable
{
    private const string Text =
        """
        principles:
          - name: kind
            rule: The answer is kind.
          - name: short
            rule: The answer is short.
            critique: What is too long?
            revision: Make it shorter.
        """;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_constitution_is_read_and_its_faults_are_told_together()
    {
        var constitution = Constitution.Parse(Text, "here.yaml");
        constitution.Principles.Select(principle => principle.Name).ShouldBe(["kind", "short"]);
        constitution.Principles[0].Revision.ShouldContain("The answer is kind.");
        constitution.Principles[1].Critique.ShouldBe("What is too long?");
        var error = Should.Throw<TrainingException>(() => Constitution.Parse("principles:\n  - name: A b\n  - name: x\n    rule: r\n  - name: x\n    rules: r\n", "here.yaml"));
        foreach (var part in new[] { "lower-case", "principles[0].rule", "names 'x' twice", "did you mean 'rule'" })
        {
            error.Message.ShouldContain(part);
        }

        Should.Throw<TrainingException>(() => Constitution.Parse("principles: []", "here.yaml")).Message.ShouldContain("expected 1 to");
    }

    [Fact]
    public async Task The_revision_is_chosen_when_it_wins_in_both_orders()
    {
        var writer = new Script(messages => messages[^1].Text switch
        {
            "Hello" => "Go away.",
            var text when text.Contains("between", StringComparison.Ordinal) => "Sure. <answer>Good day!</answer>",
            _ => "It is rude.",
        });
        var judge = new Script(messages => FirstShown(messages) == "Good day!" ? Verdict("first") : Verdict("second"));
        var result = await RunAsync(writer, judge, "Hello");
        var pair = result.Pairs.ShouldHaveSingleItem();
        (pair.Chosen, pair.Rejected).ShouldBe(("Good day!", "Go away."));
        pair.Source.ShouldStartWith("ai-feedback:");
        result.IsPartial.ShouldBeFalse();

        // What was critised and what the critique was stand in the request for the revision.
        var last = writer.Requests[2];
        last.Select(message => message.Text).ShouldContain("Go away.");
        last.Select(message => message.Text).ShouldContain("It is rude.");

        PreferenceWriter.Write(_folder.In("pairs.jsonl"), result.Pairs);
        var read = AlignmentFile.ReadPairs(_folder.In("pairs.jsonl"))[0];
        (read.Prompt[0].Content, read.Chosen, read.Rejected).ShouldBe(("Hello", "Good day!", "Go away."));
        Should.Throw<TrainingException>(() => PreferenceWriter.Write(_folder.In("none", "pairs.jsonl"), result.Pairs)).Code.ShouldBe("TRN0408");
    }

    [Fact]
    public async Task A_verdict_that_follows_the_place_is_a_tie_and_gives_no_pair()
    {
        var writer = new Script(messages => messages[^1].Text.Contains("between", StringComparison.Ordinal) ? $"<answer>{messages[0].Text} revised</answer>" : "A draft.");
        var judge = new Script(messages => FirstShown(messages).Contains("two", StringComparison.Ordinal) || SecondShown(messages).Contains("two", StringComparison.Ordinal)
            ? Verdict(FirstShown(messages).Contains("two", StringComparison.Ordinal) ? "first" : "second")
            : Verdict("first"));
        var result = await RunAsync(writer, judge, "one", "two");
        result.Pairs.ShouldHaveSingleItem().Chosen.ShouldBe("two revised");
        result.Ties.ShouldBe(1);
        result.Fault.ShouldContain("changed with the order");
    }

    [Fact]
    public async Task A_reply_without_tags_is_asked_for_again_and_given_up_after_the_limit()
    {
        var asked = 0;
        var writer = new Script(messages => messages[0].Text == "never" && messages.Count > 3 ? "no tags"
            : messages.Count <= 3 ? "A draft."
            : ++asked < 3 ? "no tags" : "<answer>Better.</answer>");
        var judge = new Script(messages => FirstShown(messages) == "Better." ? Verdict("first") : Verdict("second"));
        var result = await RunAsync(writer, judge, "once", "never");
        result.Pairs.ShouldHaveSingleItem().Chosen.ShouldBe("Better.");
        result.Unreadable.ShouldBe(1);
        result.Fault.ShouldContain("<answer>");
        asked.ShouldBe(3);
    }

    [Fact]
    public async Task A_client_that_fails_gives_a_partial_result_that_says_so()
    {
        var calls = 0;
        var writer = new Script(messages => ++calls > 3 ? throw new HttpRequestException("down") : messages[^1].Text.Contains("between", StringComparison.Ordinal) ? "<answer>Better.</answer>" : "A draft.");
        var judge = new Script(messages => FirstShown(messages) == "Better." ? Verdict("first") : Verdict("second"));
        var result = await RunAsync(writer, judge, [.. Enumerable.Range(0, 20).Select(i => $"prompt {i}")]);
        (result.IsPartial, result.Pairs.Count, result.Failed, result.Done).ShouldBe((true, 1, 5, 6));
        result.Fault.ShouldContain("down");

        var error = await Should.ThrowAsync<TrainingException>(() => RunAsync(new Script(_ => throw new HttpRequestException("down")), judge, "a"));
        error.Code.ShouldBe("TRN0407");
        error.Message.ShouldContain("1 failed");
    }

    [Fact]
    public async Task A_limit_ends_the_work_between_two_prompts_and_calls_and_tokens_are_counted()
    {
        var writer = new Script(messages => messages[^1].Text.Contains("between", StringComparison.Ordinal) ? "<answer>Better.</answer>" : "A draft.");
        var judge = new Script(messages => FirstShown(messages) == "Better." ? Verdict("first") : Verdict("second"));
        var meter = new FeedbackMeter(writer);
        TaskPrompt[] prompts = [.. Enumerable.Range(0, 4).Select(i => new TaskPrompt([new("user", $"prompt {i}")], new DatasetRow($"p{i}", "", "", "", new Dictionary<string, string>(StringComparer.Ordinal), "", "")))];
        var result = await new ConstitutionalFeedback(Constitution.Parse(Text, "here.yaml"), meter, new JudgeModel(judge))
            .RunAsync(prompts, null, TestContext.Current.CancellationToken, () => meter.Calls < 4);

        (result.Done, result.Pairs.Count, result.IsPartial).ShouldBe((2, 2, true));
        (meter.Calls, meter.InputTokens, meter.OutputTokens).ShouldBe((6, 42, 18)); // Draft, critique and revision twice, 7 and 3 tokens each.
    }

    private static Task<FeedbackResult> RunAsync(Script writer, Script judge, params string[] prompts) =>
        new ConstitutionalFeedback(Constitution.Parse(Text, "here.yaml"), writer, new JudgeModel(judge))
            .RunAsync([.. prompts.Select((prompt, i) => new TaskPrompt([new("user", prompt)], new DatasetRow($"p{i}", "", prompt, "", new Dictionary<string, string>(StringComparer.Ordinal), "", "")))], null, TestContext.Current.CancellationToken);

    private static string Verdict(string choice) => $$"""{"reason": "because", "verdict": "{{choice}}"}""";

    private static string FirstShown(IReadOnlyList<ChatMessage> messages) => Shown(messages, "first");

    private static string SecondShown(IReadOnlyList<ChatMessage> messages) => Shown(messages, "second");

    private static string Shown(IReadOnlyList<ChatMessage> messages, string tag)
    {
        var text = messages[1].Text;
        var from = text.IndexOf($"<{tag}>\n", StringComparison.Ordinal) + tag.Length + 3;
        return text[from..text.IndexOf($"\n</{tag}>", StringComparison.Ordinal)];
    }

    private sealed class Script(Func<IReadOnlyList<ChatMessage>, string> reply) : IChatClient
    {
        public List<IReadOnlyList<ChatMessage>> Requests { get; } = [];

        public Task<ChatResponse> GetResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
        {
            Requests.Add([.. messages]);
            return Task.FromResult(new ChatResponse(new ChatMessage(ChatRole.Assistant, reply(Requests[^1]))) { Usage = new UsageDetails { InputTokenCount = 7, OutputTokenCount = 3 } });
        }

        public IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
            throw new NotSupportedException();

        public object? GetService(Type serviceType, object? serviceKey = null) => null;

        public void Dispose()
        {
        }
    }
}
