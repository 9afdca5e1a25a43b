using System.Runtime.InteropServices;
using Gyre.Contracts;
using Gyre.Tensors.Quantization;
using Gyre.TestSupport;

namespace Gyre.Tensors.Tests.Quantization;

public class BlocksTests
{
    [Theory]
    [InlineData(ElementFormat.Q8_0, "q8_0_64")]
    [InlineData(ElementFormat.Q4_0, "q4_0_64")]
    [InlineData(ElementFormat.Q4_K, "q4_k_512")]
    [InlineData(ElementFormat.Q5_K, "q5_k_512")]
    [InlineData(ElementFormat.Q6_K, "q6_k_512")]
    public void Blocks_made_by_ggml_decode_to_the_golden_values(ElementFormat format, string name)
    {
        var expected = Floats(name + "_noim_dequant.bin");
        var actual = new float[expected.Length];

        Blocks.Dequantise(format, Bytes(name + "_noim_expected.bin"), actual);

        expected.Length.ShouldBeGreaterThan(100);
        for (var i = 0; i < actual.Length; i++)
        {
            actual[i].ShouldBe(expected[i], 1e-6f, $"{format}, element {i}");
        }
    }

    [Theory]
    [InlineData(ElementFormat.Q8_0, "q8_0_64")]
    [InlineData(ElementFormat.Q4_0, "q4_0_64")]
    public void Encoding_gives_the_blocks_of_ggml(ElementFormat format, string name)
    {
        var input = Floats(name + "_noim_input.bin");
        var actual = new byte[FormatTraits.LengthBytes(format, input.Length)];

        Blocks.Quantise(format, input, actual);

        actual.ShouldBe(Bytes(name + "_noim_expected.bin"));
    }

    [Theory]
    [InlineData(ElementFormat.F32, 0)]
    [InlineData(ElementFormat.F16, 4.9e-4)]
    [InlineData(ElementFormat.BF16, 3.92e-3)]
    public void Plain_formats_round_within_half_a_unit(ElementFormat format, double relative)
    {
        var random = new SeededRandom(5);
        var values = Enumerable.Range(0, 1000).Select(_ => (float)random.NextGaussian()).ToArray();
        var bytes = new byte[FormatTraits.LengthBytes(format, values.Length)];
        var decoded = new float[values.Length];

        Blocks.Quantise(format, values, bytes);
        Blocks.Dequantise(format, bytes, decoded);

        for (var i = 0; i < values.Length; i++)
        {
            Math.Abs(decoded[i] - values[i]).ShouldBeLessThanOrEqualTo((float)(Math.Abs(values[i]) * relative));
        }
    }

    [Theory]
    [InlineData(ElementFormat.Q8_0, 0.002)]
    [InlineData(ElementFormat.Q4_0, 0.0405)]
    public void Quantised_formats_keep_the_error_bound(ElementFormat format, double largestRmse)
    {
        var values = Enumerable.Range(0, 4096).Select(i => 0.1f + (2 * MathF.Cos(i))).Select(v => v / 4).ToArray();
        var bytes = new byte[FormatTraits.LengthBytes(format, values.Length)];
        var decoded = new float[values.Length];

        Blocks.Quantise(format, values, bytes);
        Blocks.Dequantise(format, bytes, decoded);

        Math.Sqrt(values.Zip(decoded, (a, b) => Math.Pow(a - b, 2)).Average()).ShouldBeInRange(1e-5, largestRmse);
    }

    [Fact]
    public void Special_values_survive_in_the_plain_formats()
    {
        float[] values = [0f, -0f, float.PositiveInfinity, float.NegativeInfinity, float.NaN, 6e-8f, 65504f];
        foreach (var format in new[] { ElementFormat.F16, ElementFormat.BF16 })
        {
            var bytes = new byte[2 * values.Length];
            var decoded = new float[values.Length];
            Blocks.Quantise(format, values, bytes);
            Blocks.Dequantise(format, bytes, decoded);

            BitConverter.SingleToInt32Bits(decoded[1]).ShouldBe(int.MinValue);
            decoded[2..4].ShouldBe(values[2..4]);
            decoded[4].ShouldBe(float.NaN);
            decoded[5].ShouldBe(6e-8f, 4e-9f);
        }
    }

    [Fact]
    public void Double_precision_decodes_to_the_nearest_single()
    {
        double[] values = [Math.PI, -1e300, 1e-300, 3];
        var decoded = new float[4];

        Blocks.Dequantise(ElementFormat.F64, MemoryMarshal.AsBytes<double>(values), decoded);

        decoded.ShouldBe([MathF.PI, float.NegativeInfinity, 0f, 3f]);
    }

    [Fact]
    public void A_block_of_zeros_stays_zero()
    {
        foreach (var format in new[] { ElementFormat.Q8_0, ElementFormat.Q4_0, ElementFormat.Q4_K, ElementFormat.Q5_K, ElementFormat.Q6_K })
        {
            var bytes = new byte[FormatTraits.LengthBytes(format, 256)];
            var decoded = new float[256];
            Blocks.Quantise(format, new float[256], bytes);
            Blocks.Dequantise(format, bytes, decoded);
            decoded.ShouldAllBe(value => value == 0);
        }
    }

    [Fact]
    public void Faulty_requests_say_what_was_found_and_expected()
    {
        Should.Throw<TensorException>(() => Blocks.Dequantise((ElementFormat)99, new byte[4], new float[1])).Code.ShouldBe("TEN0101");
        Should.Throw<TensorException>(() => FormatTraits.LengthBytes(ElementFormat.Q4_K, 255)).Code.ShouldBe("TEN0102");
        Should.Throw<TensorException>(() => Blocks.Quantise(ElementFormat.I8, new float[4], new byte[4])).Code.ShouldBe("TEN0103");
        Should.Throw<ArgumentException>(() => Blocks.Dequantise(ElementFormat.Q8_0, new byte[33], new float[32])).Message.ShouldContain("found 33 bytes, expected 34");
    }

    private static byte[] Bytes(string name) => File.ReadAllBytes(TestData.Require("data/ggml-quant-blocks/" + name));

    private static float[] Floats(string name) => MemoryMarshal.Cast<byte, float>(Bytes(name)).ToArray();
}
