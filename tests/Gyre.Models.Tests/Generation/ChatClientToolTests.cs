using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Gyre.Models.Catalog;
using Gyre.Models.Generation;
using Gyre.Models.Templates;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using Microsoft.Extensions.AI;

namespace Gyre.Models.Tests.Generation;

/// <summary>Functions through <see cref="LanguageModelChatClient"/>: on offer, called, answered.</summary>
public class ChatClientToolTests
{
    /// <summary>A template of the Hermes family, small enough to read.</summary>
    private const string Hermes =
        "{% for tool in tools %}T:{{ tool | tojson }}\n{% endfor %}{% for m in messages %}{{ m.role }}:{{ m.content }}{% for c in m.tool_calls %}<tool_call>{{ c.function | tojson }}</tool_call>{% endfor %}{{ '\n' }}{% endfor %}A:";

    private const string Call = "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\", \"days\": 2}}\n</tool_call>";

    private static readonly ChatMessage[] Ask = [new(ChatRole.User, "Weather?")];

    private readonly ScriptedGenerator _script = new();
    private readonly List<string> _asked = [];

    private AIFunction Weather => AIFunctionFactory.Create(
        (string city, int days) =>
        {
            _asked.Add($"{city} {days}");
            return new Dictionary<string, string> { ["sky"] = "rain over " + city };
        },
        "get_weather",
        "The weather of a city.");

    private static AIFunction Now => AIFunctionFactory.Create(() => "noon", "now");

    [Fact]
    public async Task The_model_is_told_of_the_functions_by_its_own_template_and_not_when_none_may_be_called()
    {
        _script.Answer = _ => "Hm.";
        await AskAsync(new ChatOptions { Tools = [Weather, Now] });
        _script.Prompts[^1].ShouldStartWith("T:{\"type\": \"function\", \"function\": {\"name\": \"get_weather\", \"description\": \"The weather of a city.\"");
        _script.Prompts[^1].ShouldContain("\"name\": \"now\"");

        await AskAsync(new ChatOptions { Tools = [Weather], ToolMode = ChatToolMode.None });
        _script.Prompts[^1].ShouldBe("user:Weather?\nA:");
        _script.Options!.Constraint.ShouldBeNull();
    }

    [Fact]
    public async Task A_call_is_handed_out_whole_after_the_text_before_it()
    {
        _script.Answer = _ => "Let me look. " + Call;
        await using var model = Model();
        using var client = new LanguageModelChatClient(model);

        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in client.GetStreamingResponseAsync(Ask, new ChatOptions { Tools = [Weather, Now] }))
        {
            updates.Add(update);
        }

