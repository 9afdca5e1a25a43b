using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Generation;
using Gyre.Models.SequenceToSequence;
using Gyre.Models.Templates;
using Gyre.Models.Tests.Architectures;
using Gyre.Models.Tools;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.SequenceToSequence;

public sealed class SequenceToSequenceModelTests : IDisposable
{
    private readonly ThreadTeam _team = new(2);

    public void Dispose() => _team.Dispose();

    /// <summary>The kit's beam settings, as a published model's generation_config.json has them.</summary>
    [Fact]
    public void A_model_searches_as_its_own_settings_say()
    {
        foreach (var name in new[] { "bart", "marian", "flan-t5" })
        {
            using var loaded = LoadedPairModel.Open(name);
            var golden = loaded.Golden["beam4"]!;
            using var folder = PairFolder.OfKit(name, Settings(golden));
            using var model = SequenceToSequenceModel.Load(folder.Path, new DecoderOptions { Team = _team });
            for (var row = 0; row < loaded.Sources.Length; row++)
            {
                var best = model.Search(loaded.Sources[row])[0];
                best.Score.ShouldBe((double)golden["scores"]![row]![0]!, 1e-4, name);
                EncoderDecoderTests.Ids(golden["sequences"]![row]![0]!)[1..(best.Ids.Count + 1)].ShouldBe(best.Ids, name);
                best.LogProbability.ShouldBe(best.Score * Math.Pow(best.Ids.Count, model.Settings.Search.LengthPenalty), 1e-9);
            }
        }
    }

    /// <summary>An answer without forced tokens has the same log-probability when it is given as when it is found.</summary>
    [Fact]
    public void A_given_answer_is_scored_as_a_found_one()
    {
        using var loaded = LoadedPairModel.Open("t5");
        using var model = SequenceToSequenceModel.Load(loaded.Folder, new DecoderOptions { Team = _team });
        foreach (var answer in model.Search(loaded.Sources[0], new BeamSearchOptions { Beams = 4, Answers = 4, MaxTokens = 12 }))
        {
            model.LogProbability(loaded.Sources[0], answer.Ids).ShouldBe(answer.LogProbability, 1e-5);
        }
    }

    [Fact]
    public async Task Requests_at_once_are_answered_as_alone_and_as_the_reference_does()
    {
        using var loaded = LoadedPairModel.Open("marian");
        var golden = loaded.Golden;
        await using var model = await LoadAsync(Settings(golden["beam4"]!), "marian");

        // The last of 17 tokens is forced to be the end, so the reference's 16 are compared; past ends it goes on.
        var greedy = new GenerationOptions { MaxTokens = 17, Temperature = 0, IgnoreEnd = true };
        var requests = Enumerable.Range(0, 9).Select(i => IdsAsync(model, loaded.Sources[i % 3], greedy)).ToArray();
        var searches = Enumerable.Range(0, 3).Select(i => IdsAsync(model, loaded.Sources[i], new GenerationOptions { MaxTokens = 20, Temperature = 0 })).ToArray();
        for (var i = 0; i < requests.Length; i++)
        {
            var (ids, usage) = await requests[i];
            ids[..16].ShouldBe(EncoderDecoderTests.Ids(golden["greedy"]!["new_ids"]![i % 3]!));
            ids[16].ShouldBe(0);
            usage.PromptTokens.ShouldBe(loaded.Sources[i % 3].Length);
        }

        for (var i = 0; i < searches.Length; i++)
        {
            (await searches[i]).Ids.ShouldBe(EncoderDecoderTests.Ids(golden["beam4"]!["sequences"]![i]![0]!)[1..]);
        }
    }

