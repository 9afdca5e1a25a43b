using Gyre.Models;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Conversion;
using Gyre.Models.Encoders;
using Gyre.Models.SequenceToSequence;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using Gyre.Training.Quantization;

namespace Gyre.Training.Tests.Quantization;

public sealed class EncoderDecoderConversionTests : IDisposable
{
    private const string Distance = "\"relative_attention_max_distance\": 20";

    private readonly TemporaryFolder _folder = new();
    private readonly ThreadTeam _team = new(2);

    public void Dispose()
    {
        _team.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("flan-t5", 1e-6f)]
    [InlineData("t5", 2e-5f)] // The scale of shared embeddings is applied a layer earlier, and rounds differently.
    public void A_folder_written_as_F32_gives_the_same_logits(string name, float tolerance)
    {
        var folder = name == "t5" ? Kit(name, (Distance, Distance.Replace("20", "128", StringComparison.Ordinal))) : Kit(name);
        var expected = Logits(folder);

        var actual = Logits(Convert(folder, ElementFormat.F32, withVocabulary: false));

        for (var i = 0; i < expected.Length; i++)
        {
            actual[i].ShouldBe(expected[i], tolerance, $"logit {i}");
        }
    }

    [Fact]
    public void A_file_that_says_nothing_of_the_scale_of_shared_embeddings_has_it_applied()
    {
        var folder = Kit("t5", (Distance, Distance.Replace("20", "128", StringComparison.Ordinal)));
        var expected = Logits(folder);
        using (var file = GgufFile.Open(Convert(folder, ElementFormat.F32, withVocabulary: false)))
        {
            // As other converters write it: the norm as the folder has it, and no key.
            using var weights = SafetensorsFolder.Open(folder);
            var writer = new GgufWriter().CopyMetadata(file.Metadata, key => key != "t5.logit_scale");
            foreach (var name in file.Names)
            {
                var tensor = name == "dec.output_norm.weight" ? weights.Get("decoder.final_layer_norm.weight") : file.Get(name);
                writer.Add(name, tensor.Format, Bytes(tensor), [.. tensor.Shape]);
            }

            writer.Write(_folder.In("other.gguf"));
        }

        var actual = Logits(_folder.In("other.gguf"));

        for (var i = 0; i < expected.Length; i++)
        {
            actual[i].ShouldBe(expected[i], 1e-6f, $"logit {i}");
        }
    }

    [Theory]
    [InlineData("bart", "'bart'")]
    [InlineData("marian", "Gyre runs them as they are")]
    [InlineData("t5", "up to 20 instead of 128")]
    public void What_the_format_cannot_say_is_refused_by_name(string name, string named)
    {
        var error = Should.Throw<ModelException>(() => GgufSource.Open(ModelFolder.Open(TestData.Require("models/kit/" + name)), withVocabulary: false).Dispose());

        error.Code.ShouldBe("RUN0442");
        error.Message.ShouldContain(named);
    }

    [Fact]
    public void The_models_own_search_is_kept()
    {
        var folder = ConvertibleFolder.T5(_folder.In("model"), generation: """{"num_beams":3,"max_new_tokens":7,"no_repeat_ngram_size":2,"early_stopping":true,"bad_words_ids":[[5]],"eos_token_id":2,"_unread":1}""");

        using var model = Load(Convert(folder, ElementFormat.F32));

        EncoderModel.KindOf(ModelFolder.Open(_folder.In("out.gguf"))).ShouldBe(ModelKind.SequenceToSequence);
        model.Settings.Search.Beams.ShouldBe(3);
        model.Settings.Search.MaxTokens.ShouldBe(7);
        model.Settings.Search.StopsEarly.ShouldBeTrue();
        var rules = model.Settings.Search.Rules.ShouldNotBeNull();
        rules.NoRepeatNgramSize.ShouldBe(2);
        rules.BadWords.Single().ShouldBe([5]);
        model.Settings.StartTokenId.ShouldBe(2);
        model.Settings.EndIds.ShouldBe([2]);
    }

