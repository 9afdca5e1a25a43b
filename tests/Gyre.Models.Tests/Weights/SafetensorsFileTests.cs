using System.Text;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Weights;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public unsafe void Tensors_come_in_the_order_of_their_bytes_with_their_own_values()
    {
        using var file = SafetensorsFile.Open(_folder.Write("model.safetensors", SafetensorsBytes.Valid()));

        file.Names.ShouldBe(["b", "a"]);
        file.Metadata["format"].ShouldBe("pt");
        file.TryGet("b", out var b).ShouldBeTrue();
        b!.Format.ShouldBe(ElementFormat.F32);
        b.Shape.ShouldBe([2, 3]);
        b.LengthBytes.ShouldBe(24);
        b.Bytes[0].ShouldBe((byte)0);
        var a = file.Get("a");
        a.Format.ShouldBe(ElementFormat.BF16);
        a.Bytes[7].ShouldBe((byte)31);
        file.TryGet("c", out _).ShouldBeFalse();
        Should.Throw<ModelException>(() => file.Get("c")).Code.ShouldBe("RUN0008");
    }

    [Theory]
    [InlineData("no object", "[1]", "RUN0003")]
    [InlineData("cut short", """{"a":{"dtype":"F32" """, "RUN0003")]
    [InlineData("after the object", """{"a":{"dtype":"F32","shape":[8],"data_offsets":[0,32]}}x""", "RUN0003")]
    [InlineData("same name twice", """{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"a":{"dtype":"F32","shape":[4],"data_offsets":[16,32]}}""", "RUN0003")]
    [InlineData("same name once escaped", """{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"\u0061":{"dtype":"F32","shape":[4],"data_offsets":[16,32]}}""", "RUN0003")]
    [InlineData("empty name", """{"":{"dtype":"F32","shape":[8],"data_offsets":[0,32]}}""", "RUN0003")]
    [InlineData("control character", """{"a\u001b[2J":{"dtype":"F32","shape":[8],"data_offsets":[0,32]}}""", "RUN0003")]
    [InlineData("unpaired surrogate", """{"a\ud800":{"dtype":"F32","shape":[8],"data_offsets":[0,32]}}""", "RUN0003")]
    [InlineData("unpaired surrogate in a field", """{"a":{"\ud800":1,"dtype":"F32","shape":[8],"data_offsets":[0,32]}}""", "RUN0003")]
    [InlineData("unpaired surrogate in a dtype", """{"a":{"dtype":"\udc00","shape":[8],"data_offsets":[0,32]}}""", "RUN0003")]
    [InlineData("metadata is not strings", """{"__metadata__":{"a":1},"a":{"dtype":"F32","shape":[8],"data_offsets":[0,32]}}""", "RUN0003")]
    [InlineData("metadata key twice", """{"__metadata__":{"a":"","a":""},"a":{"dtype":"F32","shape":[8],"data_offsets":[0,32]}}""", "RUN0003")]
    [InlineData("entry is no object", """{"a":[0,32]}""", "RUN0004")]
    [InlineData("field twice", """{"a":{"dtype":"F32","shape":[8],"shape":[8],"data_offsets":[0,32]}}""", "RUN0004")]
    [InlineData("no shape", """{"a":{"dtype":"F32","data_offsets":[0,32]}}""", "RUN0004")]
    [InlineData("unknown dtype", """{"a":{"dtype":"F31","shape":[8],"data_offsets":[0,32]}}""", "RUN0004")]
    [InlineData("negative size", """{"a":{"dtype":"F32","shape":[-8],"data_offsets":[0,32]}}""", "RUN0004")]
    [InlineData("fractional size", """{"a":{"dtype":"F32","shape":[8.0],"data_offsets":[0,32]}}""", "RUN0004")]
    [InlineData("size above 2^63", """{"a":{"dtype":"F32","shape":[18446744073709551615],"data_offsets":[0,32]}}""", "RUN0004")]
    [InlineData("shape that overflows to its length", """{"a":{"dtype":"F32","shape":[4611686018427387904,4,2],"data_offsets":[0,32]}}""", "RUN0004")]
    [InlineData("bytes that overflow", """{"a":{"dtype":"F32","shape":[4611686018427387906],"data_offsets":[0,32]}}""", "RUN0004")]
    [InlineData("a zero among overflowing sizes", """{"a":{"dtype":"F32","shape":[9223372036854775807,9223372036854775807,0],"data_offsets":[0,32]}}""", "RUN0004")]
    [InlineData("too many dimensions", """{"a":{"dtype":"F32","shape":[8,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1,1],"data_offsets":[0,32]}}""", "RUN0004")]
    [InlineData("three offsets", """{"a":{"dtype":"F32","shape":[8],"data_offsets":[0,32,32]}}""", "RUN0004")]
    [InlineData("offsets reversed", """{"a":{"dtype":"F32","shape":[8],"data_offsets":[32,0]}}""", "RUN0004")]
    [InlineData("length against shape", """{"a":{"dtype":"F32","shape":[7],"data_offsets":[0,32]}}""", "RUN0004")]
    [InlineData("overlap", """{"a":{"dtype":"F32","shape":[8],"data_offsets":[0,32]},"b":{"dtype":"F32","shape":[1],"data_offsets":[28,32]}}""", "RUN0004")]
    [InlineData("gap", """{"a":{"dtype":"F32","shape":[4],"data_offsets":[0,16]},"b":{"dtype":"F32","shape":[3],"data_offsets":[20,32]}}""", "RUN0004")]
    [InlineData("gap at the start", """{"a":{"dtype":"F32","shape":[7],"data_offsets":[4,32]}}""", "RUN0004")]
    [InlineData("data after the last tensor", """{"a":{"dtype":"F32","shape":[7],"data_offsets":[0,28]}}""", "RUN0002")]
    [InlineData("tensor past the end", """{"a":{"dtype":"F32","shape":[9],"data_offsets":[0,36]}}""", "RUN0002")]
    public void A_header_that_lies_is_refused_by_name(string fault, string json, string code)
    {
        var path = _folder.Write("model.safetensors", SafetensorsBytes.Build(json, new byte[32]));

        var error = Should.Throw<ModelException>(() => SafetensorsFile.Open(path), fault);

        error.Code.ShouldBe(code, error.Message);
        error.Message.ShouldContain("model.safetensors");
        error.Message.ShouldNotContain("\u001b");
    }

    [Fact]
    public void A_deeply_nested_header_is_refused_without_recursion()
    {
        var json = """{"a":{"x":""" + new string('[', 100_000) + new string(']', 100_000) + "}}";
        var path = _folder.Write("model.safetensors", SafetensorsBytes.Build(json, []));

        Should.Throw<ModelException>(() => SafetensorsFile.Open(path)).Code.ShouldBe("RUN0003");
    }

    [Fact]
    public void A_header_that_is_not_utf8_is_refused()
    {
        byte[] json = [.. Encoding.UTF8.GetBytes("{\"a"), 0xC3, 0x28, .. Encoding.UTF8.GetBytes("\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}")];
        var path = _folder.Write("model.safetensors", SafetensorsBytes.Build(json, new byte[1]));

        Should.Throw<ModelException>(() => SafetensorsFile.Open(path)).Code.ShouldBe("RUN0003");
    }

    [Theory]
    [InlineData(0UL, "RUN0003")]
    [InlineData(1000UL, "RUN0002")]
    [InlineData(100_000_001UL, "RUN0002")]
    [InlineData(1UL << 60, "RUN0002")]
    [InlineData(ulong.MaxValue, "RUN0002")]
    public void A_header_length_that_lies_is_refused(ulong claimed, string code)
    {
        var bytes = SafetensorsBytes.Valid();
        BitConverter.TryWriteBytes(bytes, claimed);

        Should.Throw<ModelException>(() => SafetensorsFile.Open(_folder.Write("model.safetensors", bytes))).Code.ShouldBe(code);
    }

    [Fact]
    public void A_file_that_is_absent_empty_or_a_folder_is_a_clear_error()
    {
        Should.Throw<ModelException>(() => SafetensorsFile.Open(Path.Combine(_folder.Path, "none"))).Message.ShouldContain("no such file");
        Should.Throw<ModelException>(() => SafetensorsFile.Open(_folder.Path)).Message.ShouldContain("a folder");
        Should.Throw<ModelException>(() => SafetensorsFile.Open(_folder.Write("empty", []))).Code.ShouldBe("RUN0002");
    }

    [Fact]
    public void A_dtype_that_cannot_be_computed_on_is_an_error_only_when_used()
    {
        var json = """{"f":{"dtype":"F8_E4M3","shape":[3],"data_offsets":[0,3]},"u":{"dtype":"U8","shape":[],"data_offsets":[3,4]}}""";
        using var file = SafetensorsFile.Open(_folder.Write("model.safetensors", SafetensorsBytes.Build(json, new byte[4])));

        file.Get("u").Shape.ShouldBeEmpty();
        var error = Should.Throw<ModelException>(() => file.Get("f"));
        error.Code.ShouldBe("RUN0006");
        error.Message.ShouldContain("'f'");
        error.Message.ShouldContain("F8_E4M3");
    }

    [Fact]
    public void Tensors_without_elements_and_fields_unknown_to_the_format_are_read()
    {
        var json = """{"e":{"dtype":"F16","shape":[0,4],"data_offsets":[0,0],"later":{"x":[1]}},"s":{"dtype":"I64","shape":[],"data_offsets":[0,8]}}""";
        using var file = SafetensorsFile.Open(_folder.Write("model.safetensors", SafetensorsBytes.Build(json, new byte[8])));

        file.Get("e").LengthBytes.ShouldBe(0);
        file.Get("s").Format.ShouldBe(ElementFormat.I64);
    }

    [Fact]
    public void A_disposed_file_hands_out_nothing()
    {
        var file = SafetensorsFile.Open(_folder.Write("model.safetensors", SafetensorsBytes.Valid()));
        file.Dispose();
        file.Dispose();

        Should.Throw<ObjectDisposedException>(() => file.Get("a"));
    }

    [Fact]
    public unsafe void Every_shared_file_opens_and_its_tensors_can_be_read()
    {
        var root = TestData.Require("models");
        var files = 0;
        foreach (var path in Directory.EnumerateFiles(root, "*.safetensors", SearchOption.AllDirectories))
        {
            using var file = SafetensorsFile.Open(path);
            foreach (var name in file.Names)
            {
                var tensor = file.Get(name);
                if (tensor.LengthBytes > 0)
                {
                    _ = tensor.Bytes[tensor.LengthBytes - 1];
                }
            }

            files++;
        }

        files.ShouldBeGreaterThan(100);
    }
}
