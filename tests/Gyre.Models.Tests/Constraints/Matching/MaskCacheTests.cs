using System.Text;
using Gyre.Contracts;
using Gyre.Models.Constraints;
using Gyre.Models.Constraints.Matching;
using Gyre.Models.Tokenizers;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Constraints.Matching;

public class MaskCacheTests
{
    private const string Letters = "root ::= \"\\\"\" char* \"\\\"\" space\nchar ::= [^\"\\\\\\x00-\\x1F] | \"\\\\\" [\"\\\\nt]\nspace ::= | \" \" | \"\\n\" [ \\t]{0,20}\n";

    public static TheoryData<string, string> Forms
    {
        get
        {
            var forms = new TheoryData<string, string>
            {
                { "grammar", Letters },
                { "grammar", "root ::= (\"a\"* \"b\" | [a-z]{0,30} | .{3,70} \"!\")\n" },
                { "grammar", "root ::= word (\" \" word)*\nword ::= [a-zA-Z]{1,7} | \"\\\"\" [^\"]{0,9} \"\\\"\"\n" },
                { "grammar", "root ::= item{5,90} \"end\"\nitem ::= [^.]\n" },
                { "regex", ".*" },
                { "regex", "(?:x[^!]{0,30}!|[A-Z][a-z]+ ){1,9}" },
                { "regex", "(?:\\p{Lu}\\p{Ll}+ ){1,20}\\d{4}" },
                { "regex", "[^\u2019]*\u2019[\\u00e0-\\u{10ffff}\\w ]*" },
                { "regex", "[\\x00-\\u07ff]{2,200}(?:[\\u0800-\\uffff][\\s\\S]{0,3}){4}" },
                { "trigger", "<tool_call>" },
                { "trigger", "\u201cgo" },
                { "schema", """{"type":"object"}""" },
                { "schema", """{"type":"array","items":{"type":"string","maxLength":100}}""" },
                { "schema", """{"type":"string","minLength":70,"maxLength":150}""" },
                { "schema", """{"anyOf":[{"type":"string","maxLength":9},{"enum":["one","two, and more"]},{"type":"array","items":{"type":"string","minLength":66}}]}""" },
            };
            foreach (var schema in SampleSchemas.All.Where((_, i) => i % 3 == 0))
            {
                forms.Add("schema", schema);
            }

            return forms;
        }
    }

    [Theory]
    [MemberData(nameof(Forms))]
    public void Runs_of_characters_settle_what_a_walk_over_every_token_finds(string kind, string form)
    {
        foreach (var path in (string[])["tokenizers/gpt2", "models/stories260K/tok512.model", "tokenizers/qwen2"])
        {
            var vocabulary = Vocabularies.GetOrAdd(path, static path => new ConstraintVocabulary(Load(path)));
            var constraint = Make(kind, form);
            var fast = new VocabularyMasks(constraint.Machine, vocabulary);
            var slow = new VocabularyMasks(constraint.Machine, vocabulary, usesRuns: false);
            for (var text = 0; text < 2; text++)
            {
                Compare(constraint, vocabulary, fast, slow, (ulong)text, path == "tokenizers/qwen2" ? 16 : 60);
            }
        }
    }

    [Fact]
    public void Inside_wide_strings_few_nodes_are_looked_at()
    {
        var vocabulary = Vocabularies.GetOrAdd("tokenizers/llama3", static path => new ConstraintVocabulary(Load(path)));
        string[] schemas =
        [
            """{"type":"array","items":{"type":"string"}}""",
            """{"type":"array","items":{"type":"string","maxLength":40}}""",
            """{"type":"array","items":{"type":"string","minLength":2000,"maxLength":4000}}""",
            """{"type":"array","items":{"type":"string","minLength":10}}""",
        ];
        foreach (var schema in schemas)
        {
            var constraint = Constraint.FromJsonSchema(schema);
            var masks = new VocabularyMasks(constraint.Machine, vocabulary);
            var state = new ConstraintState(constraint.Machine, vocabulary, masks, isFirst: false);
            var mask = new ulong[vocabulary.MaskWords];
            foreach (var token in Spell(vocabulary, "[\"some words of thirty characters and more of them, until it is long"u8[..(schema.Contains("40") ? 40 : 60)]))
            {
                state.Accept(token);
                var before = masks.VisitCount;

                state.FillMask(mask);

                (masks.VisitCount - before).ShouldBeLessThan(vocabulary.Ordinary.NodeCount / 30, schema);
            }
        }
    }

    /// <summary>Made once each: most of the work of a test.</summary>
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, ConstraintVocabulary> Vocabularies = new();

    private static void Compare(Constraint constraint, ConstraintVocabulary vocabulary, VocabularyMasks fast, VocabularyMasks slow, ulong seed, int steps)
    {
        var isFirst = seed % 2 == 1;
        var state = new ConstraintState(constraint.Machine, vocabulary, fast, isFirst);
        var oracle = new ConstraintState(constraint.Machine, vocabulary, slow, isFirst);
        var random = new SeededRandom(seed);
        var (mask, expected) = (new ulong[vocabulary.MaskWords], new ulong[vocabulary.MaskWords]);
        var text = new List<byte>();
        for (var step = 0; step < steps && !state.MustEnd && !state.HasEnded; step++)
        {
            state.FillMask(mask);
            oracle.FillMask(expected);
            mask.AsSpan().SequenceEqual(expected).ShouldBeTrue(Encoding.UTF8.GetString([.. text]));
            var token = Pick(mask, random, vocabulary);
            text.AddRange(vocabulary.BytesOf(token, isFirst && step == 0));
            state.Accept(token);
            oracle.Accept(token);
        }
    }

    /// <summary>Any token of the mask, often a short one, so that texts come to every place.</summary>
    private static int Pick(ulong[] mask, SeededRandom random, ConstraintVocabulary vocabulary)
    {
        var allowed = Enumerable.Range(0, vocabulary.Size).Where(id => (mask[id >> 6] & (1UL << id)) != 0).ToArray();
        var chosen = allowed[(int)(random.NextDouble() * allowed.Length)];
        for (var i = 0; i < 6 && random.NextDouble() < 0.7; i++)
        {
            var other = allowed[(int)(random.NextDouble() * allowed.Length)];
            chosen = vocabulary.BytesOf(other, false).Length < vocabulary.BytesOf(chosen, false).Length ? other : chosen;
        }

        return chosen;
    }

    private static List<int> Spell(ConstraintVocabulary vocabulary, ReadOnlySpan<byte> text)
    {
        var tokens = new List<int>();
        foreach (var value in text)
        {
            var id = 0;
            while (!vocabulary.BytesOf(id, false).SequenceEqual([value]))
            {
                id++;
            }

            tokens.Add(id);
        }

        return tokens;
    }

    private static Constraint Make(string kind, string form) => kind switch
    {
        "grammar" => Constraint.FromGrammar(form),
        "regex" => Constraint.FromRegex(form),
        "trigger" => Constraint.FreeTextUntil([(form, Constraint.FromJsonSchema("""{"type":"array","items":{"type":"string"}}"""))], repeats: true),
        _ => Constraint.FromJsonSchema(form),
    };

    private static ITokenizer Load(string path)
    {
        var full = TestData.Require(path);
        return File.Exists(full) ? TokenizerLoader.FromSentencePiece(File.OpenRead(full)) : TokenizerLoader.FromFolder(full);
    }
}