    [Theory]
    [InlineData("[1]")]
    [InlineData("{")]
    [InlineData("""{"num_beams":0}""")]
    public void Damaged_settings_are_refused(string settings)
    {
        using (var file = GgufFile.Open(Convert(Kit("flan-t5"), ElementFormat.F32, withVocabulary: false)))
        {
            var writer = new GgufWriter().CopyMetadata(file.Metadata, key => key != "gyre.generation_config").SetString("gyre.generation_config", settings);
            foreach (var name in file.Names)
            {
                writer.Add(name, file.Get(name).Format, Bytes(file.Get(name)), [.. file.Get(name).Shape]);
            }

            writer.Write(_folder.In("damaged.gguf"));
        }

        Should.Throw<ModelException>(() => Load(_folder.In("damaged.gguf")).Dispose()).Code.ShouldBeOneOf("RUN0022", "RUN0401");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_report_has_divergence_over_pairs_and_equal_tokens(bool isTied)
    {
        var folder = ModelFolder.Open(ConvertibleFolder.T5(_folder.In("model"), isTied));
        const string Pairs = "translate: The house is small.\tDas Haus ist klein.\nsummarize: A long text about shirts.\tShirts.\n";

        var exact = await Report(folder, ElementFormat.F32, Pairs);
        var rounded = await Report(folder, ElementFormat.Q4_0, Pairs);

        exact.Tokenizer.Value.ShouldNotBeNull().Differences.ShouldBeEmpty();
        exact.Divergence.Value.ShouldNotBeNull().MaxKl.ShouldBeLessThan(1e-6);
        rounded.Divergence.Value.ShouldNotBeNull().MeanKl.ShouldBeInRange(1e-6, 1);
        rounded.Divergence.Value.Tokens.ShouldBe(exact.Divergence.Value.Tokens);
        rounded.Speed.Value.ShouldNotBeNull().GenerateAfter.ShouldBeGreaterThan(0);
        rounded.Kind.ShouldBe("sequence to sequence");
    }

    [Fact]
    public async Task A_text_without_pairs_gives_no_divergence_with_the_reason()
    {
        var folder = ModelFolder.Open(ConvertibleFolder.T5(_folder.In("model")));

        var report = await Report(folder, ElementFormat.Q8_0, "one\ttwo\nonly a source");

        report.Divergence.Undefined.ShouldNotBeNull().ShouldContain("line 2 of the text is no pair");
    }

    [Fact]
    public void Distances_stay_in_F32_and_layers_of_both_stacks_get_more_bits()
    {
        using var source = GgufSource.Open(ModelFolder.Open(ConvertibleFolder.T5(_folder.In("model"))));

        var plans = Quantizer.Check(source, new QuantizationOptions { Format = ElementFormat.Q8_0 }, _folder.In("new.gguf")).ToDictionary(plan => plan.Name);

        plans["enc.blk.0.attn_rel_b.weight"].To.ShouldBe(ElementFormat.F32);
        plans["dec.blk.0.attn_rel_b.weight"].To.ShouldBe(ElementFormat.F32);
        plans["dec.blk.2.cross_attn_v.weight"].To.ShouldBe(ElementFormat.Q8_0);
    }

    private static unsafe byte[] Bytes(WeightTensor tensor) => new ReadOnlySpan<byte>(tensor.Bytes, (int)tensor.LengthBytes).ToArray();

    private string Kit(string name, params (string Before, string After)[] changes) => ConvertibleFolder.OfKit(_folder.In("model"), name, changes);

    private string Convert(string folder, ElementFormat format, bool withVocabulary = true)
    {
        using var source = GgufSource.Open(ModelFolder.Open(folder), withVocabulary);
        return new Quantizer(_team).Write(source, new QuantizationOptions { Format = format }, _folder.In("out.gguf")).Path;
    }

    private async Task<QuantizationReport> Report(ModelFolder folder, ElementFormat format, string text)
    {
        using var source = GgufSource.Open(folder);
        var result = new Quantizer(_team).Write(source, new QuantizationOptions { Format = format, Overwrites = true }, _folder.In("out.gguf"));
        return await new QuantizationReporter(_team, TimeProvider.System).MeasureAsync(folder, result, ("pairs", text), cancellationToken: TestContext.Current.CancellationToken);
    }

    private SequenceToSequenceModel Load(string path) => SequenceToSequenceModel.Load(path, new DecoderOptions { Team = _team, Format = ElementFormat.F32 });

    private float[] Logits(string path)
    {
        using var model = Load(path);
        int[] source = [.. Enumerable.Range(0, 40).Select(i => ((i * 37) + 5) % model.Network.VocabularySize)];
        using var read = model.Network.Read([source])[0];
        using var session = model.Network.CreateSession(read, 12);
        var logits = new float[12 * model.Network.VocabularySize];
        session.ForwardAll([model.Settings.StartTokenId, .. source[..11]], logits);
        return logits;
    }
}
