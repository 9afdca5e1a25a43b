using System.Buffers;
using System.Text;
using Gyre.Contracts;
using Gyre.Models.Catalog;
using Gyre.Models.Constraints;
using Gyre.Models.Generation;
using Gyre.Models.Tests.Generation;
using Gyre.Models.Tokenizers;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Constraints;

public class ConstrainedGenerationTests
{
    [Fact]
    public void Ten_thousand_texts_of_random_logits_are_all_valid()
    {
        var tokenizer = TokenizerLoader.FromSentencePiece(File.OpenRead(TestData.Require("models/stories260K/tok512.model")));
        var vocabulary = new ConstraintVocabulary(tokenizer);
        var constraints = SampleSchemas.All.Select((schema, i) => (schema, constraint: Constraint.FromJsonSchema(schema, Options(i)))).ToArray();
        GenerationOptions[] choices =
        [
            new(),
            new() { Temperature = 0 },
            new() { TopK = 5, TopP = 0.9f },
            new() { MinP = 0.05f, Temperature = 1.5f },
            new() { TypicalP = 0.9f, RepetitionPenalty = 1.3f, FrequencyPenalty = 0.5f, LogitBias = new Dictionary<int, float> { [100] = 100f } },
        ];

        // Closing characters are made likelier, so that texts end.
        var random = new SeededRandom(99);
        var noise = Enumerable.Range(0, 16_411).Select(_ => (float)(random.NextGaussian() * 2)).ToArray();
        var bias = Enumerable.Range(0, tokenizer.VocabularySize).Select(id => tokenizer.GetToken(id) is "\"" or "]" or "}" or "</s>" ? 4f : 0f).ToArray();
        var ended = 0;
        var invalid = new List<string>();
        for (var round = 0; round < 10_000; round++)
        {
            var (schema, constraint) = constraints[round % constraints.Length];
            var text = Write(constraint, vocabulary, tokenizer, choices[round % choices.Length], round, noise, bias);
            if (text is not null)
            {
                ended++;
                if (!ReferenceValidator.IsValid(schema, text))
                {
                    invalid.Add($"{schema}: {Encoding.UTF8.GetString(text)}");
                }
            }
        }

        invalid.ShouldBeEmpty();
        ended.ShouldBeGreaterThan(9_500, "too many texts were cut off by the limit of tokens to say anything about");
    }

    private static ConstraintOptions Options(int i) => new()
    {
        Whitespace = (JsonWhitespace)(i % 3),
        AllowsUndeclaredProperties = i % 2 == 0,
    };

    /// <summary>The text, or null when 400 tokens were not enough.</summary>
    private static byte[]? Write(Constraint constraint, ConstraintVocabulary vocabulary, ITokenizer tokenizer, GenerationOptions options, int seed, float[] noise, float[] bias)
    {
        var isFirst = seed % 2 == 0;
        var state = constraint.Start(vocabulary, isFirst);
        var random = new SeededRandom((ulong)seed);
        var sampler = new Sampler(tokenizer.VocabularySize, options, random, state);
        var logits = new float[tokenizer.VocabularySize];
        var text = new ArrayBufferWriter<byte>();
        for (var step = 0; step < 400; step++)
        {
            var start = (int)(random.NextDouble() * (noise.Length - logits.Length));
            for (var id = 0; id < logits.Length; id++)
            {
                logits[id] = noise[start + id] + bias[id];
            }

            var token = sampler.Next(logits);
            if (tokenizer.EndIds.Contains(token))
            {
                return text.WrittenSpan.ToArray();
            }

            tokenizer.AppendBytes(token, isFirst && text.WrittenCount == 0, includeSpecial: false, text);
            if (state.MustEnd)
            {
                return text.WrittenSpan.ToArray();
            }
        }

        constraint.CanBegin(text.WrittenSpan).ShouldBeTrue();
        return null;
    }

    [Theory]
    [InlineData("models/stories260K/derived-hf", 140)]
    [InlineData("models/default", 72)]
    public async Task Real_models_write_only_what_is_valid(string folder, int rounds)
    {
        var path = folder == "models/default" ? Path.Combine(TestData.RepositoryRoot, folder) : TestData.Require(folder);
        using var team = new ThreadTeam(2);
        await using var model = await new ModelLoader(team, TimeProvider.System).LoadAsync(ModelFolder.Open(path), "test");
        var schemas = SampleSchemas.All;
        var ended = 0;
        for (var round = 0; round < rounds; round++)
        {
            var schema = schemas[round % schemas.Length];
            var constraint = Constraint.FromJsonSchema(schema, new ConstraintOptions { AllowsUndeclaredProperties = false });
            var options = new GenerationOptions { Constraint = constraint, MaxTokens = 120, Temperature = round % 3 == 0 ? 0f : 0.8f, Seed = (ulong)round, Logprobs = 0 };
            var text = new StringBuilder();
            var reason = FinishReason.Length;
            await foreach (var update in model.Generator.GenerateAsync(model.TokenizePrompt("Once upon a time"), options))
            {
                text.Append(update.Text);
                reason = update.FinishReason ?? reason;
            }

            var bytes = Encoding.UTF8.GetBytes(text.ToString());
            if (reason == FinishReason.Stop)
            {
                ended++;
                ReferenceValidator.IsValid(schema, bytes).ShouldBeTrue($"{schema}: {text}");
            }
            else
            {
                // Cut inside a character, the text shows a replacement for it.
                constraint.CanBegin(Encoding.UTF8.GetBytes(text.ToString().TrimEnd('\uFFFD'))).ShouldBeTrue($"{schema}: {text}");
            }
        }

        ended.ShouldBeGreaterThan(rounds / 2);
    }

