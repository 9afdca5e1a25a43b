using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

public sealed class EncoderLoaderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-encoder-").FullName;
    private readonly ThreadTeam _team = new(1);

    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        _team.Dispose();
    }

    /// <summary>The files of the first BERT have gamma and beta, a pooler and a next-sentence head beside masked words.</summary>
    [Fact]
    public void Old_names_of_norms_and_what_pretraining_left_are_read()
    {
        using var source = SafetensorsFolder.Open(TestData.Require("models/kit/bert-mlm"));
        var renamed = new SafetensorsWriter();
        foreach (var name in source.Names)
        {
            renamed.Add(Named(source, name, name.Replace("LayerNorm.weight", "LayerNorm.gamma", StringComparison.Ordinal).Replace("LayerNorm.bias", "LayerNorm.beta", StringComparison.Ordinal)));
        }

        renamed.Add(Named(source, "cls.predictions.bias", "cls.seq_relationship.bias"));
        renamed.Add(Named(source, "cls.predictions.bias", "bert.pooler.dense.other"));
        renamed.Write(Path.Combine(_folder, "model.safetensors"));
        using var golden = new EncoderGolden("bert-mlm");
        using var written = SafetensorsFolder.Open(_folder);
        using var encoder = EncoderLoader.Load(written, Configuration("bert-mlm"), new EncoderOptions { Team = _team });
        var batch = new EncoderBatch();
        batch.AddAll(golden.Sequences[0], golden.Types[0]);
        encoder.Run(batch, EncoderOutput.Head);
        LlamaDecoderTests.Close(batch.Rows(0), golden.OfTokens("logits", 0), golden.Tolerance);
    }

    [Fact]
    public void Missing_and_left_over_tensors_are_listed_together()
    {
        using var weights = SafetensorsFolder.Open(TestData.Require("models/kit/bert-tokcls"));
        var asOther = Configuration("bert-tokcls") with { Head = EncoderHead.AnswerSpan, Layers = 3 };
        var error = Should.Throw<ModelException>(() => EncoderLoader.Load(weights, asOther, new EncoderOptions { Team = _team }));
        error.Code.ShouldBe("RUN0403");
        error.Message.ShouldContain("'bert.encoder.layer.2.attention.self.query.weight' is missing");
        var other = Should.Throw<ModelException>(() => EncoderLoader.Load(weights, asOther with { Layers = 2 }, new EncoderOptions { Team = _team }));
        other.Message.ShouldContain("tensor 'qa_outputs.weight' is missing");
        other.Message.ShouldContain("2 tensor(s) that this architecture does not use: classifier.bias classifier.weight");
    }

    [Fact]
    public void A_pooler_is_there_when_the_file_has_one()
    {
        Pooled("bert").ShouldBe(64);
        Pooled("bert-mlm").ShouldBe(0);
        Pooled("bert-seqcls").ShouldBe(36);
        Pooled("distilbert").ShouldBe(0);

        int Pooled(string name)
        {
            using var weights = SafetensorsFolder.Open(TestData.Require("models/kit/" + name));
            using var encoder = EncoderLoader.Load(weights, Configuration(name), new EncoderOptions { Team = _team });
            return encoder.WidthOf(EncoderOutput.Pooled);
        }
    }

    private static unsafe WeightTensor Named(SafetensorsFolder source, string from, string to)
    {
        var tensor = source.Get(from);
        return new WeightTensor(to, tensor.Format, [.. tensor.Shape], tensor.Bytes, tensor.LengthBytes);
    }

    private static EncoderConfiguration Configuration(string name)
    {
        var place = Path.Combine(TestData.Require("models/kit/" + name), "config.json");
        return EncoderConfiguration.FromHuggingFace(File.ReadAllText(place), place);
    }
}
