using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Contracts;
using Gyre.Models.Constraints;
using Gyre.Models.Tests.Generation;

namespace Gyre.Models.Tests.Constraints;

/// <summary>Schemas made at random, sensible and not: each is compiled and obeyed, or refused with a code.</summary>
public class SchemaFuzzTests
{
    private static readonly string[] Patterns = ["^a+$", "b", "^[a-z]{1,3}$", "(x|y)*z", "^\\d{2}-\\d$", "[", "(?=a)", "^(a|b)*a(a|b){8}$", ""];

    private static readonly string[] Names = ["a", "b", "id", "a/b~c", "é", "", "longer name"];

    private static readonly string[] Keywords =
    [
        "type", "enum", "const", "properties", "required", "additionalProperties", "patternProperties", "propertyNames", "minProperties", "maxProperties", "items", "prefixItems",
        "minItems", "maxItems", "minLength", "maxLength", "pattern", "format", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "anyOf", "oneOf", "allOf", "$ref", "nullable", "not", "title",
    ];

    [Fact]
    public void A_thousand_schemas_compile_and_hold_or_are_refused_with_a_code()
    {
        var vocabulary = new ConstraintVocabulary(new FakeByteTokenizer());
        var mask = new ulong[vocabulary.MaskWords];
        var (compiled, written, refused) = (0, 0, new Dictionary<string, int>());
        for (var round = 0; round < 1_000; round++)
        {
            var random = new SeededRandom((ulong)round + 1000);
            var schema = Schema(random, depth: 4).ToJsonString();
            if (round % 10 == 9)
            {
                schema = Damage(schema, random);
            }

            try
            {
                var constraint = Constraint.FromJsonSchema(schema, new ConstraintOptions { Whitespace = (JsonWhitespace)(round % 3) });
                compiled++;
                if (Write(constraint, vocabulary, mask, random) is { } text)
                {
                    written++;
                    ReferenceValidator.IsValid(schema, text).ShouldBeTrue($"{schema}: {Encoding.UTF8.GetString(text)}");
                }
            }
            catch (ModelException error)
            {
                error.Code.ShouldStartWith("RUN07", Case.Sensitive, schema);
                refused[error.Code] = refused.GetValueOrDefault(error.Code) + 1;
            }
        }

        // Otherwise the generator has become one-sided and the test says nothing.
        compiled.ShouldBeGreaterThan(300);
        written.ShouldBeGreaterThan(250);
        refused.GetValueOrDefault("RUN0701").ShouldBeGreaterThan(20);
        refused.GetValueOrDefault("RUN0702").ShouldBeGreaterThan(20);
    }

    /// <summary>A text of random bytes, pushed towards its end; null when 600 bytes were not enough.</summary>
    private static byte[]? Write(Constraint constraint, ConstraintVocabulary vocabulary, ulong[] mask, SeededRandom random)
    {
        var state = constraint.Start(vocabulary);
        var text = new List<byte>();
        while (text.Count < 600)
        {
            if (state.MustEnd || (state.IsComplete && random.NextDouble() < 0.5))
            {
                return [.. text];
            }

            state.FillMask(mask);
            var allowed = Enumerable.Range(0, 256).Where(value => (mask[value >> 6] & (1UL << value)) != 0).ToArray();
            var closing = allowed.Where(value => value is '"' or ']' or '}').ToArray();
            allowed = closing.Length > 0 && random.NextDouble() < 0.5 ? closing : allowed;
            var chosen = allowed[(int)(random.NextDouble() * allowed.Length)];
            state.Accept(chosen);
            text.Add((byte)chosen);
        }

        return null;
    }

    private static JsonNode Schema(SeededRandom random, int depth)
    {
        int Pick(int count) => (int)(random.NextDouble() * count);
        if (Pick(20) == 0)
        {
            return JsonValue.Create(Pick(3) > 0);
        }

        var schema = new JsonObject();
        var count = 1 + Pick(4);
        for (var i = 0; i < count; i++)
        {
            var keyword = Keywords[Pick(Keywords.Length - (Pick(8) > 0 ? 2 : 0))];
            schema[keyword] = keyword switch
            {
                "type" => Pick(4) == 0 ? new JsonArray(Type(), "null") : Type(),
                "enum" => new JsonArray(Value(), Value(), Value()),
                "const" => Value(),
                "properties" or "patternProperties" => Members(keyword == "properties" ? Names : Patterns),
                "required" => new JsonArray(Names[Pick(Names.Length)]),
                "prefixItems" or "anyOf" or "oneOf" or "allOf" => new JsonArray(Next(), Next()),
                "items" or "additionalProperties" => Next(),
                "propertyNames" => new JsonObject { ["pattern"] = Patterns[Pick(Patterns.Length)] },
                "pattern" => Patterns[Pick(Patterns.Length)],
                "format" => ((string[])["date", "uuid", "ipv4", "email", "time", "hostname", "nonsense"])[Pick(7)],
                "minimum" or "maximum" or "exclusiveMinimum" or "exclusiveMaximum" => JsonValue.Create(Pick(200) / 8m - 10),
                "multipleOf" => JsonValue.Create(Pick(20) - 1),
                "$ref" => Pick(3) == 0 ? "#/properties/a" : "#",
                "nullable" => true,
                "title" => "t",
                _ => JsonValue.Create(Pick(6)),
            };
        }

        return schema;

        JsonNode Next() => depth == 0 ? new JsonObject { ["type"] = Type() } : Schema(random, depth - 1);

        JsonNode Type() => JsonValue.Create(((string[])["null", "boolean", "object", "array", "string", "number", "integer"])[Pick(7)]);

        JsonNode Value() => JsonNode.Parse(((string[])["1", "\"a\"", "null", "true", "[1,\"a\"]", "{\"a\":1}", "-2.5", "\"zz\\n\""])[Pick(8)]) ?? JsonValue.Create(0);

        JsonObject Members(string[] names)
        {
            var members = new JsonObject();
            for (var i = 0; i < 3; i++)
            {
                members[names[Pick(names.Length)]] = Next();
            }

            return members;
        }
    }

    private static string Damage(string schema, SeededRandom random)
    {
        var bytes = Encoding.UTF8.GetBytes(schema);
        bytes[(int)(random.NextDouble() * bytes.Length)] = (byte)"{}[]\",:0a\\"[(int)(random.NextDouble() * 10)];
        return Encoding.UTF8.GetString(bytes);
    }
}