    [Fact]
    public async Task The_sequence_ends_where_nothing_can_follow_and_the_reason_is_stop()
    {
        await using var generator = new TextGenerator(new FakeDecoder(), new FakeByteTokenizer(), new TextGeneratorOptions(), TimeProvider.System);

        var updates = await Collect(generator, new GenerationOptions { Temperature = 0, Constraint = Constraint.FromRegex("xyz") });

        string.Concat(updates.Select(update => update.Text)).ShouldBe("xyz");
        updates[^1].FinishReason.ShouldBe(FinishReason.Stop);
        updates[^1].Usage!.CompletionTokens.ShouldBe(3);
    }

    [Fact]
    public async Task Log_probabilities_stay_the_models_own()
    {
        await using var generator = new TextGenerator(new FakeDecoder(), new FakeByteTokenizer(), new TextGeneratorOptions(), TimeProvider.System);

        var updates = await Collect(generator, new GenerationOptions { Temperature = 0, Logprobs = 1, Constraint = Constraint.FromRegex("x") });

        // The network prefers the letter after its last one, at 8 to 0 for the others.
        updates[1].Logprob!.Logprob.ShouldBe((float)-Math.Log(Math.Exp(8) + 256), 1e-5f);
        updates[1].Logprob!.Top[0].Id.ShouldBe('b');
    }

    [Fact]
    public async Task The_limit_of_tokens_cuts_as_always()
    {
        await using var generator = new TextGenerator(new FakeDecoder(), new FakeByteTokenizer(), new TextGeneratorOptions(), TimeProvider.System);

        var updates = await Collect(generator, new GenerationOptions { Temperature = 0, MaxTokens = 2, Constraint = Constraint.FromRegex("xyz") });

        string.Concat(updates.Select(update => update.Text)).ShouldBe("xy");
        updates[^1].FinishReason.ShouldBe(FinishReason.Length);
    }

    [Fact]
    public async Task A_request_that_its_caller_leaves_does_not_disturb_another_of_the_same_constraint()
    {
        await using var generator = new TextGenerator(new FakeDecoder(contextLength: 400), new FakeByteTokenizer(), new TextGeneratorOptions(), TimeProvider.System);
        var options = new GenerationOptions { Seed = 4, MaxTokens = 300, Constraint = Constraint.FromJsonSchema("""{"type":"string","minLength":100,"maxLength":100}""") };
        var alone = await Collect(generator, options);

        var second = Collect(generator, options);
        await foreach (var update in generator.GenerateAsync([97], options))
        {
            if (update.TokenId is not null)
            {
                break;
            }
        }

        (await second).Select(update => update.TokenId).ShouldBe(alone.Select(update => update.TokenId));
    }

    [Fact]
    public async Task A_constraint_excludes_ignoring_the_end()
    {
        await using var generator = new TextGenerator(new FakeDecoder(), new FakeByteTokenizer(), new TextGeneratorOptions(), TimeProvider.System);

        var refused = await Should.ThrowAsync<ModelException>(Collect(generator, new GenerationOptions { IgnoreEnd = true, Constraint = Constraint.AnyText() }));

        refused.Code.ShouldBe("RUN0302");
        refused.Message.ShouldContain("constraint");
    }

    [Fact]
    public void A_constrained_choice_allocates_nothing_and_obeys_bias_only_inside_the_mask()
    {
        var vocabulary = new ConstraintVocabulary(new FakeByteTokenizer());
        var constraint = Constraint.FromRegex("[a-c]*");
        var options = new GenerationOptions { Temperature = 0.7f, TopK = 40, TopP = 0.95f, LogitBias = new Dictionary<int, float> { ['z'] = 100f, ['b'] = 1f } };
        var sampler = new Sampler(257, options, new SeededRandom(1), constraint.Start(vocabulary));
        var logits = new float[257];
        logits[256] = -100f;
        for (var i = 0; i < 20; i++)
        {
            sampler.Next(logits).ShouldBeInRange('a', 'c');
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
        {
            sampler.Next(logits);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    [Fact]
    public void A_network_with_fewer_logits_than_the_mask_asks_for_is_told()
    {
        var state = Constraint.Literal("z").Start(new ConstraintVocabulary(new FakeByteTokenizer()));
        var sampler = new Sampler(100, new GenerationOptions(), new SeededRandom(1), state);

        Check.Refusal(() => sampler.Next(new float[100]), "RUN0706");
    }

    private static async Task<List<GenerationUpdate>> Collect(TextGenerator generator, GenerationOptions options)
    {
        var updates = new List<GenerationUpdate>();
        await foreach (var update in generator.GenerateAsync([97], options))
        {
            updates.Add(update);
        }

        return updates;
    }
}
