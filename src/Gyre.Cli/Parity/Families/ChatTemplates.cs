using System.Text.Json.Nodes;
using Gyre.Models.Templates;

namespace Gyre.Cli.Parity.Families;

/// <summary>Chat templates as Python's jinja2 renders them.</summary>
internal sealed class ChatTemplates : IParityFamily
{
    public string Name => "chat-templates";

    public string Source => "jinja2 3.1.2 with trim_blocks and lstrip_blocks, on the templates of llama.cpp c392e509";

    public string Compared => "the rendered conversation, letter by letter";

    public IReadOnlyList<string> Needs => ["data/chat-template-goldens/llama.cpp-jinja-cases.json"];

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        var root = input.Json(Needs[0]);
        ChatTurn[] turns = [.. root.Items("messages").Select(turn => new ChatTurn(turn.Text("role"), turn.Text("content")))];
        yield return ParityRow.Same("templates", root.Items("cases").Select(one =>
        {
            var variables = new JsonObject { ["bos_token"] = one.GetProperty("bos_token").GetString(), ["eos_token"] = one.GetProperty("eos_token").GetString() };
            return ChatTemplate.Parse(one.Text("chat_template")).Render(turns, one.GetProperty("add_generation_prompt").GetBoolean(), variables) == one.Text("jinja2_output");
        }));
    }
}
