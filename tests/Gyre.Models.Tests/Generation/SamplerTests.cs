using System.Text.Json;
using Gyre.Contracts;
using Gyre.Models.Generation;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Generation;

public class SamplerTests
{
    [Theory]
    [InlineData("temperature")]
    [InlineData("top_k")]
    [InlineData("top_p")]
    [InlineData("min_p")]
    [InlineData("typical_p")]
    [InlineData("repetition_penalty")]
    [InlineData("chain_repetition1.3_temperature0.7_topk6_topp0.9")]
    public void Filters_equal_the_reference(string name)
    {
        using var golden = JsonDocument.Parse(File.ReadAllText(TestData.Require("models/kit/logits-processors/golden.json")));
        var testCase = golden.RootElement.GetProperty("cases").GetProperty(name);
        var tolerance = golden.RootElement.GetProperty("tolerance").GetProperty("float32_abs").GetSingle();
        var options = OptionsOf(name, testCase);
        for (var row = 0; row < 2; row++)
        {
            var logits = Floats(golden.RootElement.GetProperty("scores")[row]);
            var seen = golden.RootElement.GetProperty("input_ids")[row].EnumerateArray().Select(id => id.GetInt32()).ToList();
            var sampler = new Sampler(logits.Length, options, new SeededRandom(1));
            sampler.ObservePrompt([.. seen]);
            var adjusted = name == "repetition_penalty" || name.StartsWith("chain", StringComparison.Ordinal)
                ? sampler.Adjust(logits).ToArray() : logits;

            var candidates = sampler.Filter(adjusted);

            var expected = testCase.GetProperty("scores")[row].EnumerateArray().ToArray();
            for (var id = 0; id < expected.Length; id++)
            {
                var place = candidates.Ids.IndexOf(id);
                if (expected[id].ValueKind == JsonValueKind.Null)
                {
                    place.ShouldBe(-1, $"{name}: token {id} of row {row} should be dropped");
                }
                else
                {
                    place.ShouldBeGreaterThanOrEqualTo(0, $"{name}: token {id} of row {row} should be kept");
                    candidates.Logits[place].ShouldBe(expected[id].GetSingle(), tolerance);
                }
            }
        }
    }

    [Fact]
    public void Temperature_zero_takes_the_most_likely_token_and_draws_nothing()
    {
        var random = new SeededRandom(7);
        var before = random.State;
        var sampler = new Sampler(4, new GenerationOptions { Temperature = 0 }, random);

        sampler.Next([0.1f, 3f, 3f, -1f]).ShouldBe(1);
        random.State.ShouldBe(before);
    }

    [Fact]
    public void Draws_follow_the_distribution()
    {
        float[] logits = [MathF.Log(0.5f), MathF.Log(0.3f), MathF.Log(0.2f)];
        var sampler = new Sampler(3, new GenerationOptions(), new SeededRandom(11));
        var counts = new int[3];
        for (var i = 0; i < 20_000; i++)
        {
            counts[sampler.Next(logits)]++;
        }

        // Three standard deviations of a proportion at n = 20,000 are below 0.011.
        (counts[0] / 20_000.0).ShouldBe(0.5, 0.011);
        (counts[1] / 20_000.0).ShouldBe(0.3, 0.011);
        (counts[2] / 20_000.0).ShouldBe(0.2, 0.011);
    }

