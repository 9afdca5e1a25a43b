using System.Buffers;
using System.Text;
using System.Text.Json;
using Gyre.Contracts;
using Gyre.Models.Constraints;
using Gyre.Models.Generation;
using Gyre.Models.Templates;
using Gyre.Models.Tokenizers;
using Gyre.Models.Tools;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Tools;

/// <summary>Calls whose marks are special tokens: GPT-2's published vocabulary with the families' marks added.</summary>
public sealed class ToolConstraintTests : IDisposable
{
    private static readonly string[] Marks = ["[TOOL_CALLS]", "<|python_tag|>", "<tool_call>", "</tool_call>", "<other>"];

    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-tools-").FullName;
    private readonly ITokenizer _tokenizer;
    private readonly ConstraintVocabulary _vocabulary;

    public ToolConstraintTests()
    {
        var published = TestData.Require("tokenizers/gpt2");
        File.Copy(Path.Combine(published, "vocab.json"), Path.Combine(_folder, "vocab.json"));
        File.Copy(Path.Combine(published, "merges.txt"), Path.Combine(_folder, "merges.txt"));
        File.WriteAllText(Path.Combine(_folder, "added_tokens.json"), JsonSerializer.Serialize(Marks.Select((mark, i) => (mark, id: 50257 + i)).ToDictionary(pair => pair.mark, pair => pair.id)));
        File.WriteAllText(Path.Combine(_folder, "special_tokens_map.json"), JsonSerializer.Serialize(new Dictionary<string, object> { ["additional_special_tokens"] = Marks, ["eos_token"] = "<|endoftext|>" }));
        _tokenizer = TokenizerLoader.FromFolder(_folder);
        _vocabulary = new ConstraintVocabulary(_tokenizer);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("mistral", "[TOOL_CALLS]", "[{\"name\": \"order\", \"arguments\": ", "}]", "")]
    [InlineData("hermes", "<tool_call>", "\n{\"name\": \"order\", \"arguments\": ", "}\n", "</tool_call>")]
    public void A_special_opening_token_binds_what_follows_as_its_text_does(string family, string open, string before, string after, string close)
    {
        var state = Auto(family).Start(_vocabulary);
        Accept(state, "Let me see: [ { <");
        Allowed(state).Where(_tokenizer.IsSpecial).ShouldBe([.. _tokenizer.EndIds, Id(open)], ignoreOrder: true);

        state.Accept(Id(open));

        Allowed(state).Select(id => Bytes(id)[0]).Distinct().ShouldBeSubsetOf([(byte)'[', (byte)'{', (byte)'\n']);
        state.TryAccept(Id(open)).ShouldBeFalse();
        Accept(state, before);
        var wrong = state.Fork();
        Accept(wrong, "{\"count\": ");
        wrong.TryAccept(Id("0")).ShouldBeFalse("the count begins at one");
        Accept(state, "{\"count\": 7}" + after);
        if (close.Length > 0)
        {
            state.IsComplete.ShouldBeFalse();
            state.Fork().TryAccept(Id(close)).ShouldBeTrue();
            Accept(state, close, isText: true);
        }

        state.IsComplete.ShouldBeTrue();
    }

    [Fact]
    public void A_special_token_before_a_plain_object_is_let_through_and_binds_it()
    {
        var state = Auto("llama3").Start(_vocabulary);

        state.Accept(Id("<|python_tag|>"));

        state.IsComplete.ShouldBeFalse();
        Allowed(state).ShouldAllBe(id => Bytes(id)[0] == (byte)'{');
        Accept(state, "{\"name\": \"order\", \"parameters\": {\"count\": 2}}");
        state.MustEnd.ShouldBeTrue();
    }

