using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Weights;

public sealed class WeightScanTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(131)]
    public void The_first_non_finite_float_is_found_wherever_it_is(int index)
    {
        foreach (var (format, bytes, expected) in new (ElementFormat, byte[], double)[]
        {
            (ElementFormat.F32, BitConverter.GetBytes(float.NaN), double.NaN),
            (ElementFormat.F32, BitConverter.GetBytes(float.NegativeInfinity), double.NegativeInfinity),
            (ElementFormat.F16, BitConverter.GetBytes(Half.PositiveInfinity), double.PositiveInfinity),
            (ElementFormat.BF16, [0xC0, 0x7F], double.NaN),
            (ElementFormat.F64, BitConverter.GetBytes(double.NaN), double.NaN),
        })
        {
            var data = new byte[132 * bytes.Length];
            bytes.CopyTo(data, index * bytes.Length);
            bytes.CopyTo(data, 131 * bytes.Length);

            var found = Scan(format, data, 132);

            found.ShouldNotBeNull().Index.ShouldBe(index);
            found.Value.Value.ShouldBe(expected);
            found.Value.TensorName.ShouldBe("w");
        }
    }

    [Fact]
    public void The_largest_finite_values_are_finite()
    {
        Scan(ElementFormat.F32, BitConverter.GetBytes(float.MaxValue), 1).ShouldBeNull();
        Scan(ElementFormat.F16, BitConverter.GetBytes(Half.MinValue), 1).ShouldBeNull();
        Scan(ElementFormat.BF16, [0x7F, 0x7F], 1).ShouldBeNull();
        Scan(ElementFormat.F64, BitConverter.GetBytes(double.MinValue), 1).ShouldBeNull();
        Scan(ElementFormat.I32, [0xFF, 0xFF, 0xFF, 0xFF], 1).ShouldBeNull();
    }

    [Theory]
    [InlineData(ElementFormat.Q4_0, 18, 0, 32)]
    [InlineData(ElementFormat.Q8_0, 34, 0, 32)]
    [InlineData(ElementFormat.Q4_K, 144, 2, 256)]
    [InlineData(ElementFormat.Q5_K, 176, 0, 256)]
    [InlineData(ElementFormat.Q6_K, 210, 208, 256)]
    public void A_block_with_a_broken_scale_is_found(ElementFormat format, int blockBytes, int scaleOffset, int blockElements)
    {
        var data = new byte[3 * blockBytes];
        data.AsSpan().Fill(0x11);
        ScanGguf(format, data, 3 * blockElements).ShouldBeNull();

        data[(2 * blockBytes) + scaleOffset + 1] = 0x7E;

        var found = ScanGguf(format, data, 3 * blockElements).ShouldNotBeNull();
        found.Index.ShouldBe(2 * blockElements);
        found.Value.ShouldBe(double.NaN);
    }

    [Fact]
    public void Broken_weights_are_refused_by_tensor_and_index()
    {
        var path = Path.Combine(_folder.Path, "model.safetensors");
        new SafetensorsWriter().Add("a", new float[] { 1, 2 }, 2).Add("b", new float[] { 1, 2, float.NaN }, 3).Write(path);
        using var file = SafetensorsFile.Open(path);

        var error = Should.Throw<ModelException>(() => WeightScan.RequireFinite(file));

        error.Code.ShouldBe("RUN0015");
        error.Message.ShouldContain("'b'");
        error.Message.ShouldContain("NaN at element 2");
    }

    [Fact]
    public void Real_weights_are_finite()
    {
        foreach (var path in Directory.EnumerateFiles(TestData.Require("models/stories260K/derived-gguf"), "*.gguf"))
        {
            using var file = GgufFile.Open(path);
            WeightScan.RequireFinite(file);
        }
    }

    private static unsafe NonFiniteWeight? Scan(ElementFormat format, byte[] data, long count)
    {
        fixed (byte* bytes = data)
        {
            return WeightScan.FindNonFinite(new WeightTensor("w", format, [count], bytes, data.Length));
        }
    }

    private NonFiniteWeight? ScanGguf(ElementFormat format, byte[] data, long count)
    {
        var path = Path.Combine(_folder.Path, "model.gguf");
        new GgufWriter().Add("w", format, data, count).Write(path);
        using var file = GgufFile.Open(path);
        return WeightScan.FindNonFinite(file);
    }
}
