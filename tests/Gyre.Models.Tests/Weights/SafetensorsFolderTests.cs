using Gyre.Models.Weights;

namespace Gyre.Models.Tests.Weights;

public sealed class SafetensorsFolderTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Shards_are_joined_by_their_index()
    {
        WriteShards();
        _folder.Write("model.safetensors.index.json", """{"metadata":{"total_size":8},"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}}""");
        using var folder = SafetensorsFolder.Open(_folder.Path);

        folder.Names.ShouldBe(["a", "b"]);
        folder.Files.Count.ShouldBe(2);
        unsafe
        {
            folder.Get("b").Bytes[0].ShouldBe((byte)2);
        }
    }

    [Theory]
    [InlineData("a shard is absent", """{"weight_map":{"a":"model-1.safetensors","b":"model-3.safetensors"}}""")]
    [InlineData("a tensor is absent", """{"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors","c":"model-2.safetensors"}}""")]
    [InlineData("a tensor is not listed", """{"weight_map":{"b":"model-2.safetensors","a":"model-2.safetensors"}}""")]
    [InlineData("a tensor is in another shard", """{"weight_map":{"a":"model-2.safetensors","b":"model-1.safetensors"}}""")]
    [InlineData("outside the folder", """{"weight_map":{"a":"../model-1.safetensors"}}""")]
    [InlineData("an absolute path", """{"weight_map":{"a":"/etc/model-1.safetensors"}}""")]
    [InlineData("another kind of file", """{"weight_map":{"a":"pytorch_model.bin"}}""")]
    [InlineData("a tensor twice", """{"weight_map":{"a":"model-1.safetensors","a":"model-1.safetensors"}}""")]
    [InlineData("no map", """{"metadata":{}}""")]
    [InlineData("no object", """[]""")]
    [InlineData("map of numbers", """{"weight_map":{"a":1}}""")]
    [InlineData("cut short", """{"weight_map":{"a":"model-1.saf""")]
    [InlineData("empty", "")]
    public void An_index_that_lies_is_refused(string fault, string index)
    {
        WriteShards();
        _folder.Write("model.safetensors.index.json", index);

        Should.Throw<ModelException>(() => SafetensorsFolder.Open(_folder.Path), fault).Code.ShouldBe("RUN0005");
    }

    [Fact]
    public void Without_an_index_the_only_file_is_read()
    {
        _folder.Write("diffusion_pytorch_model.safetensors", SafetensorsBytes.Valid());
        using (var folder = SafetensorsFolder.Open(_folder.Path))
        {
            folder.Names.ShouldBe(["b", "a"]);
            folder.Metadata["format"].ShouldBe("pt");
            folder.TryGet("c", out _).ShouldBeFalse();
        }

        _folder.Write("other.safetensors", SafetensorsBytes.Valid());
        Should.Throw<ModelException>(() => SafetensorsFolder.Open(_folder.Path)).Message.ShouldContain("2 files");
    }

    [Fact]
    public void A_folder_without_weights_or_that_is_absent_is_a_clear_error()
    {
        Should.Throw<ModelException>(() => SafetensorsFolder.Open(_folder.Path)).Message.ShouldContain("no safetensors file");
        Should.Throw<ModelException>(() => SafetensorsFolder.Open(Path.Combine(_folder.Path, "none"))).Code.ShouldBe("RUN0001");
    }

    private void WriteShards()
    {
        _folder.Write("model-1.safetensors", SafetensorsBytes.Build("""{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", [1, 1, 1, 1]));
        _folder.Write("model-2.safetensors", SafetensorsBytes.Build("""{"b":{"dtype":"U8","shape":[4],"data_offsets":[0,4]}}""", [2, 2, 2, 2]));
    }
}
