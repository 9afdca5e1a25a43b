using Gyre.Models.Architectures;
using Gyre.Models.Generation;
using Gyre.Models.SequenceToSequence;
using Gyre.Models.Tests.Architectures;
using Gyre.Models.Tests.SequenceToSequence;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Adapters;

/// <summary>Adapters of encoder–decoder models against float64 runs of the reference implementation (see each folder's SOURCE.md).</summary>
[Trait("kernel", "true")]
public sealed class SourceAdapterTests
{
    private static readonly string[] Kit = ["peft-lora-t5", "peft-ia3-t5", "peft-prompt-t5"];

    [Theory]
    [InlineData("peft-lora-t5")]
    [InlineData("peft-ia3-t5")]
    [InlineData("peft-prompt-t5")]
    public void Logits_equal_the_reference(string adapter)
    {
        var (folder, golden, tolerance) = FamilyTests.Open(adapter);
        ((double)golden["max_abs_change_vs_base"]!).ShouldBeGreaterThan(100 * tolerance); // The base alone would not pass.
        using var arrays = GoldenArrays.Open(folder);
        using var loaded = LoadedPairModel.Open("t5");
        loaded.Model.LoadAdapter("a", folder);
        var expected = arrays.Numbers("logits");
        foreach (var (row, source, answer) in Rows(arrays, loaded.Configuration.StartTokenId))
        {
            var logits = LogitsOf(loaded, source, answer, "a");
            FamilyTests.Close(logits, expected.AsSpan(row * arrays.Ids("labels")[0].Length * loaded.Model.VocabularySize, logits.Length), tolerance);
        }
    }

    [Fact]
    public void Sources_and_answers_of_a_mixed_batch_have_the_bits_of_their_solo_runs()
    {
        using var loaded = LoadedPairModel.Open("t5");
        foreach (var name in Kit)
        {
            loaded.Model.LoadAdapter(name, TestData.Require("models/kit/" + name));
        }

        string?[] adapters = [null, .. Kit, null, Kit[0]];
        int[][] sources = [.. adapters.Select((_, i) => Enumerable.Range(2, 4 + i).Select(id => (id * 13 + i) % 190).ToArray())];
        int[] answer = [0, 9, 44, 3, 120];
        var expected = adapters.Select((adapter, i) => LogitsOf(loaded, sources[i], answer, adapter)).ToArray();
        expected.Select(logits => logits[^1]).Distinct().Count().ShouldBe(adapters.Length);
        var sessions = adapters.Select((adapter, i) => Open(loaded.Model, sources[i], adapter)).ToArray();
        var batch = new DecoderBatch();
        var width = loaded.Model.VocabularySize;
        for (var token = 0; token < answer.Length; token++)
        {
            batch.Clear();
            foreach (var session in sessions)
            {
                batch.Add(session, answer.AsSpan(token, 1), LogitRows.Last);
            }

            loaded.Model.Forward(batch);
            for (var i = 0; i < sessions.Length; i++)
            {
                batch.Logits(i, 0).SequenceEqual(expected[i].AsSpan(token * width, width)).ShouldBeTrue($"{adapters[i] ?? "base"}, token {token}");
            }
        }

        foreach (var session in sessions)
        {
            session.Dispose();
        }

        static IDecoderSession Open(IEncoderDecoder model, int[] source, string? adapter)
        {
            using var use = adapter is null ? null : model.UseAdapter(adapter);
            using var read = model.Read([source, source], use)[1];
            read.Adapter.ShouldBe(adapter);
            return model.CreateSession(read, 8);
        }
    }

    [Fact]
    public void A_source_keeps_its_adapter_although_it_is_unloaded()
    {
        using var loaded = LoadedPairModel.Open("t5");
        loaded.Model.LoadAdapter("a", TestData.Require("models/kit/peft-lora-t5"));
        int[] answer = [0, 5, 9];
        var expected = LogitsOf(loaded, [4, 8, 1], answer, "a");
        using var use = loaded.Model.UseAdapter("a");
        loaded.Model.UnloadAdapter("a").ShouldBeTrue();
        Should.Throw<ModelException>(() => loaded.Model.UseAdapter("a")).Code.ShouldBe("RUN0423");
        using var read = loaded.Model.Read([[4, 8, 1]], use)[0];
        use.Dispose();
        Should.Throw<ObjectDisposedException>(() => loaded.Model.Read([[4, 8, 1]], use));
        loaded.LogitsOf(read, answer).ShouldBe(expected);
    }

