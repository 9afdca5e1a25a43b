using System.Text;
using Gyre.Models.Constraints;

namespace Gyre.Models.Tests.Constraints;

/// <summary>What is built to exhaust time or memory is refused, after counted steps.</summary>
public class HostileConstraintTests
{
    public static TheoryData<string, string> Schemas => new()
    {
        { "deep nesting", Nested(""""{"properties":{"a":"""", "{}", "}}", 500) },
        { "deep nesting of allOf", Nested("""{"allOf":[""", "{}", "]}", 60_000) },
        { "a long chain of references", Chain() },
        { "references that double", Doubling() },
        { "choices beside each other", Choices() },
        { "a huge repetition", """{"type":"string","maxLength":2000000000}""" },
        { "a huge number of items", """{"type":"array","items":{"type":"integer"},"maxItems":1000000000}""" },
        { "an exponential pattern", """{"type":"string","pattern":"^(a|b)*a(a|b){40}$"}""" },
        { "a pattern of repetitions of repetitions", """{"type":"string","pattern":"^(((a{1000}){1000}){1000})$"}""" },
        { "a long pattern", $$"""{"type":"string","pattern":"{{new string('a', 100_000)}}"}""" },
        { "patterns that multiply", """{"allOf":[""" + string.Join(',', Enumerable.Range(2, 30).Select(i => $$"""{"type":"string","pattern":"^(a{{{i * 7 + 1}}})*$"}""")) + "]}" },
        { "many patterns of names", """{"type":"object","patternProperties":{""" + string.Join(',', Enumerable.Range(0, 40).Select(i => $"\"a{i}\":{{}}")) + "}}" },
        { "a giant list", """{"enum":[""" + string.Join(',', Enumerable.Range(0, 60_000)) + "]}" },
        { "a giant list of texts", """{"enum":[""" + string.Join(',', Enumerable.Range(0, 100_000).Select(i => $"\"v{i}\"")) + "]}" },
        { "ten megabytes", "{\"description\":\"" + new string('x', 10 << 20) + "\"}" },
        { "ten megabytes of structure", Nested("""{"anyOf":[""", "{}", "]}", 1_000_000) },
        { "a huge least length", """{"type":"string","minLength":2000000000}""" },
        { "a huge least number of items", """{"type":"array","minItems":1000000000}""" },
        { "patterns of names that overlap", """{"type":"object","patternProperties":{""" + string.Join(',', Enumerable.Range(0, 6).Select(i => $$""" "^(a|b)*{{"ab"[i % 2]}}(a|b){{{i + 9}}}$":{"minimum":{{i}}} """)) + "}}" },
        { "schemas that multiply", """{"allOf":[""" + string.Join(',', Enumerable.Range(0, 12).Select(i => """{"anyOf":[""" + string.Join(',', Enumerable.Range(0, 12).Select(j => $$""" {"properties": {"p{{i}}": {"const": {{j}} } } } """)) + "]}")) + "]}" },
        { "very many properties", """{"type":"object","properties":{""" + string.Join(',', Enumerable.Range(0, 20_000).Select(i => $"\"p{i}\":{{}}")) + "}}" },
        { "a giant text", "{\"title\":\"" + new string('x', 2_000_000) + "\"}" },
        { "a divisor with too many remainders", """{"type":"integer","multipleOf":123456789}""" },
        { "a number with too many digits", """{"type":"number","maximum":1e999999999}""" },
        { "very many elements", """{"type":"array","prefixItems":[""" + string.Join(',', Enumerable.Repeat("{}", 5000)) + "]}" },
    };

    [Theory]
    [MemberData(nameof(Schemas))]
    public void Hostile_schemas_are_refused(string what, string schema)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();

        var error = Should.Throw<ModelException>(() => Constraint.FromJsonSchema(schema), what);

