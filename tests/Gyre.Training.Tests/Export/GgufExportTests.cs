using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using Gyre.Training.Export;

namespace Gyre.Training.Tests.Export;

public sealed class GgufExportTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ThreadTeam _team = new(1);

    public void Dispose()
    {
        _team.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void The_file_holds_what_another_program_makes_of_the_weights()
    {
        var model = Prepare("models/stories260K/derived-hf", withTokenizer: true);

        GgufExport.Write(_folder.In("out.gguf"), "small", model, Tensors("models/stories260K/derived-hf"), _team);

        using var expected = GgufFile.Open(TestData.Require("models/stories260K/derived-gguf/stories260K-Q8_0.gguf"));
        using var actual = GgufFile.Open(_folder.In("out.gguf"));
        var compared = 0;
        foreach (var name in expected.Names.Where(name => expected.Get(name).Format == actual.Get(name).Format))
        {
            Bytes(actual.Get(name)).ShouldBe(Bytes(expected.Get(name)), name);
            compared++;
        }

        compared.ShouldBeGreaterThan(30); // All but the rows of 172, for which that program chose F32.
        actual.Metadata.GetString("general.name").ShouldBe("small");
        Directory.Exists(Path.Combine(model, ".gguf")).ShouldBeFalse();
    }

    [Fact]
    public void A_model_that_cannot_be_written_is_refused_and_leaves_nothing()
    {
        var model = Prepare("models/stories260K/derived-hf", withTokenizer: false);

        var error = Should.Throw<TrainingException>(() => GgufExport.Write(_folder.In("out.gguf"), "small", model, Tensors("models/stories260K/derived-hf"), _team));

        error.Code.ShouldBe("TRN0050");
        error.Message.ShouldContain("Export safetensors instead");
        Directory.Exists(Path.Combine(model, ".gguf")).ShouldBeFalse();
        File.Exists(_folder.In("out.gguf")).ShouldBeFalse();
    }

    private static unsafe byte[] Bytes(WeightTensor tensor) => new ReadOnlySpan<byte>(tensor.Bytes, (int)tensor.LengthBytes).ToArray();

    private static unsafe ExportedTensor[] Tensors(string folder)
    {
        using var weights = SafetensorsFolder.Open(TestData.Require(folder));
        return [.. weights.Names.Select(name => Read(weights.Get(name)))];

        static ExportedTensor Read(WeightTensor tensor)
        {
            int[] shape = [.. tensor.Shape.Select(length => (int)length)];
            var values = new float[shape.Aggregate(1, (product, length) => product * length)];
            Blocks.Dequantise(tensor.Format, Bytes(tensor), values);
            return new ExportedTensor(tensor.Name, shape, values);
        }
    }

    private string Prepare(string source, bool withTokenizer)
    {
        var model = Directory.CreateDirectory(_folder.In("model")).FullName;
        foreach (var file in Directory.GetFiles(TestData.Require(source)).Where(file => Path.GetFileName(file) == "config.json" || (withTokenizer && Path.GetFileName(file).StartsWith("tokenizer", StringComparison.Ordinal))))
        {
            File.WriteAllBytes(Path.Combine(model, Path.GetFileName(file)), File.ReadAllBytes(file));
        }

        return model;
    }
}
