using System.Text.Json.Nodes;
using Gyre.Models.Templates;
using Gyre.Models.Tools;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tools;

public class ToolFormatTests
{
    private static readonly ToolDefinition Weather = new(
        "get_weather",
        "The weather of a city.",
        JsonNode.Parse("""{"type":"object","properties":{"city":{"type":"string"}},"required":["city"]}""")!.AsObject());

    private static readonly ChatTurn[] Conversation =
    [
        new("user", "Weather in Oslo?"),
        new("assistant", "") { ToolCalls = [new ToolCall("call_0123456789abcdef0123456789abcdef", "get_weather", """{"city": "Oslo"}""")] },
        new("tool", "rain") { ToolCallId = "call_0123456789abcdef0123456789abcdef" },
    ];

    [Theory]
    [InlineData("Qwen-Qwen2.5-7B-Instruct", "hermes")]
    [InlineData("NousResearch-Hermes-2-Pro-Llama-3-8B-tool_use", "hermes")]
    [InlineData("NousResearch-Hermes-3-Llama-3.1-8B-tool_use", "hermes")]
    [InlineData("meta-llama-Llama-3.1-8B-Instruct", "llama3")]
    [InlineData("meta-llama-Llama-3.2-3B-Instruct", "llama3")]
    [InlineData("meta-llama-Llama-3.3-70B-Instruct", "llama3")]
    [InlineData("mistralai-Mistral-Nemo-Instruct-2407", "mistral")]
    [InlineData("google-gemma-2-2b-it", "json")]
    [InlineData("microsoft-Phi-3.5-mini-instruct", "json")]
    [InlineData("deepseek-ai-DeepSeek-R1-Distill-Qwen-32B", "json")]
    public void A_published_template_is_known_and_shows_tools_calls_and_results(string template, string expected)
    {
        var parsed = ChatTemplate.Parse(File.ReadAllText(TestData.Require($"data/chat-template-goldens/templates/{template}.jinja")));
        var format = ToolFormat.Detect(parsed);

        var (turns, tools) = format.Prepare(Conversation, [Weather]);
        var text = parsed.Render(turns, addGenerationPrompt: true, new JsonObject { ["bos_token"] = "", ["eos_token"] = "", ["tools"] = tools });

        format.Name.ShouldBe(expected);
        format.IsNative.ShouldBe(expected != "json");
        text.ShouldContain("The weather of a city.");
        text.ShouldContain("\"city\": \"Oslo\"");
        text.ShouldContain("rain");
        text.IndexOf("The weather of a city.", StringComparison.Ordinal).ShouldBeLessThan(text.IndexOf("rain", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Qwen-Qwen2.5-7B-Instruct")]
    [InlineData("meta-llama-Llama-3.2-3B-Instruct")]
    [InlineData("mistralai-Mistral-Nemo-Instruct-2407")]
    public void The_call_that_a_template_shows_is_read_back_as_the_same_call(string template)
    {
        var parsed = ChatTemplate.Parse(File.ReadAllText(TestData.Require($"data/chat-template-goldens/templates/{template}.jinja")));
        var format = ToolFormat.Detect(parsed);
        var (turns, tools) = format.Prepare(Conversation.AsSpan(0, 2).ToArray(), []);
        var shown = parsed.Render(turns, addGenerationPrompt: false, new JsonObject { ["bos_token"] = "", ["eos_token"] = "", ["tools"] = tools });
        var answer = shown[shown.LastIndexOf("{\"name\"", StringComparison.Ordinal)..];
        answer = template.StartsWith("Qwen", StringComparison.Ordinal) ? "<tool_call>" + answer : template.StartsWith("mistral", StringComparison.Ordinal) ? "[TOOL_CALLS][" + answer : answer;

        var reader = format.CreateReader(new HashSet<string> { "get_weather" });
        var parts = new List<ToolCallPart>();
        reader.Read(answer, parts);
        reader.Complete(parts);

        parts.Take(3).ShouldBe([new(ToolCallPartKind.Begin, "get_weather"), new(ToolCallPartKind.Arguments, """{"city": "Oslo"}"""), new(ToolCallPartKind.End, "")]);
    }

    [Fact]
    public void Without_a_template_of_its_own_roles_still_take_turns()
    {
        var (turns, tools) = ToolFormat.Detect(null).Prepare([.. Conversation, new ChatTurn("user", "And tomorrow?")], [Weather]);

        tools.ShouldBeNull();
        turns.Select(turn => turn.Role).ShouldBe(["user", "assistant", "user"]);
        turns[1].Content.ShouldBe("""{"name": "get_weather", "arguments": {"city": "Oslo"}}""");
        turns[2].Content.ShouldBe("Result of get_weather:\nrain\n\nAnd tomorrow?");
    }

    [Fact]
    public void The_instruction_stands_behind_a_system_message()
    {
        var (turns, _) = ToolFormat.Detect(null).Prepare([new ChatTurn("system", "Be brief."), new ChatTurn("user", "Hi")], [Weather]);

        turns[0].Content.ShouldStartWith("Be brief.\n\nYou may call these functions:\n{\"name\":\"get_weather\"");
        turns[1].Content.ShouldBe("Hi");
    }
}
