using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Models.Templates;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Templates;

public class ChatTemplateTests
{
    private static readonly ChatTurn[] Conversation =
    [
        new("system", "You are helpful."), new("user", "Hello"), new("assistant", "Hi there"), new("user", "Which weather?"),
    ];

    private static readonly JsonNode Tools = JsonNode.Parse(
        """
        [{"type":"function","function":{"name":"get_weather","description":"Current weather.","parameters":{"type":"object",
          "properties":{"city":{"type":"string","description":"A city"},"days":{"type":"integer","description":"How many"}},"required":["city"]}}}]
        """)!;

    private static readonly string[] ToolTemplates =
        ["command-r", "Hermes", "Qwen2.5", "functionary", "Llama-3.1-8B-Instruct", "Llama-3.2", "Llama-3.3", "Mistral-Nemo", "llama-cpp-deepseek"];

    [Fact]
    public void All_reference_cases_render_as_jinja_renders_them()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(TestData.Require("data/chat-template-goldens/llama.cpp-jinja-cases.json")));
        var turns = document.RootElement.GetProperty("messages").EnumerateArray()
            .Select(turn => new ChatTurn(turn.GetProperty("role").GetString()!, turn.GetProperty("content").GetString()!)).ToArray();
        var cases = document.RootElement.GetProperty("cases").EnumerateArray().ToArray();
        cases.Length.ShouldBe(15);
        foreach (var one in cases)
        {
            var variables = new JsonObject { ["bos_token"] = one.GetProperty("bos_token").GetString(), ["eos_token"] = one.GetProperty("eos_token").GetString() };

            var text = ChatTemplate.Parse(one.GetProperty("chat_template").GetString()!)
                .Render(turns, one.GetProperty("add_generation_prompt").GetBoolean(), variables);

            text.ShouldBe(one.GetProperty("jinja2_output").GetString(), one.GetProperty("name").GetString());
        }
    }

    [Fact]
    public void Every_published_template_renders_a_plain_conversation_and_tools()
    {
        var files = Directory.GetFiles(TestData.Require("data/chat-template-goldens/templates"), "*.jinja");
        files.Length.ShouldBe(17);
        foreach (var file in files)
        {
            var name = Path.GetFileName(file);
            var template = ChatTemplate.Parse(File.ReadAllText(file), new FixedClock());
            var hasSystem = !name.Contains("gemma", StringComparison.Ordinal);
            var turns = hasSystem ? Conversation : Conversation[1..];
            var variables = new JsonObject
            {
                ["bos_token"] = "<s>", ["eos_token"] = "</s>", ["functions"] = "[]", ["datetime"] = "2024-01-01",
            };

            var plain = template.Render(turns, addGenerationPrompt: true, variables);
            variables["tools"] = Tools.DeepClone();
            var withTools = template.Render(turns, addGenerationPrompt: true, variables);

            plain.ShouldContain("Which weather?", customMessage: name);
            plain.ShouldContain("Hi there", customMessage: name);
            var takesTools = ToolTemplates.Any(part => name.Contains(part, StringComparison.Ordinal));
            withTools.Contains("get_weather", StringComparison.Ordinal).ShouldBe(takesTools, name);
        }
    }

    [Fact]
    public void Tool_calls_and_results_reach_the_template()
    {
        var template = ChatTemplate.Parse(File.ReadAllText(TestData.Require("data/chat-template-goldens/templates/meta-llama-Llama-3.1-8B-Instruct.jinja")), new FixedClock());
        ChatTurn[] turns =
        [
            new("user", "Weather in Rome?"),
            new("assistant", "", new JsonObject
            {
                ["tool_calls"] = JsonNode.Parse("""[{"type":"function","function":{"name":"get_weather","arguments":{"city":"Rome"}}}]"""),
            }),
            new("tool", "sunny"),
        ];

        var text = template.Render(turns, addGenerationPrompt: true, new JsonObject { ["bos_token"] = "<s>", ["tools"] = Tools.DeepClone() });

        text.ShouldContain("""{"name": "get_weather", "parameters": {"city": "Rome"}}<|eot_id|>""");
        text.ShouldContain("<|start_header_id|>ipython<|end_header_id|>\n\n\"sunny\"<|eot_id|>");
        text.ShouldContain("Today Date: 26 Jul 2024"); // This template has a fixed date unless it is given one.
    }

    [Fact]
    public void The_clock_is_the_injected_one()
    {
        var template = ChatTemplate.Parse("{{ strftime_now('%d %b %Y %H:%M %-d %A %j %%') }}", new FixedClock());

        template.Render([], addGenerationPrompt: false).ShouldBe("05 Mar 2024 14:07 5 Tuesday 065 %");
    }

    [Theory]
    [InlineData("{{ x", "RUN0200", "line 1, column 1")]
    [InlineData("a\n{% if %}", "RUN0200", "line 2, column 7")]
    [InlineData("{% for x in y %}", "RUN0200", "endfor")]
    [InlineData("{% endif %}", "RUN0200", "'endif'")]
    [InlineData("{{ 1 + }}", "RUN0200", "an expression")]
    [InlineData("{{ (1] }}", "RUN0200", "')'")]
    [InlineData("{{ 'a }}", "RUN0200", "string without an end")]
    [InlineData("{# x", "RUN0200", "comment")]
    [InlineData("{% break %}", "RUN0200", "outside a loop")]
    [InlineData("{{ 99999999999999999999 }}", "RUN0200", "too large")]
    [InlineData("{% include 'x' %}", "RUN0204", "'include'")]
    [InlineData("{{ 'a' 'b' 'c' 1 }}", "RUN0200", "'1'")]
    public void Faults_of_the_text_are_named_with_their_place(string source, string code, string part)
    {
        var error = Should.Throw<ModelException>(() => ChatTemplate.Parse(source));

        error.Code.ShouldBe(code);
        error.Message.ShouldContain(part);
    }

    [Theory]
    [InlineData("{{ x.y }}", "RUN0201", "'x' is not defined")]
    [InlineData("\n  {{ 1 + 'a' }}", "RUN0201", "line 2, column 8")]
    [InlineData("{{ 1 / 0 }}", "RUN0201", "zero")]
    [InlineData("{{ none() }}", "RUN0201", "no function")]
    [InlineData("{{ [] < 1 }}", "RUN0201", "no order")]
    [InlineData("{{ 9223372036854775807 + 1 }}", "RUN0201", "64 bits")]
    [InlineData("{{ [1].append(2) }}", "RUN0201", "may not")]
    [InlineData("{% set x.y = 1 %}", "RUN0201", "namespace")]
    [InlineData("{{ messages | nonsense }}", "RUN0204", "'nonsense'")]
    [InlineData("{{ 1 is nonsense }}", "RUN0204", "'nonsense'")]
    [InlineData("{{ raise_exception('roles must alternate') }}", "RUN0202", "roles must alternate")]
    [InlineData("{{ x | tojson }}", "RUN0201", "undefined")]
    [InlineData("{% for i in 5 %}{% endfor %}", "RUN0201", "looped over")]
    [InlineData("{{ [[1, 'a'], [2], [1, 3]] | sort }}", "RUN0201", "orders a list and a list")]
    public void Faults_of_a_rendering_are_named_with_their_place(string source, string code, string part)
    {
        var template = ChatTemplate.Parse(source);

        var error = Should.Throw<ModelException>(() => template.Render([], addGenerationPrompt: false));

        error.Code.ShouldBe(code);
        error.Message.ShouldContain(part);
    }

    [Theory]
    [InlineData("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}")]
    [InlineData("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}")]
    [InlineData("{{ 'x' * 999999999 }}")]
    [InlineData("{{ ([0] * 100000) * 100000 }}")]
    [InlineData("{{ range(999999) }}")]
    [InlineData("{% set ns = namespace(s='x') %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}")]
    [InlineData("{% set ns = namespace(s=[0]) %}{% for i in range(99) %}{% set ns.s = ns.s + ns.s %}{% endfor %}")]
    [InlineData("{% set ns = namespace(s=[]) %}{% for i in range(99999) %}{% set ns.s = [ns.s] %}{% endfor %}{{ ns.s }}")]
    [InlineData("{% set ns = namespace(s=[]) %}{% set ms = namespace(s=[]) %}{% for i in range(99999) %}{% set ns.s = [ns.s] %}{% set ms.s = [ms.s] %}{% endfor %}{{ ns.s == ms.s }}")]
    [InlineData("{% for i in range(9999) %}{{ 'abcdefghij' * 9999 }}{% endfor %}")]
    [InlineData("{{ 'x'.ljust(999999999) }}")]
    [InlineData("{{ '%999999d' % 1 }}")]
    public void Templates_that_would_run_away_are_stopped(string source)
    {
        var template = ChatTemplate.Parse(source);

        Should.Throw<ModelException>(() => template.Render([], addGenerationPrompt: false)).Code.ShouldBe("RUN0203");
    }

    [Fact]
    public void Deep_nesting_is_refused_and_never_overflows_the_stack()
    {
        foreach (var source in new[]
        {
            "{{ " + new string('(', 100_000) + "1" + new string(')', 100_000) + " }}",
            "{{ " + string.Concat(Enumerable.Repeat("not ", 100_000)) + "1 }}",
            "{{ " + string.Concat(Enumerable.Repeat("-", 100_000)) + "1 }}",
            "{{ " + string.Join('+', Enumerable.Repeat("1", 100_000)) + " }}",
            "{{ x" + string.Concat(Enumerable.Repeat(".a", 100_000)) + " }}",
            "{{ x" + string.Concat(Enumerable.Repeat("|trim", 100_000)) + " }}",
            "{{ 1" + string.Concat(Enumerable.Repeat(" if 1 else 1", 100_000)) + " }}",
            string.Concat(Enumerable.Repeat("{% if 1 %}", 50_000)) + string.Concat(Enumerable.Repeat("{% endif %}", 50_000)),
        })
        {
            Should.Throw<ModelException>(() => ChatTemplate.Parse(source)).Code.ShouldBe("RUN0200");
        }
    }

    [Fact]
    public void Chains_of_usual_length_are_accepted()
    {
        var source = "{{ " + string.Join(" + ", Enumerable.Repeat("'a'", 300)) + " }}";

        ChatTemplate.Parse(source).Render([], addGenerationPrompt: false).ShouldBe(new string('a', 300));
    }

    private sealed class FixedClock : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

        public override DateTimeOffset GetUtcNow() => new(2024, 3, 5, 14, 7, 9, TimeSpan.Zero);
    }
}
