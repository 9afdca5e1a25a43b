using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Weights;

public sealed class GgufFileTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public unsafe void Dimensions_are_reversed_and_values_are_where_the_offsets_say()
    {
        using var file = Open(GgufBytes.Valid());

        file.Version.ShouldBe(3u);
        file.AlignmentBytes.ShouldBe(32);
        file.Names.ShouldBe(["token_embd.weight", "output_norm.weight"]);
        var embedding = file.Get("token_embd.weight");
        embedding.Shape.ShouldBe([2, 3]);
        embedding.Format.ShouldBe(ElementFormat.F32);
        embedding.Bytes[23].ShouldBe((byte)23);
        var norm = file.Get("output_norm.weight");
        norm.Format.ShouldBe(ElementFormat.F16);
        norm.LengthBytes.ShouldBe(8);
        norm.Bytes[7].ShouldBe((byte)7);
    }

    [Fact]
    public void Version_2_reads_like_version_3_and_others_are_refused()
    {
        var bytes = GgufBytes.Valid();
        bytes[4] = 2;
        Open(bytes).Dispose();

        bytes[4] = 1;
        Should.Throw<ModelException>(() => Open(bytes)).Code.ShouldBe("RUN0010");
        bytes[4] = 0;
        bytes[7] = 3;
        Should.Throw<ModelException>(() => Open(bytes)).Message.ShouldContain("big-endian");
        Should.Throw<ModelException>(() => Open([.. "PK\u0003\u0004"u8])).Code.ShouldBe("RUN0010");
        Should.Throw<ModelException>(() => Open([])).Code.ShouldBe("RUN0010");
    }

    public static TheoryData<string, string, byte[]> Hostile => new()
    {
        { "2^60 tensors", "RUN0011", new GgufBytes().Head(3, 1UL << 60, 0).Pad(4096).ToArray() },
        { "2^60 keys", "RUN0011", new GgufBytes().Head(3, 0, 1UL << 60).Pad(4096).ToArray() },
        { "2^64 - 1 tensors", "RUN0011", new GgufBytes().Head(3, ulong.MaxValue, 0).Pad(4096).ToArray() },
        { "key of 2^60 bytes", "RUN0011", new GgufBytes().Head(3, 0, 1).U64(1UL << 60).Pad(4096).ToArray() },
        { "empty key", "RUN0011", new GgufBytes().Head(3, 0, 1).Text("").U32(4).U32(1).ToArray() },
        { "key that is not UTF-8", "RUN0011", new GgufBytes().Head(3, 0, 1).U64(2).Raw(0xC3, 0x28).U32(4).U32(1).ToArray() },
        { "string of 2^63 bytes", "RUN0011", new GgufBytes().Head(3, 0, 1).Text("k").U32(8).U64(1UL << 63).Pad(4096).ToArray() },
        { "array of 2^60 numbers", "RUN0011", new GgufBytes().Head(3, 0, 1).Text("k").U32(9).U32(4).U64(1UL << 60).Pad(4096).ToArray() },
        { "array of 2^60 strings", "RUN0011", new GgufBytes().Head(3, 0, 1).Text("k").U32(9).U32(8).U64(1UL << 60).Pad(4096).ToArray() },
        { "value of type 13", "RUN0012", new GgufBytes().Head(3, 0, 1).Text("k").U32(13).Pad(4096).ToArray() },
        { "array elements of type 99", "RUN0012", new GgufBytes().Head(3, 0, 1).Text("k").U32(9).U32(99).U64(1).Pad(4096).ToArray() },
        { "boolean of 2", "RUN0012", new GgufBytes().Head(3, 0, 1).Text("k").U32(7).Raw(2).ToArray() },
        { "key twice", "RUN0012", new GgufBytes().Head(3, 0, 2).Text("k").U32(4).U32(1).Text("k").U32(4).U32(1).ToArray() },
        { "alignment of 3", "RUN0012", new GgufBytes().Head(3, 0, 1).Text("general.alignment").U32(4).U32(3).ToArray() },
        { "alignment of 0", "RUN0012", new GgufBytes().Head(3, 0, 1).Text("general.alignment").U32(4).U32(0).ToArray() },
        { "alignment that is text", "RUN0014", new GgufBytes().Head(3, 0, 1).Text("general.alignment").U32(8).Text("32").ToArray() },
        { "file ends in a value", "RUN0011", new GgufBytes().Head(3, 0, 1).Text("k").U32(10).Raw(1, 2, 3).ToArray() },
        { "5 dimensions", "RUN0013", new GgufBytes().Head(3, 1, 0).Tensor("t", [1, 1, 1, 1, 1], 0, 0).Pad(64).ToArray() },
        { "2^32 - 1 dimensions", "RUN0013", new GgufBytes().Head(3, 1, 0).Text("t").U32(uint.MaxValue).Pad(64).ToArray() },
        { "dimension that reads as negative", "RUN0013", new GgufBytes().Head(3, 1, 0).Tensor("t", [ulong.MaxValue], 0, 0).Pad(64).ToArray() },
        { "dimensions that overflow to 0 bytes", "RUN0013", new GgufBytes().Head(3, 1, 0).Tensor("t", [1UL << 32, 1UL << 32], 0, 0).Pad(64).ToArray() },
        { "bytes that overflow", "RUN0013", new GgufBytes().Head(3, 1, 0).Tensor("t", [1UL << 62], 0, 0).Pad(64).ToArray() },
        { "row that splits a block", "RUN0013", new GgufBytes().Head(3, 1, 0).Tensor("t", [16, 2], 8, 0).Pad(64).Raw(new byte[64]).ToArray() },
        { "offset that is not aligned", "RUN0013", new GgufBytes().Head(3, 1, 0).Tensor("t", [1], 0, 4).Pad(64).Raw(new byte[64]).ToArray() },
        { "offset past the end", "RUN0013", new GgufBytes().Head(3, 1, 0).Tensor("t", [1], 0, 1UL << 40).Pad(64).ToArray() },
        { "offset above 2^63", "RUN0013", new GgufBytes().Head(3, 1, 0).Tensor("t", [1], 0, ulong.MaxValue - 31).Pad(64).ToArray() },
        { "data past the end", "RUN0013", new GgufBytes().Head(3, 1, 0).Tensor("t", [1000], 0, 0).Pad(64).ToArray() },
        { "overlap", "RUN0013", new GgufBytes().Head(3, 2, 0).Tensor("s", [16], 0, 0).Tensor("t", [1], 0, 32).Pad(32).Raw(new byte[64]).ToArray() },
        { "name twice", "RUN0013", new GgufBytes().Head(3, 2, 0).Tensor("t", [1], 0, 0).Tensor("t", [1], 0, 32).Pad(32).Raw(new byte[64]).ToArray() },
        { "name of 65 bytes", "RUN0011", new GgufBytes().Head(3, 1, 0).Tensor(new string('t', 65), [1], 0, 0).Pad(32).Raw(new byte[64]).ToArray() },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void A_head_that_lies_is_refused_by_name(string fault, string code, byte[] bytes)
    {
        var error = Should.Throw<ModelException>(() => Open(bytes), fault);

        error.Code.ShouldBe(code, error.Message);
        error.Message.ShouldContain("model.gguf");
    }

    [Fact]
    public void Arrays_nested_too_deep_are_refused()
    {
        var gguf = new GgufBytes().Head(3, 0, 1).Text("k").U32(9);
        for (var i = 0; i < 10_000; i++)
        {
            gguf.U32(9).U64(1);
        }

        Should.Throw<ModelException>(() => Open(gguf.ToArray())).Code.ShouldBe("RUN0012");
    }

    [Fact]
    public void A_tensor_of_an_unsupported_type_is_an_error_only_when_used()
    {
        var bytes = new GgufBytes().Head(3, 3, 1).Text("general.name").U32(8).Text("odd")
            .Tensor("old", [32], 3, 0).Tensor("later", [7], 77, 32).Tensor("plain", [1], 0, 64)
            .Pad(32).Raw(new byte[96]).ToArray();
        using var file = Open(bytes);

        file.Metadata.GetString("general.name").ShouldBe("odd");
        file.Get("plain").LengthBytes.ShouldBe(4);
        var old = Should.Throw<ModelException>(() => file.Get("old"));
        old.Code.ShouldBe("RUN0006");
        old.Message.ShouldContain("'old'");
        old.Message.ShouldContain("Q4_1");
        old.Message.ShouldContain("The nearest of these is Q4_0.");
        var later = Should.Throw<ModelException>(() => file.Get("later")).Message;
        later.ShouldContain("unknown type 77");
        later.ShouldNotContain("nearest");
    }

    [Theory]
    [InlineData(7, "Q5_1", "Q5_K")]
    [InlineData(10, "Q2_K", "Q4_K")]
    [InlineData(11, "Q3_K", "Q4_K")]
    [InlineData(20, "IQ4_NL", "Q4_K")]
    [InlineData(23, "IQ4_XS", "Q4_K")]
    public void An_unsupported_type_is_named_with_the_nearest_that_is_supported(int type, string name, string nearest)
    {
        using var file = Open(new GgufBytes().Head(3, 1, 0).Tensor("odd", [256], (uint)type, 0).Pad(32).Raw(new byte[512]).ToArray());

        var message = Should.Throw<ModelException>(() => file.Get("odd")).Message;

        message.ShouldContain(name);
        message.ShouldContain($"The nearest of these is {nearest}.");
    }

    [Fact]
    public void An_alignment_of_the_file_is_followed()
    {
        var bytes = new GgufBytes().Head(3, 1, 1).Text("general.alignment").U32(4).U32(64)
            .Tensor("t", [4], 24, 64).Pad(64).Raw(new byte[64]).Raw(9, 8, 7, 6).ToArray();
        using var file = Open(bytes);

        file.AlignmentBytes.ShouldBe(64);
        unsafe
        {
            file.Get("t").Bytes[0].ShouldBe((byte)9);
        }
    }

    [Fact]
    public unsafe void Every_shared_file_opens_and_its_tensors_can_be_read()
    {
        var root = TestData.Require("models");
        var files = 0;
        foreach (var path in Directory.EnumerateFiles(root, "*.gguf", SearchOption.AllDirectories))
        {
            using var file = GgufFile.Open(path);
            file.Metadata.GetString("general.architecture").ShouldNotBeEmpty();
            foreach (var name in file.Names)
            {
                var tensor = file.Get(name);
                _ = tensor.Bytes[tensor.LengthBytes - 1];
            }

            files++;
        }

        files.ShouldBeGreaterThan(20);
    }

    private GgufFile Open(byte[] bytes) => GgufFile.Open(_folder.Write("model.gguf", bytes));
}
