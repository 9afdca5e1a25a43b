using Gyre.Contracts;
using Gyre.Models.Templates;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Templates;

/// <summary>Any text gives a result or a <see cref="ModelException"/>, within bounds.</summary>
public class TemplateFuzzTests
{
    private static readonly TemplateLimits Small = new()
    {
        MaxSteps = 20_000, MaxOutputCharacters = 20_000, MaxWorkCharacters = 200_000, MaxTime = TimeSpan.FromSeconds(2),
    };

    private static readonly string[] Words =
    [
        "{{", "}}", "{%", "%}", "{#", "#}", "{%-", "-%}", "{{-", "-}}", "{%+", " if ", " else ", " elif ", " endif ", " for ", " in ", " endfor ",
        " set ", " endset ", " macro ", " endmacro ", " call ", " endcall ", " filter ", " endfilter ", " raw ", " endraw ", " with ", " endwith ",
        " not ", " is ", " and ", " or ", "(", ")", "[", "]", "{", "}", ",", ":", ".", "|", "=", "==", "~", "+", "-", "*", "/", "//", "%", "**", "<",
        "'", "\"", "\\", "'a'", "1", "-1", "2.5", "x", "messages", "message", "loop", "namespace(a=1)", "range(5)", "tojson", "length", "join", "map",
        "selectattr", "items", "defined", "none", "true", "role", "content", "\n", " ", "break", "continue", "generation", "endgeneration", "caller()",
        "dictsort", "indent(2)", "split(',')", "format(1)", "strftime_now('%Y')", "raise_exception('x')", "replace('a','b')", "[::-1]", "[0]", "é🦙", "'\\ud800'",
    ];

    [Fact]
    public void Random_words_of_the_language_are_rendered_or_refused()
    {
        var random = new SeededRandom(11);
        var rendered = 0;
        for (var round = 0; round < 8_000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.NextInt32(1, 25)).Select(_ => random.Pick(Words)));
            rendered += Try(text) ? 1 : 0;
        }

        rendered.ShouldBeGreaterThan(40); // Otherwise the words would no longer reach the renderer.
    }

    [Fact]
    public void Random_statements_of_the_right_form_are_rendered_or_refused()
    {
        var random = new SeededRandom(12);
        for (var round = 0; round < 4_000; round++)
        {
            Try(Statement(random, 3));
        }
    }

    [Fact]
    public void Published_templates_with_a_few_changes_are_rendered_or_refused()
    {
        var random = new SeededRandom(13);
        var sources = Directory.GetFiles(TestData.Require("data/chat-template-goldens/templates"), "*.jinja").Order().Select(File.ReadAllText).ToArray();
        for (var round = 0; round < 300; round++)
        {
            var text = random.Pick(sources).ToCharArray().ToList();
            for (var change = random.NextInt32(1, 6); change > 0; change--)
            {
                var at = random.NextInt32(text.Count);
                switch (random.NextInt32(3))
                {
                    case 0:
                        text.RemoveRange(at, Math.Min(random.NextInt32(1, 20), text.Count - at));
                        break;
                    case 1:
                        text.InsertRange(at, random.Pick(Words));
                        break;
                    default:
                        text[at] = (char)random.NextInt32(128);
                        break;
                }

                text.Add(' ');
            }

            Try(new string([.. text]));
        }
    }

    private static string Statement(SeededRandom random, int depth) => (depth == 0 ? 0 : random.NextInt32(6)) switch
    {
        0 => "{{ " + Expression(random, 4) + " }}",
        1 => "{% if " + Expression(random, 3) + " %}" + Statement(random, depth - 1) + "{% else %}" + Statement(random, depth - 1) + "{% endif %}",
        2 => "{% for x in " + Expression(random, 3) + " %}" + Statement(random, depth - 1) + "{% endfor %}",
        3 => "{% set x = " + Expression(random, 3) + " %}" + Statement(random, depth - 1),
        4 => "{% macro m(x) %}" + Statement(random, depth - 1) + "{% endmacro %}{{ m(" + Expression(random, 2) + ") }}",
        _ => "{% set x %}" + Statement(random, depth - 1) + "{% endset %}" + Statement(random, depth - 1),
    };

    private static string Expression(SeededRandom random, int depth)
    {
        if (depth == 0)
        {
            return random.Pick(["x", "messages", "1", "-3", "0", "2.5", "'a b,c'", "''", "none", "true", "[]", "{}", "9223372036854775807", "1e308"]);
        }

        var left = Expression(random, depth - 1);
        var right = Expression(random, depth - 1);
        return random.NextInt32(8) switch
        {
            0 => $"({left} {random.Pick(["+", "-", "*", "/", "//", "%", "**", "~", "and", "or", "==", "<", "in", "not in"])} {right})",
            1 => $"{left} | {random.Pick(Filters)}",
            2 => $"[{left}, {right}]",
            3 => $"{{{left}: {right}}}",
            4 => $"({left})[{right}]",
            5 => $"({left})[{random.Pick(["1:", ":-1", "::-1", "::2", "0:9:3", ":" + right])}]",
            6 => $"({left}).{random.Pick(["split()", "items()", "get('a')", "upper()", "strip('a')", "replace('a', 'bb')", "join(['a'])", "title()", "count('a')", "index(1)", "role", "zfill(5)", "rsplit(' ', 1)"])}",
            _ => $"({left}) is {random.Pick(["defined", "string", "odd", "mapping", "eq 1", "in [1]", "divisibleby 2", "gt 1", "sameas none", "lower"])}",
        };
    }

    private static readonly string[] Filters =
    [
        "trim", "upper", "title", "length", "list", "join(',')", "first", "last", "sort", "unique", "reverse", "sum", "min", "max", "tojson", "tojson(indent=2)",
        "int", "float", "abs", "round(2)", "string", "indent(3, true)", "default(1, true)", "map('upper')", "select", "reject('odd')", "dictsort", "items",
        "batch(2)", "slice(3)", "replace('', 'x')", "truncate(3, true, '')", "wordcount", "capitalize", "escape", "center(9)", "groupby('a')",
        "selectattr('role', 'eq', 'user')", "map(attribute='content')", "format(1, 2)", "attr('x')",
    ];

    private static bool Try(string source)
    {
        try
        {
            ChatTemplate.Parse(source, TimeProvider.System, Small).Render([new ChatTurn("user", "hello, world")], addGenerationPrompt: true);
            return true;
        }
        catch (ModelException)
        {
            return false;
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException($"Template: {source}", exception);
        }
    }
}