    [Fact]
    public async Task Requests_and_searches_run_through_the_adapter_that_they_name()
    {
        using var folder = PairFolder.OfKit("t5", new() { ["num_beams"] = 2 });
        using var team = new ThreadTeam(2);
        using var model = SequenceToSequenceModel.Load(folder.Path, new DecoderOptions { Team = team });
        model.Network.LoadAdapter("a", TestData.Require("models/kit/peft-lora-t5"));
        model.Network.LoadAdapter("p", TestData.Require("models/kit/peft-prompt-t5"));
        await using var generator = new SequenceToSequenceGenerator(model, new TextGeneratorOptions { MaxActive = 4 }, TimeProvider.System);
        int[] source = [21, 88, 3, 150, 1];
        var answers = new Dictionary<string, int[]>();
        foreach (var adapter in new[] { null, "a", "p" })
        {
            var options = new BeamSearchOptions { Beams = 2, MaxTokens = 6, Adapter = adapter };
            var searched = model.Search(source, model.Settings.Search with { MaxTokens = 6, Adapter = adapter })[0].Ids;
            answers[adapter ?? ""] = [.. searched];
            (await Collect(generator, source, new GenerationOptions { Temperature = 0, MaxTokens = 6, Adapter = adapter })).ShouldBe(searched, adapter);

            // Token by token beside other requests, as a search with one beam.
            var greedy = model.Search(source, options with { Beams = 1 })[0].Ids;
            (await Collect(generator, source, new GenerationOptions { Temperature = 0, MaxTokens = 6, Adapter = adapter, Logprobs = 0 })).ShouldBe(greedy, adapter);
        }

        answers["a"].ShouldNotBe(answers[""]);
        model.LogProbability(source, [5, 6], "a").ShouldNotBe(model.LogProbability(source, [5, 6]));
        (await Should.ThrowAsync<ModelException>(() => Collect(generator, source, new GenerationOptions { Adapter = "b" }))).Code.ShouldBe("RUN0423");
    }

    [Fact]
    public void Virtual_tokens_take_their_places_of_a_source()
    {
        using var loaded = LoadedPairModel.Open("t5", cacheBytes: 2 * LoadedPairModel.Open("t5").Model.CacheBytesPerToken * 64);
        loaded.Model.LoadAdapter("p", TestData.Require("models/kit/peft-prompt-t5"));
        using var use = loaded.Model.UseAdapter("p");
        use.VirtualTokens.ShouldBe(5);
        loaded.Model.SourceLength.ShouldBe(128);
        var longest = Enumerable.Repeat(7, 123).ToArray();
        loaded.Model.Read([longest], use)[0].Dispose();
        var error = Should.Throw<ModelException>(() => loaded.Model.Read([[.. longest, 7]], use));
        error.Code.ShouldBe("RUN0431");
        error.Message.ShouldContain("expected 1 to 123, which this model's encoder and cache hold beside the adapter's 5");
    }

    [Fact]
    public void Prefix_tuning_of_a_model_that_reads_sources_is_refused()
    {
        using var loaded = LoadedPairModel.Open("t5");
        var error = Should.Throw<ModelException>(() => loaded.Model.LoadAdapter("a", TestData.Require("models/kit/peft-prefix-llama")));
        error.Code.ShouldBe("RUN0421");
        error.Message.ShouldContain("prefix tuning of a model that reads sources");
    }

    private static IEnumerable<(int Row, int[] Source, int[] Answer)> Rows(GoldenArrays arrays, int start)
    {
        var (ids, masks, labels) = (arrays.Ids("input_ids"), arrays.Ids("attention_mask"), arrays.Ids("labels"));
        for (var row = 0; row < ids.Length; row++)
        {
            // The reference shifts labels behind the start token; −100 fills them up.
            var known = labels[row].TakeWhile(id => id >= 0).ToArray();
            yield return (row, ids[row][..masks[row].Sum()], [start, .. known[..Math.Min(known.Length, labels[row].Length - 1)]]);
        }
    }

    private static float[] LogitsOf(LoadedPairModel loaded, int[] source, int[] answer, string? adapter)
    {
        using var use = adapter is null ? null : loaded.Model.UseAdapter(adapter);
        using var read = loaded.Model.Read([source], use)[0];
        return loaded.LogitsOf(read, answer);
    }

    private static async Task<List<int>> Collect(ITextGenerator generator, int[] source, GenerationOptions options)
    {
        var ids = new List<int>();
        await foreach (var update in generator.GenerateAsync(source, options))
        {
            if (update.TokenId is { } id)
            {
                ids.Add(id);
            }
        }

        return ids;
    }
}