        error.Code.ShouldBeOneOf("RUN0701", "RUN0703");
        error.Message.Length.ShouldBeLessThan(800);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(3L << 30, what);
    }

    [Theory]
    [InlineData("(((((((((((a{99}){99}){99}){99}){99}){99}){99}){99}){99}){99}){99})")]
    [InlineData("(a|b)*a(a|b){30}")]
    [InlineData("[\\p{L}\\p{N}]{0,90000}")]
    [InlineData("(?:a{0,3000}b{0,3000}c{0,3000}){3000}")]
    public void Hostile_expressions_are_refused(string pattern) => Check.Refusal(() => Constraint.FromRegex(pattern), "RUN0703");

    [Theory]
    [InlineData("(a|a)*b", 'a', "b")]
    [InlineData("(x+x+)+y", 'x', "y")]
    [InlineData("(a*)*b", 'a', "b")]
    [InlineData("(a|aa)+b", 'a', "b")]
    [InlineData("(.*a){12}b", 'a', "b")]
    public void Expressions_that_make_others_try_every_way_are_small_and_read_each_character_once(string pattern, char repeated, string end)
    {
        var constraint = Constraint.FromRegex(pattern);
        var text = new string(repeated, 20_000);

        constraint.CompileSteps.ShouldBeLessThan(CompileBudget.MaxSteps / 4);
        constraint.Machine.Grammar.StateCount.ShouldBeLessThan(200);
        constraint.Satisfies(text + end).ShouldBeTrue();
        constraint.Satisfies(text).ShouldBeFalse();
        constraint.Machine.RememberedCount.ShouldBeLessThan(200);
    }

    [Fact]
    public void A_schema_that_holds_itself_is_written_to_any_depth()
    {
        var constraint = Constraint.FromJsonSchema("""{"type":"array","items":{"anyOf":[{"$ref":"#"},{"type":"null"}]}}""");
        var text = string.Concat(Enumerable.Repeat("[null,", 20_000)) + "[]" + new string(']', 20_000);

        constraint.Satisfies(text).ShouldBeTrue();
        constraint.Satisfies(text[..^1]).ShouldBeFalse();
        constraint.CompileSteps.ShouldBeLessThan(20_000);
    }

    [Theory]
    [InlineData("root ::= root \"a\" | \"b\"")]
    [InlineData("root ::= x \"a\"\nx ::= y | \"c\"\ny ::= root \"d\" | \"e\"")]
    [InlineData("root ::= empty root \"a\" | \"b\"\nempty ::= \"\" | \"c\"")]
    [InlineData("root ::= (\"a\"* root)* \"b\"")]
    public void Rules_that_begin_with_themselves_are_named(string grammar) =>
        Check.Refusal(() => Constraint.FromGrammar(grammar), "RUN0705").ShouldContain("left recursion");

    [Fact]
    public void A_text_that_a_grammar_reads_in_too_many_ways_ends_its_generation()
    {
        // Every "a" may open a call that ends at any later one: the readings grow with the text.
        var constraint = Constraint.FromGrammar("root ::= x\nx ::= \"a\" x \"a\" | \"a\" x \"b\" | \"a\" x | \"a\"");

        Check.Refusal(() => constraint.Satisfies(new string('a', 20_000)), "RUN0706").ShouldContain("ways");
    }

    [Fact]
    public void Deep_groups_are_refused()
    {
        Check.Refusal(() => Constraint.FromRegex(new string('(', 9_000) + new string(')', 9_000)), "RUN0703");
        Check.Refusal(() => Constraint.FromGrammar("root ::= " + new string('(', 9_000) + "\"a\"" + new string(')', 9_000)), "RUN0703");
    }

    [Theory]
    [InlineData("root ::= ((\"a\" | \"x\"){90000}){90000}", "aaxa")]
    [InlineData("root ::= [a-z]{0,99999} \"b\" [a-z]{0,99999}", "xby")]
    [InlineData("root ::= (\"a\" | \"b\")* \"a\" (\"a\" | \"b\"){40}")]
    public void Hostile_grammars_are_refused_or_small(string grammar, string? beginning = null)
    {
        if (beginning is not null)
        {
            Constraint.FromGrammar(grammar).CanBegin(Encoding.UTF8.GetBytes(beginning)).ShouldBeTrue();
            return;
        }

        Check.Refusal(() => Constraint.FromGrammar(grammar), "RUN0703");
    }

    [Fact]
    public void Very_many_rules_are_refused_or_run_in_bounded_steps()
    {
        var grammar = new StringBuilder("root ::= r0\n");
        for (var i = 0; i < 20_000; i++)
        {
            grammar.Append($"r{i} ::= \"a\" r{i + 1}?\n");
        }

        grammar.Append("r20000 ::= \"b\"\n");

        Constraint.FromGrammar(grammar.ToString()).Satisfies("aaa").ShouldBeTrue();
    }

    [Theory]
    [InlineData("""{"$ref":"#"}""", "defined by itself")]
    [InlineData("""{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"$ref":"#/$defs/a"}},"$ref":"#/$defs/a"}""", "defined by itself")]
    [InlineData("""{"$defs":{"a":{"anyOf":[{"$ref":"#/$defs/a"},{"type":"null"}]}},"$ref":"#/$defs/a"}""", "defined by itself")]
    [InlineData("""{"allOf":[{"$ref":"#"}]}""", "defined by itself")]
    [InlineData("""{"enum":[1,2],"allOf":[{},{"anyOf":[{"minimum":1},{"$ref":"#"}]}]}""", "defined by itself")]
    [InlineData("""{"$ref":"http://example.com/schema"}""", "inside the schema")]
    [InlineData("""{"$ref":"#/$defs/missing"}""", "to nothing")]
    [InlineData("""{"$ref":"#name"}""", "anchor")]
    public void References_that_lead_nowhere_are_named(string schema, string found) =>
        Check.Refusal(() => Constraint.FromJsonSchema(schema), "RUN0701").ShouldContain(found);

    [Theory]
    [InlineData("""{"properties":{"a":{"not":{}}}}""", "/properties/a/not", "'not'")]
    [InlineData("""{"items":{"uniqueItems":true}}""", "/items/uniqueItems", "'uniqueItems'")]
    [InlineData("""{"if":{},"then":{}}""", "/if", "'if'")]
    [InlineData("""{"contains":{}}""", "/contains", "'contains'")]
    [InlineData("""{"dependentRequired":{}}""", "/dependentRequired", "'dependentRequired'")]
    [InlineData("""{"unevaluatedProperties":false}""", "/unevaluatedProperties", "'unevaluatedProperties'")]
    [InlineData("""{"type":"string","format":"regex"}""", "/format", "'regex'")]
    [InlineData("""{"$defs":{"x":{"x-mine":1}},"anyOf":[{"$ref":"#/$defs/x"}]}""", "/$defs/x/x-mine", "'x-mine'")]
    [InlineData("""{"type":"text"}""", "/type", "\"text\"")]
    [InlineData("""{"minLength":-1,"type":"string"}""", "/minLength", "-1")]
    [InlineData("""{"minimum":"1"}""", "/minimum", "\"1\"")]
    [InlineData("""{"properties":[]}""", "/properties", "[]")]
    [InlineData("""{"required":[1]}""", "/required", "[1]")]
    [InlineData("""{"anyOf":[]}""", "/anyOf", "[]")]
    [InlineData("""{"anyOf":[7]}""", "/anyOf/0", "7")]
    [InlineData("""{"enum":3}""", "/enum", "3")]
    public void Unsupported_and_malformed_keywords_are_named_with_their_place(string schema, string pointer, string name)
    {
        var message = Check.Refusal(() => Constraint.FromJsonSchema(schema), "RUN0701");

        message.ShouldContain($"'{pointer}'");
        message.ShouldContain(name);
    }

    [Theory]
    [InlineData("{", "not JSON")]
    [InlineData("3", "a schema")]
    [InlineData("""{"a":1,"a":2}""", "twice")]
    [InlineData("""{"const":"\ud800"}""", "surrogate")]
    public void What_is_no_schema_is_refused(string schema, string found) =>
        Check.Refusal(() => Constraint.FromJsonSchema(schema), "RUN0701").ShouldContain(found);

    [Theory]
    [InlineData("false", "is false")]
    [InlineData("""{"allOf":[{"type":"string"},{"type":"integer"}]}""", "types exclude")]
    [InlineData("""{"type":"string","minLength":3,"maxLength":2}""", "minLength")]
    [InlineData("""{"type":"string","pattern":"^a$","minLength":2}""", "no string")]
    [InlineData("""{"enum":["a"],"type":"integer"}""", "listed")]
    [InlineData("""{"type":"array","minItems":2,"maxItems":1}""", "minItems")]
    [InlineData("""{"type":"array","items":false,"minItems":1}""", "is false")]
    [InlineData("""{"type":"object","required":["a"],"additionalProperties":false}""", "is false")]
    [InlineData("""{"type":"object","required":["a","b"],"maxProperties":1}""", "required")]
    [InlineData("""{"type":"object","required":["A"],"propertyNames":{"pattern":"^[a-z]$"}}""", "not allowed")]
    [InlineData("""{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}""", "never come to an end")]
    public void Contradictions_are_named(string schema, string reason) =>
        Check.Refusal(() => Constraint.FromJsonSchema(schema), "RUN0702").ShouldContain(reason);

    [Fact]
    public void What_cannot_be_is_left_out_where_it_may_be_left_out()
    {
        Check.Schema("""{"type":"object","properties":{"a":false,"b":{"type":"null"}},"additionalProperties":false}""", ["{}", """{"b":null}"""], ["""{"a":1}"""]);
        Check.Schema("""{"anyOf":[false,{"type":"string","minLength":2,"maxLength":1},{"type":"null"}]}""", ["null"], ["\"a\""]);
    }

    private static string Nested(string open, string inner, string close, int depth) =>
        string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, depth));

    private static string Chain() =>
        """{"$ref":"#/$defs/d0","$defs":{""" + string.Join(',', Enumerable.Range(0, 5000).Select(i => $$""" "d{{i}}":{"$ref":"#/$defs/d{{i + 1}}"} """)) + ""","d5000":{}}}""";

    private static string Doubling() =>
        """{"$ref":"#/$defs/d0","$defs":{""" + string.Join(',', Enumerable.Range(0, 60).Select(i =>
            $$""" "d{{i}}":{"allOf":[{"anyOf":[{"$ref":"#/$defs/d{{i + 1}}"},{"$ref":"#/$defs/d{{i + 2}}"}]},{"anyOf":[{"minimum":{{i}}},{"maximum":{{i}}}]}]} """)) + ""","d60":{},"d61":{}}}""";

    private static string Choices() =>
        """{"allOf":[""" + string.Join(',', Enumerable.Range(0, 40).Select(i => $$"""{"anyOf":[{"minLength":{{i}}},{"maxLength":{{i}}}]}""")) + "]}";
}
