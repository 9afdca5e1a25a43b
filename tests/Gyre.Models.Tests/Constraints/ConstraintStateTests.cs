using System.Buffers;
using System.Text;
using Gyre.Contracts;
using Gyre.Models.Constraints;
using Gyre.Models.Tests.Generation;
using Gyre.Models.Tokenizers;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Constraints;

public class ConstraintStateTests
{
    private const string Schema = """
        {"type":"object","properties":{"name":{"type":"string","maxLength":40},"age":{"type":"integer","minimum":0,"maximum":150},"tags":{"type":"array","items":{"enum":["red","green","größe"]}},
        "when":{"type":"string","format":"date"},"next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}},"required":["name","age"]}
        """;

    private const string Arithmetic = "root ::= sum\nsum ::= product ([-+] product)*\nproduct ::= atom ([*/] atom)*\natom ::= [0-9]+ | \"(\" sum \")\"\n";

    [Theory]
    [InlineData("tokenizers/llama2")]
    [InlineData("tokenizers/gpt2")]
    [InlineData("tokenizers/llama3")]
    [InlineData("tokenizers/qwen2")]
    [InlineData("models/stories260K/tok512.model")]
    public void Masks_equal_trying_every_token(string path)
    {
        var full = TestData.Require(path);
        var tokenizer = File.Exists(full) ? TokenizerLoader.FromSentencePiece(File.OpenRead(full)) : TokenizerLoader.FromFolder(full);
        var vocabulary = new ConstraintVocabulary(tokenizer);
        Constraint[] constraints =
        [
            Constraint.FromJsonSchema(Schema),
            Constraint.FromGrammar(Arithmetic),
            Constraint.FromRegex("(?:[A-Z][a-zé]+ ){2,5}\\p{Lu}\\d{3}"),
            Constraint.FreeTextUntil([("<tool>", Constraint.FromJsonSchema("""{"type":"object"}"""))], repeats: true),
        ];
        foreach (var constraint in constraints)
        {
            foreach (var isFirst in (bool[])[false, true])
            {
                CheckWalk(constraint, vocabulary, tokenizer, isFirst);
            }
        }
    }

    private static void CheckWalk(Constraint constraint, ConstraintVocabulary vocabulary, ITokenizer tokenizer, bool isFirst)
    {
        var state = constraint.Start(vocabulary, isFirst);
        var random = new SeededRandom(isFirst ? 5UL : 6UL);
        var mask = new ulong[vocabulary.MaskWords];
        var bytes = new ArrayBufferWriter<byte>();
        var text = new List<byte>();
        for (var step = 0; step < 24 && !state.MustEnd; step++)
        {
            state.FillMask(mask);
            if (step is < 3 or 7 or 15 or 23)
            {
                for (var id = 0; id < tokenizer.VocabularySize; id++)
                {
                    var isSet = (mask[id >> 6] & (1UL << id)) != 0;
                    if (isSet != IsAllowed(id))
                    {
                        Assert.Fail($"token {id} '{tokenizer.GetToken(id)}' is {(isSet ? "allowed" : "forbidden")} wrongly behind '{Encoding.UTF8.GetString([.. text])}'");
                    }
                }
            }

            var chosen = Pick(mask, random, tokenizer.EndIds);
            if (chosen < 0)
            {
                break;
            }

            state.Accept(chosen);
            bytes.ResetWrittenCount();
            tokenizer.AppendBytes(chosen, isFirst && text.Count == 0, includeSpecial: false, bytes);
            text.AddRange(bytes.WrittenSpan);
        }

        bool IsAllowed(int id)
        {
            if (tokenizer.EndIds.Contains(id))
            {
                return constraint.IsSatisfiedBy([.. text]);
            }

            // Unknown-token texts do not stand for themselves; the vocabulary knows them by kind.
            bytes.ResetWrittenCount();
            tokenizer.AppendBytes(id, isFirst && text.Count == 0, includeSpecial: false, bytes);
            return bytes.WrittenCount > 0 && tokenizer.IsText(id) && constraint.CanBegin([.. text, .. bytes.WrittenSpan]);
        }
    }

