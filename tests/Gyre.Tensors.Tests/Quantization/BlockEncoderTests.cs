using System.Runtime.InteropServices;
using Gyre.Contracts;
using Gyre.Tensors.Quantization;
using Gyre.TestSupport;

namespace Gyre.Tensors.Tests.Quantization;

public class BlockEncoderTests
{
    private static readonly ElementFormat[] Searched = [ElementFormat.Q4_0, ElementFormat.Q4_K, ElementFormat.Q5_K, ElementFormat.Q6_K];

    [Theory]
    [InlineData(ElementFormat.Q4_K, "q4_k_512")]
    [InlineData(ElementFormat.Q5_K, "q5_k_512")]
    [InlineData(ElementFormat.Q6_K, "q6_k_512")]
    public void Encoding_loses_no_more_than_the_reference_encoder(ElementFormat format, string name)
    {
        var input = Floats(name + "_noim_input.bin");
        var reference = SquaredError(input, Floats(name + "_noim_dequant.bin"), []);

        SquaredError(input, RoundTrip(format, input, []), []).ShouldBeInRange(reference / 4, reference);
    }

    /// <summary>The bounds of ggml's own test of its formats: root of the summed squares over the count, on 0.1 + 2 cos i.</summary>
    [Theory]
    [InlineData(ElementFormat.Q8_0, 0.002)]
    [InlineData(ElementFormat.Q4_0, 0.002)]
    [InlineData(ElementFormat.Q4_K, 0.002)]
    [InlineData(ElementFormat.Q5_K, 0.0009)]
    [InlineData(ElementFormat.Q6_K, 0.0005)]
    public void Round_trips_stay_within_the_bound_of_the_format(ElementFormat format, double largest)
    {
        var values = Enumerable.Range(0, 4096).Select(i => 0.1f + (2 * MathF.Cos(i))).ToArray();

        (Math.Sqrt(SquaredError(values, RoundTrip(format, values, []), [])) / values.Length).ShouldBeInRange(largest / 50, largest);
    }

    [Fact]
    public void Importance_lowers_the_weighted_error()
    {
        var random = new SeededRandom(3);
        var importance = Enumerable.Range(0, 512).Select(_ => (float)Math.Exp(2 * random.NextGaussian())).ToArray();
        var values = Enumerable.Range(0, 8 * 512).Select(_ => (float)random.NextGaussian()).ToArray();
        foreach (var format in Searched)
        {
            var without = SquaredError(values, RoundTrip(format, values, []), importance);
            var with = SquaredError(values, RoundTrip(format, values, importance), importance);

            with.ShouldBeLessThan(0.95 * without, format.ToString());
            SquaredError(values, RoundTrip(format, values, importance), []).ShouldBeGreaterThan(SquaredError(values, RoundTrip(format, values, []), []) * (format == ElementFormat.Q4_0 ? 0.5 : 1));
        }
    }

    [Fact]
    public void Importance_of_nothing_or_of_everything_alike_is_none()
    {
        var random = new SeededRandom(4);
        var values = Enumerable.Range(0, 1024).Select(_ => (float)random.NextGaussian()).ToArray();
        foreach (var format in Searched)
        {
            var plain = RoundTrip(format, values, Enumerable.Repeat(1f, 256).ToArray());
            RoundTrip(format, values, new float[512]).ShouldBe(plain, format.ToString());
            RoundTrip(format, values, Enumerable.Repeat(1e-30f, 256).ToArray()).ShouldBe(plain, format.ToString());
        }
    }

    [Theory]
    [InlineData(ElementFormat.Q8_0)]
    [InlineData(ElementFormat.Q4_0)]
    [InlineData(ElementFormat.Q4_K)]
    [InlineData(ElementFormat.Q5_K)]
    [InlineData(ElementFormat.Q6_K)]
    public void Values_that_the_format_represents_come_back_exactly(ElementFormat format)
    {
        // Sub-blocks use their whole range of codes, and one of them the largest factors: what makes a representation unique.
        var random = new SeededRandom(8);
        for (var trial = 0; trial < 20; trial++)
        {
            var values = Representable(format, random);
            RoundTrip(format, values, []).ShouldBe(values, $"{format}, trial {trial}");
        }
    }

    [Theory]
    [InlineData(1e-12f)]
    [InlineData(1e-3f)]
    [InlineData(100_000f)]
    [InlineData(-100_000f)]
    public void Sizes_from_tiny_to_huge_keep_their_relative_error(float size)
    {
        var random = new SeededRandom(6);
        var values = Enumerable.Range(0, 512).Select(_ => (random.NextSingle() + 0.01f) * size).ToArray();
        foreach (var format in Searched.Append(ElementFormat.Q8_0))
        {
            var decoded = RoundTrip(format, values, []);

            // Q8_0 has half a step of 1/127, and its scale of 8e-6, below half precision's normal numbers, another 1/270.
            // Below half precision's smallest scales nothing can be kept: a decoded value is 0, not garbage.
            var bound = Math.Abs(size) < 1e-9 ? 1.01 : format switch { ElementFormat.Q4_0 => 0.13, ElementFormat.Q4_K => 0.06, ElementFormat.Q5_K => 0.03, ElementFormat.Q6_K => 0.02, _ => 0.008 };
            for (var i = 0; i < values.Length; i++)
            {
                (Math.Abs(decoded[i] - values[i]) / Math.Abs(size)).ShouldBeLessThanOrEqualTo((float)bound, $"{format}, element {i}");
            }
        }
    }