    [Fact]
    public void Same_seed_gives_the_same_tokens()
    {
        var options = new GenerationOptions { Temperature = 0.9f, TopK = 40, TopP = 0.95f, RepetitionPenalty = 1.1f };
        var logits = RandomLogits(500, 3);

        Draw().ShouldBe(Draw());

        int[] Draw()
        {
            var sampler = new Sampler(500, options, new SeededRandom(99));
            return [.. Enumerable.Range(0, 50).Select(_ => sampler.Next(logits))];
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(499)]
    [InlineData(500)]
    public void Top_k_keeps_the_k_largest(int k)
    {
        var logits = RandomLogits(500, 5);
        var expected = logits.Select((logit, id) => (logit, id)).OrderByDescending(pair => pair.logit).Take(k).Select(pair => pair.id);

        var kept = new Sampler(500, new GenerationOptions { TopK = k }, new SeededRandom(1)).Filter(logits).Ids.ToArray();

        kept.Order().ShouldBe(expected.Order());
    }

    [Theory]
    [InlineData(0.01f)]
    [InlineData(0.5f)]
    [InlineData(0.99f)]
    public void Top_p_keeps_the_smallest_set_that_reaches_the_mass(float mass)
    {
        var logits = RandomLogits(500, 6);
        var total = logits.Sum(logit => Math.Exp(logit));
        var sorted = logits.Select((logit, id) => (p: Math.Exp(logit) / total, id)).OrderByDescending(pair => pair.p).ToArray();
        var cumulative = 0.0;
        var expected = new List<int>();
        foreach (var (p, id) in sorted)
        {
            expected.Add(id);
            cumulative += p;
            if (cumulative >= mass)
            {
                break;
            }
        }

        var kept = new Sampler(500, new GenerationOptions { TopP = mass }, new SeededRandom(1)).Filter(logits).Ids.ToArray();

        kept.Order().ShouldBe(expected.Order());
    }

    [Fact]
    public void Frequency_and_presence_penalties_count_the_answer_only()
    {
        var options = new GenerationOptions { Temperature = 0, FrequencyPenalty = 0.5f, PresencePenalty = 0.25f };
        var sampler = new Sampler(3, options, new SeededRandom(1));
        sampler.ObservePrompt([0, 0, 0]);

        // 0 leads by 0.7; after one occurrence it loses 0.75 and 1 takes over.
        float[] logits = [1.7f, 1f, 0f];
        sampler.Next(logits).ShouldBe(0);
        sampler.Next(logits).ShouldBe(1);
    }

    [Fact]
    public void Logit_bias_moves_single_tokens()
    {
        var options = new GenerationOptions { Temperature = 0, LogitBias = new Dictionary<int, float> { [2] = 100f, [0] = -100f } };

        new Sampler(3, options, new SeededRandom(1)).Next([5f, 4f, 0f]).ShouldBe(2);
    }

    [Fact]
    public void Sampling_allocates_nothing_per_token()
    {
        var options = new GenerationOptions { Temperature = 0.8f, TopK = 50, TopP = 0.9f, MinP = 0.01f, TypicalP = 0.95f, RepetitionPenalty = 1.1f };
        var logits = RandomLogits(4096, 8);
        var sampler = new Sampler(4096, options, new SeededRandom(1));
        for (var i = 0; i < 50; i++)
        {
            sampler.Next(logits);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 200; i++)
        {
            sampler.Next(logits);
        }

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
    }

    private static GenerationOptions OptionsOf(string name, JsonElement testCase)
    {
        if (name.StartsWith("chain", StringComparison.Ordinal))
        {
            return new GenerationOptions { RepetitionPenalty = 1.3f, Temperature = 0.7f, TopK = 6, TopP = 0.9f };
        }

        var args = testCase.GetProperty("args");
        return name switch
        {
            "temperature" => new GenerationOptions { Temperature = args.GetProperty("temperature").GetSingle() },
            "top_k" => new GenerationOptions { TopK = args.GetProperty("top_k").GetInt32() },
            "top_p" => new GenerationOptions { TopP = args.GetProperty("top_p").GetSingle() },
            "min_p" => new GenerationOptions { MinP = args.GetProperty("min_p").GetSingle() },
            "typical_p" => new GenerationOptions { TypicalP = args.GetProperty("mass").GetSingle() },
            "repetition_penalty" => new GenerationOptions { RepetitionPenalty = args.GetProperty("penalty").GetSingle() },
            _ => throw new ArgumentOutOfRangeException(nameof(name), name, "No options for this case."),
        };
    }

    private static float[] Floats(JsonElement row) => [.. row.EnumerateArray().Select(value => value.GetSingle())];

    private static float[] RandomLogits(int count, ulong seed)
    {
        var random = new SeededRandom(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextGaussian() * 3))];
    }
}
