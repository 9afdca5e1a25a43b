using Gyre.Models.Constraints;

namespace Gyre.Models.Tests.Constraints.JsonSchemas;

/// <summary>Each keyword: texts it allows and texts it refuses.</summary>
public class SchemaCompilerTests
{
    private static readonly ConstraintOptions Indented = new() { Whitespace = JsonWhitespace.Indented };

    [Theory]
    [InlineData("""{"type":"null"}""", "null", "nul", "true")]
    [InlineData("""{"type":"boolean"}""", "true|false", "tru", "0")]
    [InlineData("""{"type":"integer"}""", "0|-1|42|1234567890123456789", "01", "1.5")]
    [InlineData("""{"type":"number"}""", "0|-1.5|1e5|0.1E-12", "1.", ".5")]
    [InlineData("""{"type":["null","integer"]}""", "null|7", "true", "\"7\"")]
    [InlineData("""{"type":"string","nullable":true}""", "null|\"a\"", "1", "true")]
    [InlineData("""{"type":"string"}""", "\"\"|\"é😀\"|\"\\u00e9\\ud83d\\ude00\\n\\/\"", "\"a", "\"\t\"")]
    [InlineData("""{"enum":[1,"a",null,{"b":[true]}]}""", "1|\"a\"|null|{\"b\": [true]}|{\"b\":[true]}", "2", "\"b\"")]
    [InlineData("""{"const":"a\"b\n"}""", "\"a\\\"b\\n\"", "\"a\"", "\"a\\u0022b\\n\"")]
    [InlineData("true", "1|\"a\"|[1, {}]|{\"a\": null}", "", "[1")]
    [InlineData("{}", "1|\"a\"|[1, {}]|{\"a\": null}", "{a: 1}", "[1,]")]
    public void Types_and_listed_values(string schema, string accepted, string refused, string alsoRefused) =>
        Check.Schema(schema, accepted.Split('|'), [refused, alsoRefused]);

    [Fact]
    public void Half_surrogates_and_broken_characters_cannot_be_written()
    {
        var constraint = Constraint.FromJsonSchema("""{"type":"string"}""");

        constraint.Satisfies("\"\\ud83d\"").ShouldBeFalse();
        constraint.Satisfies("\"\\ude00\"").ShouldBeFalse();
        constraint.Satisfies("\"\\ud83dx\"").ShouldBeFalse();
        constraint.CanBegin([(byte)'"', 0xC3]).ShouldBeTrue();
        constraint.CanBegin([(byte)'"', 0xC3, (byte)'"']).ShouldBeFalse();
        constraint.CanBegin([(byte)'"', 0xC0]).ShouldBeFalse();
        constraint.CanBegin([(byte)'"', 0xED, 0xA0]).ShouldBeFalse();
        constraint.CanBegin([(byte)'"', 0xF4, 0x90]).ShouldBeFalse();
        constraint.CanBegin([(byte)'"', 0xF4, 0x8F]).ShouldBeTrue();
    }

    [Fact]
    public void Properties_come_in_the_schemas_order()
    {
        const string Schema = """{"type":"object","properties":{"a":{"type":"integer"},"b":{"type":"boolean"},"c":{"type":"null"}},"required":["b"],"additionalProperties":false}""";

        Check.Schema(
            Schema,
            ["""{"b":true}""", """{"a": 1, "b": false}""", """{"a":1,"b":true,"c":null}""", "{\n  \"a\": 1,\n  \"b\": true\n}"],
            ["""{"b":true,"a":1}""", """{ "b":true,}""", """{"b":true,"b":true}"""],
            Indented);
        Check.Invalid(Schema, "{}", """{"a":1}""", """{"a":"1","b":true}""", """{"b":true,"d":1}""", "[]", "null");
    }

    [Fact]
    public void Undeclared_properties_follow_the_declared_ones()
    {
        const string Schema = """{"type":"object","properties":{"a":{"type":"integer"}}}""";

        Check.Schema(Schema, ["{}", """{"a":1}""", """{"a":1,"x":[null]}""", """{"x":1,"aa":2}"""], ["""{"x":1,"a":1}"""]);
        Check.Invalid(Schema, """{"a":"x"}""");
        Constraint.FromJsonSchema(Schema).Satisfies("{\"\\u0061\":\"x\"}").ShouldBeFalse("an escaped name must not hide a declared one");
        Constraint.FromJsonSchema(Schema, new ConstraintOptions { AllowsUndeclaredProperties = false }).Satisfies("""{"x":1}""").ShouldBeFalse();
        Constraint.FromJsonSchema("""{"type":"object"}""", new ConstraintOptions { AllowsUndeclaredProperties = false }).Satisfies("""{"x":1}""").ShouldBeTrue();
    }