    [Theory]
    [InlineData(0.75f)]
    [InlineData(-0.75f)]
    [InlineData(-3e4f)]
    public void Constant_blocks_stay_constant(float constant)
    {
        foreach (var format in Searched.Append(ElementFormat.Q8_0))
        {
            var decoded = RoundTrip(format, Enumerable.Repeat(constant, 256).ToArray(), []);

            decoded.ShouldAllBe(value => value == decoded[0], format.ToString());
            decoded[0].ShouldBe(constant, Math.Abs(constant) * 1e-3f, format.ToString());
        }
    }

    [Fact]
    public void Numbers_that_a_format_cannot_hold_are_refused()
    {
        foreach (var format in Searched.Append(ElementFormat.Q8_0))
        {
            foreach (var value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity })
            {
                var values = new float[512];
                values[300] = value;
                var error = Should.Throw<TensorException>(() => RoundTrip(format, values, []));
                error.Code.ShouldBe("TEN0105");
                error.Message.ShouldContain($"{value} at element 300");
                error.Message.ShouldContain(format.ToString());
            }

            Should.Throw<TensorException>(() => RoundTrip(format, Enumerable.Range(0, 256).Select(i => 1e9f * (i - 77)).ToArray(), [])).Code.ShouldBe("TEN0105");
        }
    }

    [Fact]
    public void Importance_that_cannot_be_is_refused()
    {
        foreach (var weight in new[] { float.NaN, float.PositiveInfinity, -1f })
        {
            var importance = new float[256];
            importance[7] = weight;
            var error = Should.Throw<TensorException>(() => RoundTrip(ElementFormat.Q4_K, new float[512], importance));
            error.Code.ShouldBe("TEN0106");
            error.Message.ShouldContain("column 7");
        }

        Should.Throw<ArgumentException>(() => RoundTrip(ElementFormat.Q4_K, new float[512], new float[128])).Message.ShouldContain("found 128 weights");
        Should.Throw<ArgumentException>(() => RoundTrip(ElementFormat.Q4_0, new float[512], new float[96])).Message.ShouldContain("divides the elements");
    }

    /// <summary>The bytes that every instruction set must give: this test runs again without each of them.</summary>
    [Theory]
    [Trait("kernel", "true")]
    [InlineData(ElementFormat.Q4_0)]
    [InlineData(ElementFormat.Q4_K)]
    [InlineData(ElementFormat.Q5_K)]
    [InlineData(ElementFormat.Q6_K)]
    public void Every_processor_gives_the_same_bytes(ElementFormat format)
    {
        var random = new SeededRandom(12);
        var values = Enumerable.Range(0, 2048).Select(_ => random.NextSingle() - 0.3f).ToArray();
        var importance = Enumerable.Range(0, 256).Select(_ => random.NextSingle()).ToArray();
        var bytes = new byte[FormatTraits.LengthBytes(format, values.Length)];

        Blocks.Quantise(format, values, importance, bytes);

        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(bytes))[..16].ShouldBe(format switch
        {
            ElementFormat.Q4_0 => "E0166CB5D018F7B0",
            ElementFormat.Q4_K => "E264BAD85F16C035",
            ElementFormat.Q5_K => "1C9E9427E5F40F7A",
            _ => "5BFF38ACC3B011A9",
        });
    }

    private static float[] Representable(ElementFormat format, SeededRandom random)
    {
        var values = new float[256];
        if (format is ElementFormat.Q8_0 or ElementFormat.Q4_0)
        {
            for (var i = 0; i < values.Length; i++)
            {
                var most = format == ElementFormat.Q8_0 ? 127 : 8;
                values[i] = 0.0625f * (i % 32 == 3 ? -most : random.NextInt32(2 * most) - most);
            }

            return values;
        }

        var (unit, minimumUnit) = ((float)(Half)0.0123, (float)(Half)0.0456);
        for (var i = 0; i < values.Length; i++)
        {
            if (format == ElementFormat.Q6_K)
            {
                var factor = i < 16 ? -128 : 40 + (i / 16);
                values[i] = unit * factor * (i % 16 == 5 ? -32 : random.NextInt32(64) - 32);
            }
            else
            {
                var most = format == ElementFormat.Q4_K ? 15 : 31;
                var (factor, minimum) = i < 32 ? (63, 63) : (30 + (i / 32), 20 + (i / 32));
                var code = (i % 32) switch { 5 => 0, 6 => most, _ => random.NextInt32(most + 1) };
                values[i] = (unit * factor * code) - (minimumUnit * minimum);
            }
        }

        return values;
    }

    private static float[] RoundTrip(ElementFormat format, float[] values, float[] importance)
    {
        var bytes = new byte[FormatTraits.LengthBytes(format, values.Length)];
        var decoded = new float[values.Length];
        Blocks.Quantise(format, values, importance, bytes);
        Blocks.Dequantise(format, bytes, decoded);
        return decoded;
    }

    private static double SquaredError(float[] values, float[] decoded, float[] importance)
    {
        var sum = 0d;
        for (var i = 0; i < values.Length; i++)
        {
            sum += Math.Pow(values[i] - decoded[i], 2) * (importance.Length == 0 ? 1 : importance[i % importance.Length]);
        }

        return sum;
    }

    private static float[] Floats(string name) =>
        MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(TestData.Require("data/ggml-quant-blocks/" + name))).ToArray();
}