    [Fact]
    public void A_mask_in_the_cache_costs_no_memory()
    {
        var vocabulary = new ConstraintVocabulary(new FakeByteTokenizer());
        var constraint = Constraint.FromJsonSchema(Schema);
        var text = "{\"name\": \"abc\", \"age\": 12, \"tags\": [\"red\"], \"next\": {\"name\": \"x\", \"age\": 1}}"u8.ToArray();
        var mask = new ulong[vocabulary.MaskWords];
        Write();
        var state = constraint.Start(vocabulary);
        var before = GC.GetAllocatedBytesForCurrentThread();

        foreach (var value in text)
        {
            state.FillMask(mask);
            state.Accept(value);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        state.IsComplete.ShouldBeTrue();
        state.MustEnd.ShouldBeTrue();

        void Write()
        {
            var first = constraint.Start(vocabulary);
            foreach (var value in text)
            {
                first.FillMask(mask);
                first.Accept(value);
            }
        }
    }

    [Fact]
    public void End_tokens_may_come_only_where_the_text_is_complete()
    {
        var vocabulary = new ConstraintVocabulary(new FakeByteTokenizer());
        var state = Constraint.FromRegex("ab?").Start(vocabulary);
        var mask = new ulong[vocabulary.MaskWords];

        state.TryAccept(256).ShouldBeFalse();
        state.Accept('a');
        state.FillMask(mask);
        Bits(mask).ShouldBe(['b', 256]);
        state.MustEnd.ShouldBeFalse();
        state.Accept('b');
        state.MustEnd.ShouldBeTrue();
        state.FillMask(mask);
        Bits(mask).ShouldBe([256]);
        ConstraintState.OnlyToken(mask).ShouldBe(256);
        state.Accept(256);
        state.HasEnded.ShouldBeTrue();
        state.TryAccept('b').ShouldBeFalse();
        Should.Throw<ArgumentException>(() => state.Accept('b'));
    }

    [Fact]
    public void What_must_come_is_known_ahead()
    {
        var vocabulary = new ConstraintVocabulary(new FakeByteTokenizer());
        var state = Constraint.FromJsonSchema("""{"type":"object","properties":{"colour":{"const":"blue"}},"required":["colour"],"additionalProperties":false}""", new ConstraintOptions { Whitespace = JsonWhitespace.Compact }).Start(vocabulary);
        var forced = new ArrayBufferWriter<byte>();

        state.AppendForced(forced, 100);

        Encoding.UTF8.GetString(forced.WrittenSpan).ShouldBe("{\"colour\":\"blue\"}");
        state.IsComplete.ShouldBeFalse();
        forced.ResetWrittenCount();
        state.AppendForced(forced, 3);
        forced.WrittenCount.ShouldBe(3);
    }

    [Fact]
    public void A_fork_goes_its_own_way()
    {
        var vocabulary = new ConstraintVocabulary(new FakeByteTokenizer());
        var state = Constraint.FromRegex("a(b|cd)").Start(vocabulary);
        state.Accept('a');
        var fork = state.Fork();

        fork.Accept('c');
        state.Accept('b');

        state.IsComplete.ShouldBeTrue();
        fork.IsComplete.ShouldBeFalse();
        fork.TryAccept('d').ShouldBeTrue();
    }

    [Fact]
    public void A_vocabulary_that_cannot_spell_the_text_is_told()
    {
        var state = Constraint.FromRegex("\u00e9").Start(new ConstraintVocabulary(new FakeByteTokenizer { VocabularySize = 128 }, []));

        Check.Refusal(() => state.FillMask(new ulong[2]), "RUN0706");
    }

    [Fact]
    public void Sixteen_texts_at_once_go_as_alone()
    {
        var vocabulary = new ConstraintVocabulary(new FakeByteTokenizer());
        var alone = Enumerable.Range(0, 16).Select(i => Run(Constraint.FromJsonSchema(Schema), i)).ToArray();
        var shared = Constraint.FromJsonSchema(Schema);

        var together = new string[16];
        Parallel.For(0, 16, i => together[i] = Run(shared, i));

        together.ShouldBe(alone);
        string Run(Constraint constraint, int seed)
        {
            var state = constraint.Start(vocabulary);
            var random = new SeededRandom((ulong)seed + 100);
            var mask = new ulong[vocabulary.MaskWords];
            var text = new StringBuilder();
            for (var step = 0; step < 300 && !state.MustEnd; step++)
            {
                state.FillMask(mask);
                var token = Pick(mask, random, []);
                state.Accept(token);
                text.Append((char)token);
            }

            return text.ToString();
        }
    }

    [Fact]
    public void What_is_remembered_stays_bounded_and_forgetting_changes_nothing()
    {
        // Every depth of brackets is a configuration of its own.
        var constraint = Constraint.FromGrammar("root ::= \"(\" root \")\" | \"[\" root \"]\" | \"x\"");
        var random = new SeededRandom(3);
        var open = string.Concat(Enumerable.Range(0, 60_000).Select(_ => random.NextDouble() < 0.5 ? '(' : '['));
        var text = open + "x" + string.Concat(open.Reverse().Select(bracket => bracket == '(' ? ')' : ']'));

        constraint.Satisfies(text).ShouldBeTrue();
        constraint.Satisfies(text[..^1]).ShouldBeFalse();
        constraint.Satisfies(text + ")").ShouldBeFalse();
        constraint.Machine.RememberedCount.ShouldBeLessThanOrEqualTo(Gyre.Models.Constraints.Matching.PushdownMachine.MaxConfigurations);
    }

    [Fact]
    public void Combinators_lower_to_one_grammar()
    {
        var constraint = Constraint.Sequence(
            Constraint.Literal("call "),
            Constraint.Choice(Constraint.Literal("f"), Constraint.Literal("g")),
            Constraint.Repeat(Constraint.FromRegex("[0-9]"), 2, 3),
            Constraint.FromJsonSchema("""{"type":"array","items":{"type":"integer"}}"""));

        constraint.Satisfies("call f12[1, 2]").ShouldBeTrue();
        constraint.Satisfies("call g123[]").ShouldBeTrue();
        constraint.Satisfies("call g1[]").ShouldBeFalse();
        constraint.Satisfies("call h12[]").ShouldBeFalse();
        Constraint.AnyText().Satisfies("anything\n\u00e9").ShouldBeTrue();
    }

    [Fact]
    public void Free_text_is_bound_from_its_first_trigger()
    {
        var call = Constraint.Sequence(Constraint.FromJsonSchema("""{"type":"object","properties":{"n":{"type":"integer"}},"required":["n"],"additionalProperties":false}"""), Constraint.Literal("</t>"));
        var auto = Constraint.FreeTextUntil([("<t>", call)], repeats: true);

        auto.Satisfies("Just talk, <t and <<t").ShouldBeTrue();
        auto.Satisfies("Hm <t>{\"n\":1}</t>").ShouldBeTrue();
        auto.Satisfies("<t>{\"n\":1}</t> and <t>{\"n\":2}</t> done").ShouldBeTrue();
        auto.Satisfies("Hm <<t>{\"n\":1}</t>").ShouldBeTrue();
        auto.CanBegin("Hm <t>x"u8).ShouldBeFalse();
        auto.Satisfies("Hm <t>{\"n\":1}").ShouldBeFalse();
        auto.CanBegin("a <t>{\"n\":1}</t> b <t>{\"m"u8).ShouldBeFalse();

        var must = Constraint.FreeTextUntil([("<t>", call), ("<u>", Constraint.Literal("!"))], mustTrigger: true);
        must.Satisfies("Just talk").ShouldBeFalse();
        must.Satisfies("so <u>!").ShouldBeTrue();
        must.CanBegin("so <u>!?"u8).ShouldBeFalse();

        // "aab" occurs first at the earliest place, though the text before it begins like it.
        Constraint.FreeTextUntil([("aab", Constraint.Literal("."))], mustTrigger: true).Satisfies("aaab.").ShouldBeTrue();
        Constraint.FreeTextUntil([("aa", Constraint.Literal("b"))], mustTrigger: true).Satisfies("aaab").ShouldBeFalse();
    }

    [Fact]
    public void A_bound_part_and_free_text_mask_in_real_vocabularies_without_special_tokens()
    {
        var tokenizer = TokenizerLoader.FromFolder(TestData.Require("tokenizers/qwen2"));
        var vocabulary = new ConstraintVocabulary(tokenizer);
        var state = Constraint.AnyText().Start(vocabulary);
        var mask = new ulong[vocabulary.MaskWords];

        state.FillMask(mask);

        foreach (var id in Enumerable.Range(0, tokenizer.VocabularySize).Where(tokenizer.IsSpecial))
        {
            ((mask[id >> 6] & (1UL << id)) != 0).ShouldBe(tokenizer.EndIds.Contains(id), $"token {id}");
        }
    }

    private static IEnumerable<int> Bits(ulong[] mask) => Enumerable.Range(0, mask.Length * 64).Where(id => (mask[id >> 6] & (1UL << id)) != 0);

    private static int Pick(ulong[] mask, SeededRandom random, IReadOnlyList<int> exceptions)
    {
        var allowed = Bits(mask).Except(exceptions).ToArray();
        return allowed.Length == 0 ? -1 : allowed[(int)(random.NextDouble() * allowed.Length)];
    }
}