    [Fact]
    public void Additional_properties_have_their_schema()
    {
        const string Schema = """{"type":"object","properties":{"a":{"type":"integer"}},"additionalProperties":{"type":"boolean"}}""";

        Check.Schema(Schema, ["""{"a":1,"b":true}""", """{"b":true,"c":false}"""], []);
        Check.Invalid(Schema, """{"b":1}""", """{"a":true}""");
    }

    [Fact]
    public void Pattern_properties_and_names()
    {
        const string Schema = """{"type":"object","properties":{"ab":{"minimum":5}},"patternProperties":{"^a":{"type":"integer"},"b$":{"maximum":9}},"additionalProperties":false}""";
        Check.Schema(Schema, ["""{"ab":7}""", """{"ax":70}""", """{"xb":8}""", """{"xb":"s"}""", """{"acb":9,"a":1}"""], []);
        Check.Invalid(Schema, """{"ab":4}""", """{"ab":10}""", """{"ab":"x"}""", """{"ax":"x"}""", """{"xb":10}""", """{"acb":10}""", """{"acb":"x"}""", """{"x":1}""");

        const string Names = """{"type":"object","properties":{"ok":{},"NO":{}},"propertyNames":{"pattern":"^[a-z]+$","maxLength":3}}""";
        Check.Schema(Names, ["""{"ok":1}""", """{"abc":1}"""], []);
        Check.Invalid(Names, """{"NO":1}""", """{"abcd":1}""", """{"a1":1}""");
    }

    [Fact]
    public void Required_names_need_not_be_declared()
    {
        Check.Schema("""{"type":"object","required":["x"],"additionalProperties":{"type":"integer"}}""", ["""{"x":1}""", """{"x":1,"y":2}"""], ["""{"y":1,"x":2}"""]);
        Check.Invalid("""{"type":"object","required":["x"],"additionalProperties":{"type":"integer"}}""", "{}", """{"y":1}""", """{"x":"a"}""");
    }

    [Fact]
    public void Numbers_of_properties()
    {
        const string Schema = """{"type":"object","properties":{"a":{"const":1},"b":{"const":1},"c":{"const":1}},"additionalProperties":false,"minProperties":2,"maxProperties":2}""";
        Check.Schema(Schema, ["""{"a":1,"b":1}""", """{"a":1,"c":1}""", """{"b":1,"c":1}"""], []);
        Check.Invalid(Schema, "{}", """{"a":1}""", """{"a":1,"b":1,"c":1}""");
        Check.Schema("""{"type":"object","maxProperties":1}""", ["{}", """{"a":1}"""], ["""{"a":1,"b":1}"""]);
        Check.Schema("""{"type":"object","minProperties":1}""", ["""{"a":1}""", """{"a":1,"b":2}"""], ["{}"]);
        Check.Schema("""{"type":"object","maxProperties":0}""", ["{}"], ["""{"a":1}"""]);
        Check.Refusal(() => Constraint.FromJsonSchema("""{"type":"object","minProperties":2}"""), "RUN0701").ShouldContain("'/minProperties'");
    }

    [Fact]
    public void Items()
    {
        Check.Schema("""{"type":"array","items":{"type":"integer"}}""", ["[]", "[1]", "[1, 2,3]", "[\n\t1,\n\t2\n]"], ["[1,]", "[,1]", "[1 ,2]"], Indented);
        Check.Invalid("""{"type":"array","items":{"type":"integer"}}""", "[true]", "{}");
        const string Counted = """{"type":"array","items":{"type":"integer"},"minItems":2,"maxItems":3}""";
        Check.Schema(Counted, ["[1,2]", "[1,2,3]"], []);
        Check.Invalid(Counted, "[]", "[1]", "[1,2,3,4]");
        Check.Schema("""{"type":"array","items":false}""", ["[]"], ["[1]"]);
        Check.Schema("""{"type":"array","maxItems":0}""", ["[]"], ["[1]"]);
    }

