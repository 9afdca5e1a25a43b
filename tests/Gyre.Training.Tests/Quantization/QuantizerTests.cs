using Gyre.Models;
using Gyre.Models.Conversion;
using Gyre.Models.Measurement;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using Gyre.Training.Quantization;

namespace Gyre.Training.Tests.Quantization;

public sealed class QuantizerTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ThreadTeam _team = new(2);

    public static TheoryData<ElementFormat> Formats => [.. QuantizationFormats.All];

    public void Dispose()
    {
        _team.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_tensor_holds_what_the_encoder_makes_of_the_original(ElementFormat format)
    {
        var source = SmallModel.Write(_folder.In("f32.gguf"));

        var result = Write(source, Options(format), "out.gguf");

        using var before = GgufFile.Open(source);
        using var after = GgufFile.Open(result.Path);
        after.Names.ShouldBe(before.Names);
        foreach (var plan in result.Tensors)
        {
            var tensor = after.Get(plan.Name);
            tensor.Format.ShouldBe(plan.To);
            tensor.Shape.ShouldBe(before.Get(plan.Name).Shape);
            var expected = new byte[plan.BytesAfter];
            Blocks.Quantise(plan.To, Numbers(before, plan.Name), expected);
            Bytes(tensor).ShouldBe(expected, plan.Name);
        }
    }

    [Fact]
    public void Metadata_is_copied_as_it_is_and_says_the_new_type()
    {
        var result = Write(SmallModel.Write(_folder.In("f32.gguf")), Options(ElementFormat.Q4_K), "out.gguf");

        using var after = GgufFile.Open(result.Path);
        after.Metadata.GetInteger("general.file_type").ShouldBe(15);
        after.Metadata.GetInteger("general.quantization_version").ShouldBe(2);
        after.Metadata.GetString("general.name").ShouldBe("small");
        after.Metadata.GetStrings("tokenizer.ggml.tokens").ShouldBe(["a", "b"]);
        after.Metadata.TypeOf("general.custom").ShouldBe(GgufValueType.Int64);
        after.Metadata.GetInteger("general.custom").ShouldBe(-5);
    }

    [Fact]
    public void The_number_of_threads_does_not_change_a_byte()
    {
        var source = SmallModel.Write(_folder.In("f32.gguf"));
        using var one = new ThreadTeam(1);
        using var three = new ThreadTeam(3);

        using (var model = GgufSource.OpenFile(source))
        {
            new Quantizer(one).Write(model, Options(ElementFormat.Q5_K), _folder.In("one.gguf"));
            new Quantizer(three).Write(model, Options(ElementFormat.Q5_K), _folder.In("three.gguf"));
        }

        File.ReadAllBytes(_folder.In("three.gguf")).ShouldBe(File.ReadAllBytes(_folder.In("one.gguf")));
    }

    [Fact]
    public void A_published_model_keeps_the_values_that_another_program_gives_its_blocks()
    {
        var reference = TestData.Require("models/kit/llama/model.q8_0.gguf");

        var result = Write(TestData.Require("models/kit/llama/model.f16.gguf"), Options(ElementFormat.Q8_0), "out.gguf");

        using var expected = GgufFile.Open(reference);
        using var actual = GgufFile.Open(result.Path);
        var compared = 0;
        foreach (var name in expected.Names.Where(name => expected.Get(name).Format == ElementFormat.Q8_0))
        {
            Bytes(actual.Get(name)).ShouldBe(Bytes(expected.Get(name)), name);
            compared++;
        }

        compared.ShouldBeGreaterThan(10);
    }

    [Fact]
    public void What_was_quantised_before_is_refused_unless_allowed()
    {
        var quantised = Write(SmallModel.Write(_folder.In("f32.gguf")), Options(ElementFormat.Q8_0), "q8.gguf").Path;

        var error = Should.Throw<TrainingException>(() => Write(quantised, Options(ElementFormat.Q4_K), "q4.gguf"));
        var allowed = Write(quantised, Options(ElementFormat.Q4_K) with { AllowsRequantizing = true }, "q4.gguf");

        error.Code.ShouldBe("TRN0060");
        error.Message.ShouldContain("token_embd.weight");
        error.Message.ShouldContain("--allow-requantize");
        allowed.Tensors.ShouldContain(tensor => tensor.From == ElementFormat.Q8_0 && tensor.To == ElementFormat.Q4_K);
    }

    [Fact]
    public void The_same_type_again_copies_the_bytes()
    {
        var quantised = Write(SmallModel.Write(_folder.In("f32.gguf")), Options(ElementFormat.Q6_K), "one.gguf").Path;

        var again = Write(quantised, Options(ElementFormat.Q6_K), "two.gguf").Path;

        File.ReadAllBytes(again).ShouldBe(File.ReadAllBytes(quantised));
    }

    [Fact]
    public void A_file_that_is_there_is_replaced_only_when_asked()
    {
        var source = SmallModel.Write(_folder.In("f32.gguf"));
        File.WriteAllText(_folder.In("out.gguf"), "mine");

        var error = Should.Throw<TrainingException>(() => Write(source, Options(ElementFormat.F16), "out.gguf"));

        error.Code.ShouldBe("TRN0061");
        File.ReadAllText(_folder.In("out.gguf")).ShouldBe("mine");
        Write(source, Options(ElementFormat.F16) with { Overwrites = true }, "out.gguf");
        GgufFile.Open(_folder.In("out.gguf")).Dispose();
    }

    [Fact]
    public void What_a_killed_process_left_is_written_over()
    {
        File.WriteAllText(_folder.In("out.gguf.partial"), new string('x', 100_000));
        using var source = GgufSource.OpenFile(SmallModel.Write(_folder.In("model.gguf")));

        new Quantizer(_team).Write(source, new QuantizationOptions { Format = ElementFormat.Q8_0 }, _folder.In("out.gguf"));

        using var written = GgufFile.Open(_folder.In("out.gguf"));
        written.Names.ShouldNotBeEmpty();
        File.Exists(_folder.In("out.gguf.partial")).ShouldBeFalse();
    }

    [Fact]
    public void Cancelling_in_the_middle_leaves_no_file()
    {
        var source = SmallModel.Write(_folder.In("f32.gguf"));
        using var cancel = new CancellationTokenSource();
        using var model = GgufSource.OpenFile(source);
        var progress = new Relay(at =>
        {
            if (at.Tensor == "blk.3.attn_q.weight")
            {
                cancel.Cancel();
            }
        });

        Should.Throw<OperationCanceledException>(() => new Quantizer(_team).Write(model, Options(ElementFormat.Q4_K), _folder.In("out.gguf"), progress, cancel.Token));

        Directory.GetFiles(_folder.Path).ShouldBe([source]);
    }

    [Theory]
    [InlineData(ElementFormat.F16)]
    [InlineData(ElementFormat.Q8_0)]
    public void A_number_that_the_type_cannot_hold_is_named_and_leaves_no_file(ElementFormat format)
    {
        var source = SmallModel.Write(_folder.In("f32.gguf"), scale: 1e9f);

        var error = Should.Throw<TrainingException>(() => Write(source, Options(format), "out.gguf"));

        error.Code.ShouldBe("TRN0062");
        error.Message.ShouldContain("token_embd.weight");
        Directory.GetFiles(_folder.Path).ShouldBe([source]);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Needs a folder in which nobody can create a file.");
        var source = SmallModel.Write(_folder.In("f32.gguf"));
        using var model = GgufSource.OpenFile(source);

        // Nothing can be created there, whoever asks.
        var error = Should.Throw<ModelException>(() => new Quantizer(_team).Write(model, Options(ElementFormat.Q8_0), "/proc/out.gguf"));

        error.Code.ShouldBe("RUN0007");
        error.Message.ShouldContain("/proc/out.gguf");
    }

    [Fact]
    public void Important_columns_lose_less()
    {
        var source = SmallModel.Write(_folder.In("f32.gguf"));
        var importance = ImportanceFile.Write(_folder.In("im.gguf"), "blk.0.attn_q.weight", [.. Enumerable.Range(0, 256).Select(i => i % 32 < 8 ? 100f : 0.01f)]);

        var plain = Write(source, Options(ElementFormat.Q4_K) with { IsPure = true }, "plain.gguf");
        var weighed = Write(source, Options(ElementFormat.Q4_K) with { IsPure = true, Importance = ImportanceMatrix.Load(importance) }, "weighed.gguf");

        plain.Weighed.ShouldBe(0);
        weighed.Weighed.ShouldBe(1);
        ErrorOf(source, weighed.Path).ShouldBeLessThan(ErrorOf(source, plain.Path) * 0.8);
    }

    [Theory]
    [InlineData("blk.0.attn_q.weight", 64, "64 inputs in it and 256")]
    [InlineData("blk.77.attn_q.weight", 256, "none of its matrices")]
    public void An_importance_matrix_of_another_model_is_refused(string name, int width, string named)
    {
        var source = SmallModel.Write(_folder.In("f32.gguf"));
        var importance = ImportanceFile.Write(_folder.In("im.gguf"), name, [.. Enumerable.Repeat(1f, width)]);

        var error = Should.Throw<TrainingException>(() => Write(source, Options(ElementFormat.Q4_K) with { Importance = ImportanceMatrix.Load(importance) }, "out.gguf"));

        error.Code.ShouldBe("TRN0063");
        error.Message.ShouldContain(named);
    }

    private static QuantizationOptions Options(ElementFormat format) => new() { Format = format };

    private static unsafe byte[] Bytes(WeightTensor tensor) => new ReadOnlySpan<byte>(tensor.Bytes, (int)tensor.LengthBytes).ToArray();

    private static unsafe float[] Numbers(GgufFile file, string name)
    {
        var tensor = file.Get(name);
        var values = new float[tensor.Shape.Aggregate(1L, (product, length) => product * length)];
        Blocks.Dequantise(tensor.Format, Bytes(tensor), values);
        return values;
    }

    /// <summary>The squared error in the columns that the importance favours.</summary>
    private static double ErrorOf(string source, string result)
    {
        using var before = GgufFile.Open(source);
        using var after = GgufFile.Open(result);
        var (expected, actual) = (Numbers(before, "blk.0.attn_q.weight"), Numbers(after, "blk.0.attn_q.weight"));
        return Enumerable.Range(0, expected.Length).Where(i => i % 32 < 8).Sum(i => Math.Pow(expected[i] - actual[i], 2));
    }

    private QuantizationResult Write(string source, QuantizationOptions options, string name)
    {
        using var model = GgufSource.OpenFile(source);
        return new Quantizer(_team).Write(model, options, _folder.In(name));
    }

    private sealed class Relay(Action<QuantizationProgress> report) : IProgress<QuantizationProgress>
    {
        public void Report(QuantizationProgress value) => report(value);
    }
}
