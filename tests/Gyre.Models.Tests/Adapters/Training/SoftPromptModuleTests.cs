using Gyre.Contracts;
using Gyre.Models.Adapters;
using Gyre.Models.Adapters.Training;
using Gyre.Models.Tests.Architectures;

namespace Gyre.Models.Tests.Adapters.Training;

public sealed class SoftPromptModuleTests : IDisposable
{
    private static readonly int[] Ids = [1, 5, 9, 100, 7, 31, 2, 77];
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-prompt-").FullName;

    public static TheoryData<string, string, AdapterOptions> Kinds()
    {
        var data = new TheoryData<string, string, AdapterOptions>();
        foreach (var model in new[] { "llama", "gpt2", "gemma", "bloom", "gpt_neo", "qwen3" })
        {
            data.Add(model, "prompt", Of(AdapterMethod.PromptTuning, new SoftPromptOptions { Tokens = 5, Initialisation = PromptInitialisation.SampledVocabulary }));
            data.Add(model, "perceptron", Of(AdapterMethod.PTuning, new SoftPromptOptions { Tokens = 3, EncoderWidth = 10 }));
            data.Add(model, "recurrent", Of(AdapterMethod.PTuning, new SoftPromptOptions { Tokens = 4, Encoder = PromptEncoder.Recurrent, EncoderWidth = 6 }));
            data.Add(model, "prefix", Of(AdapterMethod.PrefixTuning, new SoftPromptOptions { Tokens = 4 }));
            data.Add(model, "projected prefix", Of(AdapterMethod.PrefixTuning, new SoftPromptOptions { Tokens = 4, IsProjected = true, EncoderWidth = 12 }));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Saved_and_loaded_it_gives_the_same_logits(string model, string kind, AdapterOptions options)
    {
        using var adapted = new AdaptedDecoder("models/kit/" + model);
        var before = adapted.Logits(Ids);
        using var adapter = TrainableAdapter.Create(options, adapted.Model, seed: 3);
        TrainableAdapterTests.Move(adapter, 0.05f);
        var trained = adapted.Logits(Ids);
        trained.Length.ShouldBe(before.Length);
        TrainableAdapterTests.Distance(trained, before).ShouldBeGreaterThan(1e-3, kind);
        adapter.Parameters.Sum(parameter => parameter.Value.Length).ShouldBe(adapter.Report().Trained);
        adapter.Save(_folder);
        var tolerance = 1e-5 * (1 + trained.Max(Math.Abs));
        TrainableAdapterTests.Distance(AdaptedDecoder.EngineLogits("models/kit/" + model, _folder, Ids), trained).ShouldBeLessThan(tolerance, kind);
        using var other = new AdaptedDecoder("models/kit/" + model);
        using var loaded = TrainableAdapter.Load(_folder, other.Model);
        other.Logits(Ids).ShouldBe(trained);
        Should.Throw<ModelException>(adapter.Merge).Code.ShouldBe("RUN0426");
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Gradients_are_the_slope_of_the_loss(string model, string kind, AdapterOptions options)
    {
        foreach (var recomputes in new[] { false, true })
        {
            using var adapted = new AdaptedDecoder("models/kit/" + model);
            adapted.Model.ActivationCheckpointing = recomputes;
            using var adapter = TrainableAdapter.Create(options, adapted.Model, seed: 5);
            var targets = Ids.Skip(1).Append(AdaptedDecoder.Ignored).ToArray();
            (int[], int[], int, int) batch = ([.. Ids, .. Ids.Reverse()], [.. targets, .. targets], 2, Ids.Length);
            adapted.Accumulate(batch);
            var norm = Math.Sqrt(adapter.Parameters.Sum(parameter => parameter.Value.Gradient!.ToArray().Sum(value => (double)value * value)));
            norm.ShouldBeGreaterThan(1e-4);
            TrainableAdapterTests.Slope(adapted, adapter, batch, norm, 2e-3 / norm).ShouldBe(norm, (0.03 * norm) + 0.002, kind);
        }
    }

    /// <summary>Each document of a packed row has its own virtual tokens, and sees nothing of the others.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void Packed_documents_are_documents_alone(string model, string kind, AdapterOptions options)
    {
        using var adapted = new AdaptedDecoder("models/kit/" + model);
        using var adapter = TrainableAdapter.Create(options, adapted.Model, seed: 6);
        var random = new SeededRandom(3);
        var documents = new[] { 5, 3, 4, 6, 2, 4 }.Select(length => Enumerable.Range(0, length).Select(_ => random.NextInt32(100)).ToArray()).ToArray();
        int[][] rows = [[.. documents[0], .. documents[1], .. documents[2]], [.. documents[3], .. documents[4], .. documents[5]]];
        int[] starts = [0, 0, 0, 0, 0, 5, 5, 5, 8, 8, 8, 8, 0, 0, 0, 0, 0, 0, 6, 6, 8, 8, 8, 8];
        using var tape = adapted.Tape(records: false);
        var packed = adapted.Model.Logits(tape, [.. rows[0], .. rows[1]], starts, 2, 12).ToArray();
        var alone = documents.SelectMany(adapted.Logits).ToArray();
        TrainableAdapterTests.Distance(packed, alone).ShouldBeLessThan(2e-5 * (1 + alone.Max(Math.Abs)), kind);
    }

    [Fact]
    public void A_prompt_begins_as_the_embeddings_of_a_text()
    {
        using var adapted = new AdaptedDecoder("models/kit/llama");
        var embeddings = adapted.Model.Parameters.Single(parameter => parameter.Name == "model.embed_tokens.weight").Value.ToArray();
        var width = adapted.Configuration.HiddenSize;
        using var adapter = TrainableAdapter.Create(
            Of(AdapterMethod.PromptTuning, new SoftPromptOptions { Tokens = 5, Initialisation = PromptInitialisation.Text, Text = "say it", TextTokens = [7, 9] }), adapted.Model, 1);
        var prompt = adapter.Parameters.Single().Value.ToArray();
        for (var i = 0; i < 5; i++)
        {
            prompt.AsSpan(i * width, width).ToArray().ShouldBe(embeddings.AsSpan((i % 2 == 0 ? 7 : 9) * width, width).ToArray());
        }

        adapter.Save(_folder);
        File.ReadAllText(Path.Combine(_folder, PeftAdapter.ConfigurationFile)).ShouldContain("\"prompt_tuning_init_text\": \"say it\"");
        foreach (var tokens in new int[][] { [], [1, 100_000] })
        {
            Should.Throw<ModelException>(() => TrainableAdapter.Create(
                Of(AdapterMethod.PromptTuning, new SoftPromptOptions { Initialisation = PromptInitialisation.Text, TextTokens = tokens }), adapted.Model, 1, "other")).Code.ShouldBe("RUN0425");
        }
    }

    [Fact]
    public void Virtual_tokens_take_room_of_the_context()
    {
        using var adapted = new AdaptedDecoder("models/kit/llama");
        var context = adapted.Configuration.ContextLength;
        Should.Throw<ModelException>(() => TrainableAdapter.Create(Of(AdapterMethod.PrefixTuning, new SoftPromptOptions { Tokens = context }), adapted.Model, 1)).Code.ShouldBe("RUN0425");
        using var adapter = TrainableAdapter.Create(Of(AdapterMethod.PrefixTuning, new SoftPromptOptions { Tokens = 4 }), adapted.Model, 1);
        adapted.Logits([.. Enumerable.Repeat(3, context - 4)]).Length.ShouldBe((context - 4) * adapted.Configuration.VocabularySize);
        Should.Throw<ArgumentException>(() => adapted.Logits([.. Enumerable.Repeat(3, context - 3)])).Message.ShouldContain("behind 4 virtual ones");
    }

    [Fact]
    public void Embeddings_that_are_widened_take_no_virtual_tokens()
    {
        using var adapted = new AdaptedDecoder("models/kit/opt");
        Should.Throw<ModelException>(() => TrainableAdapter.Create(Of(AdapterMethod.PromptTuning, new SoftPromptOptions()), adapted.Model, 1)).Message.ShouldContain("widened to 48");
        TrainableAdapter.Create(Of(AdapterMethod.PrefixTuning, new SoftPromptOptions { Tokens = 2 }), adapted.Model, 1).Report().Trained.ShouldBeGreaterThan(0);
    }

    /// <summary>The encoders against their formulas in double precision.</summary>
    [Theory]
    [InlineData(PromptEncoder.Perceptron)]
    [InlineData(PromptEncoder.Recurrent)]
    public void The_encoder_of_a_prompt_is_its_formula(PromptEncoder encoder)
    {
        using var adapted = new AdaptedDecoder("models/kit/llama");
        using var adapter = TrainableAdapter.Create(Of(AdapterMethod.PTuning, new SoftPromptOptions { Tokens = 4, Encoder = encoder, EncoderWidth = 5 }), adapted.Model, 8);
        adapter.Save(_folder);
        using var saved = GoldenArrays.Open(_folder, PeftAdapter.TensorFile);
        FamilyTests.Close(Array.ConvertAll(saved.Numbers(PeftAdapter.PromptTensor), value => (float)value), PromptFormula.Of(adapter, encoder, tokens: 4, inner: 5), 1e-5);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static AdapterOptions Of(AdapterMethod method, SoftPromptOptions prompt) => new() { Method = method, Prompt = prompt };
}