    [Fact]
    public async Task Sampled_answers_depend_on_their_seed_and_not_on_their_neighbours()
    {
        using var loaded = LoadedPairModel.Open("t5");
        await using var model = await LoadAsync([], "t5");
        var options = new GenerationOptions { MaxTokens = 12, Temperature = 1.5f, Seed = 4 };
        var (alone, _) = await IdsAsync(model, loaded.Sources[0], options);
        var together = Enumerable.Range(0, 6).Select(i => IdsAsync(model, loaded.Sources[i % 3], options with { Seed = (ulong)(4 + i) })).ToArray();
        (await together[0]).Ids.ShouldBe(alone);
        (await together[3]).Ids.ShouldNotBe(alone);
    }

    [Fact]
    public async Task Text_goes_in_and_comes_out_through_the_model_s_own_tokenizer()
    {
        using var folder = PairFolder.OfMarian();
        using var model = SequenceToSequenceModel.Load(folder.Path, new DecoderOptions { Team = _team });
        model.Settings.Search.Beams.ShouldBe(4);
        model.Settings.Search.MaxTokens.ShouldBe(8);
        model.Settings.StartTokenId.ShouldBe(59513);
        model.Settings.Search.Rules!.BadWords[0].ShouldBe([59513]);
        var source = model.TokenizeSource("Führer");
        source[^1].ShouldBe(0);
        source.Count.ShouldBe(5);
        var best = model.Search(source)[0];
        best.Ids[^1].ShouldBe(0);
        best.Ids.ShouldNotContain(59513);
        var text = model.Answer("Führer");
        text.ShouldBe(model.Tokenizer.Decode([.. best.Ids.Where(id => !model.Tokenizer.IsSpecial(id))]));
        text.ShouldNotBeEmpty();

        await using var language = await new ModelLoader(_team, TimeProvider.System).LoadAsync(ModelFolder.Open(folder.Path), "marian");
        language.RenderPrompt([new ChatTurn("user", "before"), new ChatTurn("assistant", "x"), new ChatTurn("user", "Führer")]).ShouldBe(source);
        var parts = new List<string>();
        await foreach (var update in language.Generator.GenerateAsync(language.TokenizePrompt("Führer"), new GenerationOptions { Temperature = 0, MaxTokens = language.DefaultMaxTokens }))
        {
            parts.Add(update.Text);
        }

        string.Concat(parts).ShouldBe(text);
    }

    [Fact]
    public async Task What_has_no_place_beside_a_source_is_refused_by_name()
    {
        using var folder = PairFolder.OfMarian();
        await using var model = await new ModelLoader(_team, TimeProvider.System).LoadAsync(ModelFolder.Open(folder.Path), "marian");
        Refused(() => model.RenderPrompt([new ChatTurn("system", "Be kind."), new ChatTurn("user", "Hello")])).ShouldContain("system message");
        Refused(() => model.RenderPrompt([new ChatTurn("assistant", "Hello")])).ShouldContain("none of the user");
        Refused(() => model.RenderPrompt([new ChatTurn("user", "Hello")], [new ToolDefinition("clock", "", new JsonObject())])).ShouldContain("tool");
        var scored = Should.Throw<ModelException>(async () => await IdsAsync(model, [5, 0], new GenerationOptions { PromptLogprobs = true, MaxTokens = 1 }));
        scored.Code.ShouldBe("RUN0432");
        Should.Throw<ModelException>(() => model.Decoder.CreateSession(4)).Code.ShouldBe("RUN0430");
        Should.Throw<ModelException>(async () => await IdsAsync(model, Enumerable.Repeat(5, 513).ToArray(), new GenerationOptions())).Code.ShouldBe("RUN0301");

        static string Refused(Func<IReadOnlyList<int>> render)
        {
            var error = Should.Throw<ModelException>(render);
            error.Code.ShouldBe("RUN0432");
            return error.Message;
        }
    }