    [Theory]
    [InlineData("""{"type":"array","prefixItems":[{"type":"integer"},{"type":"boolean"}],"items":{"type":"null"}}""")]
    [InlineData("""{"type":"array","items":[{"type":"integer"},{"type":"boolean"}],"additionalItems":{"type":"null"}}""")]
    public void Prefix_items(string schema)
    {
        Check.Schema(schema, ["[]", "[1]", "[1,true]", "[1,true,null,null]"], []);
        Check.Invalid(schema, "[true]", "[1,2]", "[1,true,1]");
    }

    [Fact]
    public void Prefix_items_with_counts()
    {
        const string Schema = """{"type":"array","prefixItems":[{"type":"integer"},{"type":"boolean"},{"type":"null"}],"items":false,"minItems":2}""";
        Check.Schema(Schema, ["[1,true]", "[1,true,null]"], []);
        Check.Invalid(Schema, "[]", "[1]", "[1,true,null,1]");
        Check.Schema("""{"type":"array","prefixItems":[{"type":"integer"},{"type":"boolean"}],"maxItems":1}""", ["[]", "[1]"], ["[1,true]"]);
        Check.Schema("""{"type":"array","prefixItems":[{"type":"integer"}],"items":{"type":"null"},"minItems":3,"maxItems":4}""", ["[1,null,null]", "[1,null,null,null]"], ["[1,null]", "[1,null,null,null,null]"]);
    }

    [Fact]
    public void Lengths_count_characters()
    {
        const string Schema = """{"type":"string","minLength":2,"maxLength":3}""";
        Check.Schema(Schema, ["\"ab\"", "\"é😀\"", "\"abc\"", "\"\\n\\u00e9\\ud83d\\ude00\""], []);
        Check.Invalid(Schema, "\"a\"", "\"abcd\"", "\"é\"", "\"😀\"", "\"\\n\\n\\n\\n\"");
        var text = "\"" + new string('x', 5000) + "\"";
        Check.Schema("""{"type":"string","minLength":5000,"maxLength":5000}""", [text], [text + "\"", "\"" + new string('x', 4999) + "\"", "\"" + new string('x', 5001) + "\""]);
        Check.Schema("""{"type":"string","maxLength":300}""", ["\"" + new string('x', 300) + "\"", "\"\"", "\"" + new string('x', 64) + "\""], ["\"" + new string('x', 301) + "\""]);
    }

    [Fact]
    public void Patterns_match_anywhere_unless_anchored()
    {
        Check.Schema("""{"type":"string","pattern":"b+"}""", ["\"b\"", "\"abbc\"", "\"b\\n\""], []);
        Check.Invalid("""{"type":"string","pattern":"b+"}""", "\"a\"", "\"\"");
        Check.Schema("""{"type":"string","pattern":"^a|b$"}""", ["\"a\"", "\"ax\"", "\"xb\""], ["\"xa\"", "\"bx\""]);
        Check.Schema("""{"type":"string","pattern":"^[^\"]\\.\"$","maxLength":3}""", ["\"x.\\\"\""], ["\"x.\\u0022\""]);
        Check.Schema("""{"type":"string","pattern":"^a*$","minLength":2,"maxLength":4}""", ["\"aa\"", "\"aaaa\""], ["\"a\"", "\"aaaaa\"", "\"ab\""]);
    }

    [Fact]
    public void Choices()
    {
        Check.Schema("""{"anyOf":[{"type":"string"},{"type":"integer","minimum":3}]}""", ["\"a\"", "3"], ["2", "null"]);
        Check.Schema("""{"type":"object","properties":{"a":{},"b":{}},"anyOf":[{"required":["a"]},{"required":["b"]}],"additionalProperties":false}""", ["""{"a":1}""", """{"b":1}""", """{"a":1,"b":2}"""], ["{}"]);
        Check.Schema("""{"oneOf":[{"type":"object","properties":{"kind":{"const":"x"},"n":{"type":"integer"}},"required":["kind"],"additionalProperties":false},{"type":"object","properties":{"kind":{"const":"y"}},"required":["kind"],"additionalProperties":false}]}""", ["""{"kind":"x","n":1}""", """{"kind":"y"}"""], ["""{"kind":"y","n":1}""", "{}"]);
        Check.Schema("""{"oneOf":[{"minimum":5,"type":"integer"},{"maximum":4,"type":"integer"}]}""", ["4", "5"], ["\"a\""]);
        Check.Refusal(() => Constraint.FromJsonSchema("""{"properties":{"p":{"oneOf":[{"type":"integer"},{"type":"number"}]}}}"""), "RUN0701").ShouldContain("'/properties/p/oneOf'");
    }