    [Theory]
    [InlineData("mistral", "[TOOL_CALLS]")]
    [InlineData("hermes", "<tool_call>")]
    [InlineData("llama3", "<|python_tag|>")]
    public void Random_answers_with_special_marks_are_read_as_calls_with_valid_arguments(string family, string open)
    {
        var constraint = Auto(family);
        var calls = 0;
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new SeededRandom((ulong)seed);
            var state = constraint.Start(_vocabulary);
            var sampler = new Sampler(_tokenizer.VocabularySize, new GenerationOptions(), random, state);
            var logits = new float[_tokenizer.VocabularySize];
            var reader = Format(family).CreateReader(new HashSet<string> { "order" });
            var parts = new List<ToolCallPart>();
            for (var step = 0; step < 60 && !state.MustEnd && !state.HasEnded; step++)
            {
                logits.AsSpan().Clear();
                logits[Id(open)] = step == (family == "llama3" ? 0 : 3) ? 30f : -30f;
                var token = sampler.Next(logits);
                if (!_tokenizer.EndIds.Contains(token))
                {
                    reader.Read(_tokenizer.IsSpecial(token) ? _tokenizer.GetToken(token) : Encoding.Latin1.GetString(Bytes(token)), parts);
                }
            }

            reader.Complete(parts);
            var arguments = string.Concat(parts.Where(part => part.Kind == ToolCallPartKind.Arguments).Select(part => part.Text));
            if (parts.Any(part => part.Kind == ToolCallPartKind.End))
            {
                calls++;
                using var parsed = JsonDocument.Parse(arguments);
                parsed.RootElement.GetProperty("count").GetInt32().ShouldBeInRange(1, 9);
            }
        }

        calls.ShouldBeGreaterThan(25);
    }

    [Fact]
    public void Text_bytes_never_stand_for_a_special_token()
    {
        var state = Auto("mistral").Start(_vocabulary);
        var bytes = new ArrayBufferWriter<byte>();
        for (var id = 0; id < _tokenizer.VocabularySize; id++)
        {
            bytes.ResetWrittenCount();
            _tokenizer.AppendBytes(id, isFirst: false, includeSpecial: false, bytes);
            if (bytes.WrittenSpan.Contains((byte)0xFF))
            {
                state.TryAccept(id).ShouldBeFalse();
                Constraint.SpecialToken("x").Start(_vocabulary).TryAccept(id).ShouldBeFalse();
            }
        }
    }

    [Fact]
    public void A_vocabulary_without_the_special_token_keeps_to_the_text()
    {
        var vocabulary = new ConstraintVocabulary(TokenizerLoader.FromFolder(TestData.Require("tokenizers/gpt2")));
        var state = Auto("mistral").Start(vocabulary);

        Accept(state, "Now [TOOL_CALLS]", isText: true);
        state.IsComplete.ShouldBeFalse();
        Accept(state, "[{\"name\": \"order\", \"arguments\": {\"count\": 1}}]");

        state.MustEnd.ShouldBeTrue();
        Should.Throw<ModelException>(() => Constraint.SpecialToken("[TOOL_CALLS]").Start(vocabulary).FillMask(new ulong[vocabulary.MaskWords])).Code.ShouldBe("RUN0706");
    }

    private static ToolFormat Format(string family)
    {
        var source = family switch
        {
            "mistral" => "{{ tools }}[TOOL_CALLS]",
            "hermes" => "{{ tools }}<tool_call>",
            _ => "{{ tools }}<|start_header_id|>\"parameters\": ",
        };
        var format = ToolFormat.Detect(ChatTemplate.Parse(source));
        format.Name.ShouldBe(family);
        return format;
    }

    private static Constraint Auto(string family) => Format(family).ConstrainTextOrCalls(
        [("order", Constraint.FromJsonSchema("""{"type":"object","properties":{"count":{"type":"integer","minimum":1,"maximum":9}},"required":["count"],"additionalProperties":false}"""))],
        isParallel: false);

    private int Id(string token) => _tokenizer.FindToken(token) ?? throw new ArgumentException(token);

    private byte[] Bytes(int id)
    {
        var bytes = new ArrayBufferWriter<byte>();
        _tokenizer.AppendBytes(id, isFirst: false, includeSpecial: false, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    private List<int> Allowed(ConstraintState state)
    {
        var mask = new ulong[_vocabulary.MaskWords];
        state.FillMask(mask);
        return [.. Enumerable.Range(0, _vocabulary.Size).Where(id => (mask[id >> 6] & (1UL << id)) != 0)];
    }

    private void Accept(ConstraintState state, string text, bool isText = false)
    {
        var ids = new List<int>();
        _tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: !isText, ids);
        foreach (var id in ids)
        {
            state.TryAccept(id).ShouldBeTrue($"'{_tokenizer.GetToken(id)}' of {text}");
        }
    }
}