    [Fact]
    public void Sources_that_cannot_be_read_and_a_full_cache_are_refused_and_leave_nothing_behind()
    {
        using var loaded = LoadedPairModel.Open("bart", cacheBytes: PageBytes("bart") * 3);
        Should.Throw<ModelException>(() => loaded.Model.Read([[]])).Code.ShouldBe("RUN0431");
        Should.Throw<ModelException>(() => loaded.Model.Read([Enumerable.Repeat(4, 65).ToArray()])).Code.ShouldBe("RUN0431");
        Should.Throw<ArgumentOutOfRangeException>(() => loaded.Model.Read([[191]]));
        Should.Throw<ModelException>(() => loaded.Model.Read([[4], [5], [6], [7]])).Code.ShouldBe("RUN0310");
        loaded.Model.FreeCachedTokens.ShouldBe(loaded.Model.MaxCachedTokens);
        var two = loaded.Model.Read([[4], [5]]);
        loaded.Model.FreeCachedTokens.ShouldBe(64);
        two[0].Dispose();
        two[0].Dispose();
        loaded.Model.FreeCachedTokens.ShouldBe(128);
        Should.Throw<ObjectDisposedException>(() => loaded.Model.CreateSession(two[0], 4));
        two[1].Dispose();

        static long PageBytes(string name)
        {
            using var model = LoadedPairModel.Open(name);
            return model.Model.CacheBytesPerToken * 64;
        }
    }

    [Theory]
    [InlineData("""{"num_beams":0}""", "beams")]
    [InlineData("""{"bad_words_ids":[[]]}""", "bad_words_ids")]
    [InlineData("""{"bad_words_ids":7}""", "bad_words_ids")]
    [InlineData("""{"early_stopping":3}""", "early_stopping")]
    [InlineData("""{"decoder_start_token_id":199}""", "decoder_start_token_id")]
    [InlineData("""{"no_repeat_ngram_size":-1}""", "no_repeat_ngram_size")]
    public void Faulty_settings_are_named(string settings, string named)
    {
        using var folder = PairFolder.OfKit("t5", JsonNode.Parse(settings)!.AsObject());
        var error = Should.Throw<ModelException>(() => SequenceToSequenceModel.Load(folder.Path, new DecoderOptions { Team = _team }));
        error.Code.ShouldBe("RUN0401");
        error.Message.ShouldContain(named);
    }

    [Theory]
    [InlineData("""{"early_stopping":"never"}""", false, true)]
    [InlineData("""{"early_stopping":true}""", true, false)]
    [InlineData("""{}""", false, false)]
    public void Early_stopping_is_read_in_its_three_forms(string settings, bool stops, bool waits)
    {
        using var folder = PairFolder.OfKit("t5", JsonNode.Parse(settings)!.AsObject());
        using var model = SequenceToSequenceModel.Load(folder.Path, new DecoderOptions { Team = _team });
        model.Settings.Search.StopsEarly.ShouldBe(stops);
        model.Settings.Search.IsPatient.ShouldBe(waits);
    }

    private async Task<LanguageModel> LoadAsync(JsonObject settings, string name)
    {
        using var folder = PairFolder.OfKit(name, settings);
        return await new ModelLoader(_team, TimeProvider.System).LoadAsync(ModelFolder.Open(folder.Path), name);
    }

    private static JsonObject Settings(JsonNode beam4)
    {
        var settings = new JsonObject();
        foreach (var name in new[] { "num_beams", "max_new_tokens", "length_penalty", "early_stopping", "bad_words_ids", "forced_eos_token_id" })
        {
            settings[name] = beam4[name]?.DeepClone();
        }

        return settings;
    }

    private static async Task<(int[] Ids, GenerationUsage Usage)> IdsAsync(LanguageModel model, int[] source, GenerationOptions options)
    {
        var ids = new List<int>();
        GenerationUsage? usage = null;
        await foreach (var update in model.Generator.GenerateAsync(source, options))
        {
            ids.AddRange(update.TokenId is { } id ? [id] : []);
            usage ??= update.Usage;
        }

        return ([.. ids], usage.ShouldNotBeNull());
    }
}
