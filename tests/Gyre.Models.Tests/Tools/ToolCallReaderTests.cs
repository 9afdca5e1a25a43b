using System.Text;
using Gyre.Contracts;
using Gyre.Models.Templates;
using Gyre.Models.Tools;

namespace Gyre.Models.Tests.Tools;

public class ToolCallReaderTests
{
    private const string Hermes = "{{ tools }}<tool_call>";
    private const string Mistral = "{{ tools }}[TOOL_CALLS]";
    private const string Llama = "{{ tools }}<|start_header_id|>\"parameters\": ";

    [Theory]
    [InlineData(Hermes, "plain text", "plain text")]
    [InlineData(Hermes, "a < b <tool\n\n", "a < b <tool\n\n")]
    [InlineData(Hermes, "<tool_call>\n{\"name\": \"f\", \"arguments\": {\"a\": [1, \"}\"]}}\n</tool_call>", "|f({\"a\": [1, \"}\"]})|")]
    [InlineData(Hermes, "Wait.\n<tool_call>\n{\"name\": \"f\", \"arguments\": {}}\n</tool_call>\n<tool_call>\n{\"name\": \"g\", \"arguments\": {\"x\":\"\\\"{\"}}\n</tool_call>", "Wait.|f({})||g({\"x\":\"\\\"{\"})|")]
    [InlineData(Hermes, "<tool_call>{\"arguments\": {\"late\": 1}, \"name\": \"f\"}</tool_call> done", "|f({\"late\": 1})| done")]
    [InlineData(Hermes, "<tool_call>{\"name\": \"f\"}</tool_call>", "|f({})|")]
    [InlineData(Hermes, "<tool_call>{\"name\": \"f\", \"arguments\": \"{\\\"a\\\": 1}\"}</tool_call>", "|f({\"a\": 1})|")]
    [InlineData(Hermes, "<tool_call>{\"name\": \"f\", \"id\": 12, \"arguments\": {}}", "|f({})|")]
    [InlineData(Hermes, "<tool_call>{\"name\": \"unknown\", \"arguments\": {}}</tool_call>", "<tool_call>{\"name\": \"unknown\", \"arguments\": {}}</tool_call>")]
    [InlineData(Hermes, "<tool_call>no json</tool_call>", "<tool_call>no json</tool_call>")]
    [InlineData(Hermes, "<tool_call>{\"name\": 5}</tool_call>", "<tool_call>{\"name\": 5}</tool_call>")]
    [InlineData(Hermes, "<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": ", "|f({\"a\": )!<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": !")]
    [InlineData(Hermes, "<tool_call>{\"na", "<tool_call>{\"na")]
    [InlineData(Mistral, "[TOOL_CALLS][{\"name\": \"f\", \"arguments\": {\"a\": 1}, \"id\": \"abcdefghi\"}, {\"name\": \"g\", \"arguments\": {}}]", "|f({\"a\": 1})||g({})|")]
    [InlineData(Mistral, "[TOOL_CALLS] [{\"name\": \"f\", \"arguments\": {}}] after", "|f({})| after")]
    [InlineData(Mistral, "[1, 2]", "[1, 2]")]
    [InlineData(Llama, "{\"name\": \"f\", \"parameters\": {\"a\": true}}", "|f({\"a\": true})|")]
    [InlineData(Llama, "<|python_tag|>{\"name\": \"f\", \"parameters\": {}}; {\"name\": \"g\", \"parameters\": {}}", "|f({})||g({})|")]
    [InlineData(Llama, "I say {\"name\": \"f\", \"parameters\": {}}", "I say {\"name\": \"f\", \"parameters\": {}}")]
    [InlineData(Llama, "{\"answer\": 42}", "{\"answer\": 42}")]
    [InlineData("", "{\"name\": \"f\", \"arguments\": {}}\n{\"name\": \"g\", \"arguments\": {\"a\": null}}", "|f({})||g({\"a\": null})|")]
    [InlineData("", "  \n", "  \n")]
    public void An_answer_is_cut_into_text_and_calls_however_it_arrives(string template, string answer, string expected)
    {
        var format = ToolFormat.Detect(template.Length == 0 ? null : ChatTemplate.Parse(template));
        for (ulong seed = 0; seed < 20; seed++)
        {
            var random = new SeededRandom(seed);
            var reader = format.CreateReader(new HashSet<string> { "f", "g" });
            var parts = new List<ToolCallPart>();
            for (var at = 0; at < answer.Length;)
            {
                var length = seed == 0 ? answer.Length : 1 + (int)(random.NextUInt64() % (seed < 10 ? 2u : 7u));
                reader.Read(answer[at..Math.Min(answer.Length, at + length)], parts);
                at += length;
            }

            reader.Complete(parts);
            Shown(parts).ShouldBe(expected, $"seed {seed}");
        }
    }

    [Fact]
    public void Arguments_are_handed_out_as_they_come()
    {
        var reader = ToolFormat.Detect(ChatTemplate.Parse(Hermes)).CreateReader(new HashSet<string> { "f" });
        var parts = new List<ToolCallPart>();

        reader.Read("<tool_call>{\"name\": \"f\", \"arguments\": {\"a\": ", parts);

        parts.ShouldBe([new(ToolCallPartKind.Begin, "f"), new(ToolCallPartKind.Arguments, "{\"a\": ")]);
    }

    /// <summary>Guards against: an answer in JSON, with functions on offer, was held back to its last brace and then came at once.</summary>
    [Fact]
    public void An_object_that_cannot_be_a_call_any_more_streams_as_text()
    {
        var reader = ToolFormat.Detect(null).CreateReader(new HashSet<string> { "f" });
        var parts = new List<ToolCallPart>();

        foreach (var piece in (string[])["{", "\"col", "our\"", ":", " \"red\""])
        {
            reader.Read(piece, parts);
        }

        parts.ShouldAllBe(part => part.Kind == ToolCallPartKind.Text);
        Shown(parts).ShouldBe("{\"colour\": \"red\"");
    }

    private static string Shown(List<ToolCallPart> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            text.Append(part.Kind switch
            {
                ToolCallPartKind.Begin => $"|{part.Text}(",
                ToolCallPartKind.End => ")|",
                ToolCallPartKind.Broken => $")!{part.Text}!",
                _ => part.Text,
            });
        }

        return text.ToString();
    }
}