        string.Concat(updates.Select(update => update.Text)).ShouldBe("Let me look.");
        updates.Count(update => update.Text.Length > 0).ShouldBeGreaterThan(5, "the text is streamed");
        var call = updates.SelectMany(update => update.Contents).OfType<FunctionCallContent>().ShouldHaveSingleItem();
        call.Name.ShouldBe("get_weather");
        call.CallId.ShouldBe("call_1");
        call.Arguments!.Select(argument => $"{argument.Key}={argument.Value}").ShouldBe(["city=Oslo", "days=2"]);
        updates[^1].FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        updates.SkipLast(1).ShouldAllBe(update => update.FinishReason == null);
    }

    [Fact]
    public async Task Several_calls_in_one_answer_have_ids_that_differ_and_one_alone_is_obeyed()
    {
        _script.Answer = _ => Call + "\n<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>";
        var response = await AskAsync(new ChatOptions { Tools = [Weather, Now] });

        Calls(response).Select(call => $"{call.CallId} {call.Name}").ShouldBe(["call_1 get_weather", "call_2 now"]);
        response.FinishReason.ShouldBe(ChatFinishReason.ToolCalls);
        response.Usage!.InputTokenCount.ShouldBe(_script.Prompts[^1].Length);

        _script.Obeys = false; // What it would say is what its constraint forbids.
        await AskAsync(new ChatOptions { Tools = [Weather, Now], AllowMultipleToolCalls = false });
        var constraint = _script.Options!.Constraint.ShouldNotBeNull();
        constraint.IsSatisfiedBy(Encoding.UTF8.GetBytes(Call)).ShouldBeTrue();
        constraint.CanBegin(Encoding.UTF8.GetBytes(_script.Answer(""))).ShouldBeFalse();
    }

    [Fact]
    public async Task A_call_that_the_limit_cuts_off_is_text()
    {
        _script.Answer = _ => Call[..40];
        _script.Reason = FinishReason.Length;
        var response = await AskAsync(new ChatOptions { Tools = [Weather] });

        Calls(response).ShouldBeEmpty();
        response.FinishReason.ShouldBe(ChatFinishReason.Length);
        response.Text.ShouldContain("get_weather");
    }

    [Fact]
    public async Task The_tool_mode_is_a_constraint()
    {
        _script.Answer = _ => Call;
        await AskAsync(new ChatOptions { Tools = [Weather, Now], ToolMode = ChatToolMode.RequireAny });
        Permits("Hello.").ShouldBeFalse();
        Permits(Call).ShouldBeTrue();
        Permits("<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>").ShouldBeTrue();

        await AskAsync(new ChatOptions { Tools = [Weather, Now], ToolMode = ChatToolMode.RequireSpecific("get_weather") });
        Permits(Call).ShouldBeTrue();
        Permits("<tool_call>\n{\"name\": \"now\", \"arguments\": {}}\n</tool_call>").ShouldBeFalse();

        await AskAsync(new ChatOptions { Tools = [Weather], ToolMode = ChatToolMode.Auto });
        Permits("Hello.").ShouldBeTrue();
        Permits(Call.Replace("\"Oslo\"", "7", StringComparison.Ordinal)).ShouldBeFalse("a city is a text");

        bool Permits(string text) => _script.Options!.Constraint.ShouldNotBeNull().IsSatisfiedBy(Encoding.UTF8.GetBytes(text));
    }

    [Fact]
    public async Task A_loop_that_invokes_functions_goes_on_until_the_model_answers_in_text()
    {
        _script.Answer = prompt => prompt.Contains("tool:{\"sky\":\"rain over Oslo\"}\n", StringComparison.Ordinal) ? "It rains." : Call;
        await using var model = Model();
        using var client = new LanguageModelChatClient(model);

        var (response, conversation) = await InvokeAsync(client, [.. Ask], new ChatOptions { Tools = [Weather, Now] });

        response.Text.ShouldBe("It rains.");
        response.FinishReason.ShouldBe(ChatFinishReason.Stop);
        _asked.ShouldBe(["Oslo 2"]);
        conversation.Select(message => message.Role).ShouldBe([ChatRole.User, ChatRole.Assistant, ChatRole.Tool]);
        _script.Prompts[^1].ShouldContain("<tool_call>{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\", \"days\": 2}}</tool_call>");
    }

    [Fact]
    public async Task A_later_call_of_a_conversation_has_an_id_of_its_own()
    {
        _script.Answer = prompt => prompt.Split("tool:").Length > 2 ? "Done." : Call;
        await using var model = Model();
        using var client = new LanguageModelChatClient(model);

        var (_, conversation) = await InvokeAsync(client, [.. Ask], new ChatOptions { Tools = [Weather] });

        conversation.SelectMany(message => message.Contents).OfType<FunctionCallContent>().Select(call => call.CallId).ShouldBe(["call_1", "call_2"]);
    }

    [Fact]
    public async Task Gyres_own_model_calls_validly_when_it_must_and_its_function_is_invoked()
    {
        using var team = new ThreadTeam(2);
        await using var model = await new ModelLoader(team, TimeProvider.System).LoadAsync(ModelFolder.Open(Path.Combine(TestData.RepositoryRoot, "models", "default")), "default");
        using var client = new LanguageModelChatClient(model);
        var sizes = new List<string>();
        var find = AIFunctionFactory.Create((Size size, bool isLinen) => sizes.Add($"{size} {isLinen}"), new AIFunctionFactoryOptions
        {
            Name = "find_shirt",
            JsonSchemaCreateOptions = new AIJsonSchemaCreateOptions { TransformOptions = new AIJsonSchemaTransformOptions { DisallowAdditionalProperties = true } },
        });
        for (var seed = 0; seed < 4; seed++)
        {
            ChatMessage[] messages = [new(ChatRole.User, "Find a linen shirt.")];
            var options = new ChatOptions
            {
                Tools = [find, Now],
                ToolMode = seed % 2 == 0 ? ChatToolMode.RequireAny : ChatToolMode.RequireSpecific("find_shirt"),
                AllowMultipleToolCalls = false,
                Seed = seed,
                MaxOutputTokens = 120,
            };

            var response = await client.GetResponseAsync(messages, options);

            response.FinishReason.ShouldBe(ChatFinishReason.ToolCalls, response.ToString());
            var call = Calls(response).ShouldHaveSingleItem();
            if (call.Name == "find_shirt")
            {
                await find.InvokeAsync(new AIFunctionArguments(call.Arguments));
            }
            else
            {
                call.Arguments.ShouldNotBeNull().ShouldBeEmpty();
            }
        }

        sizes.Count.ShouldBeGreaterThanOrEqualTo(2);
    }

    [Fact]
    public async Task What_cannot_be_obeyed_of_tools_is_refused_by_name()
    {
        (string Name, ChatOptions Options)[] refused =
        [
            ("Tools HostedWebSearchTool", new() { Tools = [new HostedWebSearchTool()] }),
            ("ToolMode RequireAny", new() { ToolMode = ChatToolMode.RequireAny }),
            ("ToolMode 'other'", new() { Tools = [Now], ToolMode = ChatToolMode.RequireSpecific("other") }),
            ("Tools 'now'", new() { Tools = [Now, Now] }),
            ("Tools 'a b'", new() { Tools = [AIFunctionFactory.CreateDeclaration("a b", "", JsonSerializer.SerializeToElement(new { type = "object" }))] }),
            ("not that of an object", new() { Tools = [AIFunctionFactory.CreateDeclaration("a", "", JsonSerializer.SerializeToElement(new { type = "array" }))] }),
        ];
        foreach (var (name, options) in refused)
        {
            var error = await Should.ThrowAsync<ModelException>(AskAsync(options), name);

            error.Code.ShouldBe("RUN0306");
            error.Message.ShouldContain(name);
        }

        _script.Prompts.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_schema_that_cannot_be_enforced_is_refused_where_it_must_be_and_is_any_object_elsewhere()
    {
        var odd = AIFunctionFactory.CreateDeclaration("odd", "", JsonDocument.Parse("""{"type":"object","properties":{"a":{"not":{}}}}""").RootElement);
        _script.Answer = _ => "Hm.";
        await AskAsync(new ChatOptions { Tools = [odd] });

        var error = await Should.ThrowAsync<ModelException>(AskAsync(new ChatOptions { Tools = [odd], ToolMode = ChatToolMode.RequireAny }));

        error.Code.ShouldBe("RUN0701");
        error.Message.ShouldContain("'odd'");
        error.Message.ShouldContain("not");
    }

    [Fact]
    public async Task A_result_without_its_call_is_refused()
    {
        var error = await Should.ThrowAsync<ModelException>(AskAsync(null, [.. Ask, new ChatMessage(ChatRole.Tool, [new FunctionResultContent("call_9", "rain")])]));

        error.Code.ShouldBe("RUN0306");
        error.Message.ShouldContain("call_9");
    }

    private enum Size
    {
        Small,
        Large,
    }

    private static IEnumerable<FunctionCallContent> Calls(ChatResponse response) => response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>();

    /// <summary>What a client that invokes functions does: calls, results, and again, until there is an answer.</summary>
    private static async Task<(ChatResponse Response, List<ChatMessage> Conversation)> InvokeAsync(LanguageModelChatClient client, List<ChatMessage> conversation, ChatOptions options)
    {
        for (var round = 1; ; round++)
        {
            round.ShouldBeLessThan(9, "the model calls for ever");
            var response = await client.GetResponseAsync(conversation, options);
            var calls = Calls(response).ToList();
            if (calls.Count == 0)
            {
                return (response, conversation);
            }

            conversation.AddRange(response.Messages);
            var results = new List<AIContent>();
            foreach (var call in calls)
            {
                var function = options.Tools!.OfType<AIFunction>().Single(tool => tool.Name == call.Name); // Set by every caller.
                results.Add(new FunctionResultContent(call.CallId, await function.InvokeAsync(new AIFunctionArguments(call.Arguments))));
            }

            conversation.Add(new ChatMessage(ChatRole.Tool, results));
        }
    }

    private LanguageModel Model() => new("fake", "", new FakeByteTokenizer(), ChatTemplate.Parse(Hermes), new FakeDecoder(), _script);

    private async Task<ChatResponse> AskAsync(ChatOptions? options, ChatMessage[]? messages = null)
    {
        await using var model = Model();
        using var client = new LanguageModelChatClient(model);
        return await client.GetResponseAsync(messages ?? Ask, options);
    }

    /// <summary>Answers by a script, a character a token, and says so when its constraint would have forbidden it.</summary>
    private sealed class ScriptedGenerator : ITextGenerator
    {
        public Func<string, string> Answer { get; set; } = _ => "";

        public FinishReason Reason { get; set; } = FinishReason.Stop;

        public bool Obeys { get; set; } = true;

        public List<string> Prompts { get; } = [];

        public GenerationOptions? Options { get; private set; }

        public async IAsyncEnumerable<GenerationUpdate> GenerateAsync(
            IReadOnlyList<int> prompt,
            GenerationOptions options,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            Prompts.Add(new FakeByteTokenizer().Decode([.. prompt]));
            Options = options;
            var answer = Answer(Prompts[^1]);
            if (Obeys && options.Constraint is { } constraint)
            {
                var bytes = Encoding.UTF8.GetBytes(answer);
                (Reason == FinishReason.Stop ? constraint.IsSatisfiedBy(bytes) : constraint.CanBegin(bytes)).ShouldBeTrue(answer);
            }

            foreach (var letter in answer)
            {
                await Task.Yield();
                yield return new GenerationUpdate { Text = letter.ToString(), TokenId = letter };
            }

            yield return new GenerationUpdate
            {
                FinishReason = Reason,
                Usage = new GenerationUsage(prompt.Count, answer.Length, 0, TimeSpan.Zero, TimeSpan.Zero, TimeSpan.Zero),
            };
        }
    }
}
