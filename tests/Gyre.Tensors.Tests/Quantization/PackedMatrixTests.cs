using Gyre.Tensors.Kernels;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Tests.Quantization;

[Trait("kernel", "true")]
public unsafe class PackedMatrixTests
{
    private static readonly ElementFormat[] Formats =
    [
        ElementFormat.F32, ElementFormat.F16, ElementFormat.BF16, ElementFormat.Q8_0, ElementFormat.Q4_0,
        ElementFormat.Q4_K, ElementFormat.Q5_K, ElementFormat.Q6_K,
    ];

    /// <summary>Every format with whole and partial groups, odd and even blocks, partial columns, one to many tokens.</summary>
    public static TheoryData<ElementFormat, int, int, int> Cases
    {
        get
        {
            var cases = new TheoryData<ElementFormat, int, int, int>();
            foreach (var format in Formats)
            {
                var (some, odd, least, many) = FormatTraits.Of(format).BlockLength switch
                {
                    1 => (64, 67, 1, 1030),
                    32 => (64, 96, 32, 1056),
                    _ => (256, 512, 256, 1280),
                };
                foreach (var tokens in new[] { 1, 2, 3, 5, 7, 9, 31, 130 })
                {
                    cases.Add(format, 48, some, tokens);
                    if (tokens < 130 || FormatTraits.Of(format).BlockLength <= 32)
                    {
                        cases.Add(format, 37, odd, tokens);
                    }
                }

                cases.Add(format, 5, least, 1);
                cases.Add(format, 16, many, 1);
                cases.Add(format, 16, many, 18);
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Agrees_with_the_scalar_twin(ElementFormat format, int rows, int columns, int tokens)
    {
        using var team = new ThreadTeam(2);
        using var problem = new PackedProblem(format, rows, columns, tokens, team);

        var actual = problem.Multiply(team);
        var expected = problem.MultiplyReference();

        for (var i = 0; i < actual.Length; i++)
        {
            actual[i].ShouldBe(expected[i], problem.RoundingTolerance, $"{format} {rows}×{columns}, {tokens} tokens, element {i}");
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Stays_within_the_error_bound_of_the_format(ElementFormat format, int rows, int columns, int tokens)
    {
        using var team = new ThreadTeam(1);
        using var problem = new PackedProblem(format, rows, columns, tokens, team);
        var exact = problem.MultiplyInDoublePrecision();
        var actual = problem.Multiply(team);

        for (var i = 0; i < exact.Length; i++)
        {
            // The bound for a dot product of synthetic data, per element of the sum.
            (Math.Abs(actual[i] - exact[i]) / columns).ShouldBeLessThanOrEqualTo(0.02);
        }

        // Only the rounding of the activations to 8 bits remains, and that is random: it grows with the root.
        var rmse = Math.Sqrt(exact.Zip(actual, (a, b) => (a - b) * (a - b)).Average());
        rmse.ShouldBeLessThan(FormatTraits.Of(format).BlockLength > 1 ? 0.006 * Math.Sqrt(columns) : 1e-5 * Math.Sqrt(columns));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(140)]
    public void Threads_groups_and_companions_do_not_change_a_bit(int tokens)
    {
        foreach (var format in Formats)
        {
            using var one = new ThreadTeam(1);
            using var problem = new PackedProblem(format, 75, 256, tokens, one);
            var expected = problem.Multiply(one);
            using var three = new ThreadTeam(3);

            problem.Multiply(three).ShouldBe(expected, $"{format}, three threads");
            problem.MultiplyByGroup().ShouldBe(expected, $"{format}, group by group");
            for (var token = 0; token < tokens; token++)
            {
                problem.MultiplyAlone(token).ShouldBe(expected[(token * 75)..((token + 1) * 75)], $"{format}, token {token} alone");
            }
        }
    }

    [Fact]
    public void Loading_by_slices_equals_loading_at_once()
    {
        using var team = new ThreadTeam(3);
        using var problem = new PackedProblem(ElementFormat.Q8_0, 33, 64, 11, team);
        var expected = problem.Multiply(team);

        problem.LoadBySlices(team);

        problem.MultiplyLoaded(team).ShouldBe(expected);
    }

    [Fact]
    public void Rows_come_back_as_they_were_stored()
    {
        using var team = new ThreadTeam(2);
        foreach (var format in Formats.Append(ElementFormat.F64))
        {
            using var problem = new PackedProblem(format, 37, 256, 1, team);
            var row = new float[256];
            foreach (var index in new[] { 0, 15, 16, 36 })
            {
                problem.Matrix.CopyRow(index, row);
                row.ShouldBe(problem.StoredRow(index), $"{format}, row {index}");
            }
        }
    }

    [Fact]
    public void Formats_without_a_kernel_are_held_in_single_precision()
    {
        using var team = new ThreadTeam(2);
        using var problem = new PackedProblem(ElementFormat.F64, 20, 51, 3, team);
        problem.Matrix.Format.ShouldBe(ElementFormat.F32);
        var exact = problem.MultiplyInDoublePrecision();
        var actual = problem.Multiply(team);
        for (var i = 0; i < exact.Length; i++)
        {
            actual[i].ShouldBe((float)exact[i], 1e-3f);
        }
    }

    [Theory]
    [InlineData(ElementFormat.Q8_0, 1)]
    [InlineData(ElementFormat.Q4_0, 1)]
    [InlineData(ElementFormat.Q4_K, 1.028)]
    [InlineData(ElementFormat.Q5_K, 1.023)]
    [InlineData(ElementFormat.Q6_K, 1.01)]
    public void Quantised_weights_keep_their_format_and_hardly_grow(ElementFormat format, double most)
    {
        using var team = new ThreadTeam(1);
        using var problem = new PackedProblem(format, 32, 512, 1, team);
        problem.Matrix.Format.ShouldBe(format);
        ((double)problem.Matrix.LengthBytes / FormatTraits.LengthBytes(format, 32 * 512)).ShouldBeInRange(1, most);
    }

    /// <summary>Largest codes, factors and activations of one sign: where 16-bit sums would overflow first.</summary>
    [Theory]
    [InlineData(ElementFormat.Q4_K)]
    [InlineData(ElementFormat.Q5_K)]
    [InlineData(ElementFormat.Q6_K)]
    public void Extreme_codes_and_activations_do_not_overflow(ElementFormat format)
    {
        using var team = new ThreadTeam(1);
        foreach (var (code, activation) in new[] { (0x00, 1f), (0x00, -1f), (0xFF, 1f), (0xFF, -1f) })
        {
            using var problem = new PackedProblem(format, 16, 256, 2, team, fill: (byte)code, activation: activation);
            problem.Multiply(team).ShouldBe(problem.MultiplyReference(), $"{format}, codes {code:X}, activations {activation}");
            problem.MultiplyAlone(1).ShouldBe(problem.MultiplyReference()[16..]);
        }
    }

    [Fact]
    public void Products_do_not_allocate()
    {
        using var team = new ThreadTeam(1);
        foreach (var format in Formats)
        {
            using var problem = new PackedProblem(format, 40, 256, 9, team);
            problem.AllocatedBytes(team).ShouldBe(0, format.ToString());
        }
    }

    [Fact]
    public void Weights_that_are_not_finite_are_refused_with_their_row()
    {
        using var team = new ThreadTeam(2);
        float[] weights = [1, 2, 3, 4, 5, float.NaN, 7, 8];
        fixed (float* source = weights)
        {
            var address = (nint)source;
            var error = Should.Throw<TensorException>(() => PackedMatrix.Pack(ElementFormat.F32, (byte*)address, 4, 2, team));
            error.Code.ShouldBe("TEN0104");
            error.Message.ShouldContain("row 2");
        }
    }

    [Fact]
    public void Activations_that_are_not_a_number_spoil_their_token_only()
    {
        using var team = new ThreadTeam(1);
        foreach (var format in Formats)
        {
            using var problem = new PackedProblem(format, 16, 256, 3, team);
            problem.Activation(1, 40) = float.NaN;
            var result = problem.Multiply(team);

            result[16..32].ShouldAllBe(value => float.IsNaN(value), format.ToString());
            result[..16].Concat(result[32..]).ShouldAllBe(value => float.IsFinite(value), format.ToString());
        }
    }

    [Fact]
    public void Unfit_activations_are_refused()
    {
        using var team = new ThreadTeam(1);
        using var problem = new PackedProblem(ElementFormat.Q8_0, 16, 64, 1, team);
        using var narrow = new PackedActivations(32, 1, ActivationForms.SplitBytes);
        using var other = new PackedActivations(64, 1, ActivationForms.Float);
        foreach (var unfit in new[] { narrow, other })
        {
            Should.Throw<ArgumentException>(() => problem.Matrix.MultiplyGroups(0, 1, unfit, null, 16)).Message.ShouldContain("expected 64 columns and the form SplitBytes");
        }

        Should.Throw<TensorException>(() => new PackedActivations(33, 1, ActivationForms.SplitBytes)).Code.ShouldBe("TEN0102");
        Should.Throw<ArgumentOutOfRangeException>(() => narrow.Load(null, 32, 2));
    }

    [Theory]
    [InlineData(1f)]
    [InlineData(1e-30f)]
    [InlineData(1e-44f)]
    [InlineData(0f)]
    public void Activations_are_encoded_as_the_scalar_twin_does(float size)
    {
        var random = new Gyre.Contracts.SeededRandom(9);
        var values = Kernels.GemmTests.Fill(random, 32).Select(v => v * size).ToArray();
        var expected = stackalloc sbyte[32];
        fixed (float* x = values)
        {
            var actual = ActivationKernels.Quantise(x, out var scale);
            ActivationKernels.QuantiseReference(x, expected, out var expectedScale);

            scale.Scale.ShouldBe(expectedScale.Scale);
            scale.Negatives.ShouldBe(expectedScale.Negatives);
            scale.MinusEightSums.ShouldBe(expectedScale.MinusEightSums);
            scale.ScaledSum.ShouldBe(expectedScale.ScaledSum);
            int* centres = stackalloc int[2], expectedCentres = stackalloc int[2];
            ActivationKernels.Centre(actual, centres);
            ActivationKernels.CentreReference(expected, expectedCentres);
            (centres[0], centres[1]).ShouldBe((expectedCentres[0], expectedCentres[1]));
            for (var i = 0; i < 32; i++)
            {
                actual[i].ShouldBe(expected[i]);
            }
        }
    }
}