    [Fact]
    public void All_of_merges()
    {
        const string Schema = """{"allOf":[{"type":"object","properties":{"a":{"type":"number"}},"required":["a"]},{"properties":{"a":{"minimum":3},"b":{"type":"null"}},"additionalProperties":false}]}""";
        Check.Schema(Schema, ["""{"a":3}""", """{"a":3.5,"b":null}"""], []);
        Check.Invalid(Schema, """{"a":2}""", "{}", """{"a":3,"c":1}""");
        Check.Schema("""{"allOf":[{"enum":[1,2,3]},{"enum":[2,3,4]},{"maximum":2}]}""", ["2"], ["1", "3", "4"]);
    }

    [Fact]
    public void References_may_be_recursive()
    {
        const string Schema = """{"$defs":{"tree":{"type":"object","properties":{"v":{"type":"integer"},"kids":{"type":"array","items":{"$ref":"#/$defs/tree"}}},"required":["v"],"additionalProperties":false}},"$ref":"#/$defs/tree"}""";
        Check.Schema(Schema, ["""{"v":1}""", """{"v":1,"kids":[{"v":2,"kids":[]},{"v":3}]}"""], []);
        Check.Invalid(Schema, "{}", """{"v":1,"kids":[{"v":2,"kids":[{}]}]}""");
        Check.Schema("""{"definitions":{"a/b":{"type":"null"}},"properties":{"x":{"$ref":"#/definitions/a~1b"}},"required":["x"],"type":"object","additionalProperties":false}""", ["""{"x":null}"""], ["""{"x":1}"""]);
        Check.Schema("""{"type":"array","items":{"$ref":"#"}}""", ["[]", "[[],[[]]]"], ["[1]"]);
    }

    [Fact]
    public void White_space_is_bounded()
    {
        const string Integers = """{"type":"array","items":{"type":"integer"}}""";
        var usual = Constraint.FromJsonSchema(Integers);
        foreach (var text in (string[])["[]", "[1, 2]", "[1,2, 3]"])
        {
            usual.Satisfies(text).ShouldBeTrue(text);
        }

        foreach (var text in (string[])["[ 1]", "[1 ]", "[ ]", "[1,  2]", "[1,\n2]", "[\n1]", " [1]", "[1 ,2]"])
        {
            usual.Satisfies(text).ShouldBeFalse(text);
        }

        Constraint.AnyJsonObject().Satisfies("""{"a": 1, "b":[true, {"c": null}]}""").ShouldBeTrue();
        Constraint.AnyJsonObject().Satisfies("""{"a":  1}""").ShouldBeFalse();
        var indented = Constraint.FromJsonSchema(Integers, Indented);
        indented.Satisfies("[ 1, 2 ]").ShouldBeTrue();
        indented.Satisfies("[\n  1,\n  2\n]").ShouldBeTrue();
        indented.Satisfies("[\n" + new string(' ', 40) + "1]").ShouldBeTrue();
        indented.Satisfies("[\n" + new string(' ', 41) + "1]").ShouldBeFalse();
        indented.Satisfies("[  1]").ShouldBeFalse();
        indented.Satisfies("[\n\n1]").ShouldBeFalse();
        indented.Satisfies(" [1]").ShouldBeFalse();
        var compact = Constraint.FromJsonSchema("""{"type":"object","additionalProperties":{"type":"integer"}}""", new ConstraintOptions { Whitespace = JsonWhitespace.Compact });
        compact.Satisfies("""{"a":1,"b":2}""").ShouldBeTrue();
        compact.Satisfies("""{"a": 1}""").ShouldBeFalse();
        compact.Satisfies("""{"a":1, "b":2}""").ShouldBeFalse();
    }

    [Fact]
    public void Any_object_is_an_object()
    {
        var constraint = Constraint.AnyJsonObject();

        constraint.Satisfies("""{"a":[1,{"b":"c"}],"d":null}""").ShouldBeTrue();
        constraint.Satisfies("[1]").ShouldBeFalse();
        constraint.CanBegin("["u8).ShouldBeFalse();
    }
}
