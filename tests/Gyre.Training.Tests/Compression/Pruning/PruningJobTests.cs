using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Conversion;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using Gyre.Training.Compression;
using Gyre.Training.Compression.Pruning;
using Gyre.Training.Quantization;
using Gyre.Training.Tests.Quantization;

namespace Gyre.Training.Tests.Compression.Pruning;

public sealed class PruningJobTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ThreadTeam _team = new(2);

    private static readonly PruningOptions Half = new() { Method = PruningMethod.Magnitude, Sparsity = Sparsity.OfShare(0.5) };

    public void Dispose()
    {
        _team.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("llama", "")]
    [InlineData("gpt2", "")]
    [InlineData("gpt_neox", "")]
    [InlineData("llama", "model.f16.gguf")]
    [InlineData("llama", "model.q8_0.gguf")]
    [InlineData("llama", "model.q4_0.gguf")]
    public void What_is_written_has_the_zeros_and_the_other_weights_as_they_were(string name, string file)
    {
        var source = ModelFolder.Open(Path.Combine(TestData.Require("models/kit/" + name), file));

        var report = new PruningJob(_team, TimeProvider.System).Run(source, Half, null, _folder.In("out"));

        var (before, after) = (Matrices(source), Matrices(ModelFolder.Open(_folder.In("out"))));
        var zeros = 0L;
        foreach (var (matrix, numbers) in after)
        {
            var was = before[matrix];
            var scale = was.Max(value => Math.Abs(value));
            for (var i = 0; i < numbers.Length; i++)
            {
                if (numbers[i] != 0f)
                {
                    // Safetensors and plain GGUF keep every bit; blocks are encoded again, from their own codes.
                    Math.Abs(numbers[i] - was[i]).ShouldBeLessThanOrEqualTo(file.Contains(".q", StringComparison.Ordinal) ? scale / 100 : 0f, $"{matrix}, {i}");
                }
            }

            zeros += numbers.Count(value => value == 0f);
            (numbers.Count(value => value == 0f) >= numbers.Length / 2).ShouldBeTrue(matrix);
        }

        report.Removed.ShouldBe(before.Values.Sum(matrix => (long)matrix.Length / 2));
        zeros.ShouldBeGreaterThanOrEqualTo(report.Removed);
        report.SizeAfter.NonZero.ShouldBeLessThan(report.SizeBefore.NonZero);
        report.SizeAfter.Parameters.ShouldBe(report.SizeBefore.Parameters);
        report.SizeAfter.DeflatedBytes.ShouldBeLessThan(report.SizeBefore.DeflatedBytes);
        report.Quality.Undefined.ShouldBe("no held-out text was given");
    }

    [Theory]
    [InlineData(ElementFormat.Q8_0)]
    [InlineData(ElementFormat.F16)]
    public void Zeros_stay_zeros_through_the_quantiser(ElementFormat format)
    {
        new PruningJob(_team, TimeProvider.System).Run(ModelFolder.Open(TestData.Require("models/kit/llama")), Half, null, _folder.In("out"));
        using (var source = GgufSource.Open(ModelFolder.Open(_folder.In("out")), withVocabulary: false))
        {
            new Quantizer(_team).Write(source, new QuantizationOptions { Format = format, IsPure = true }, _folder.In("out.gguf"));
        }

        var (before, after) = (Matrices(ModelFolder.Open(_folder.In("out"))), Matrices(ModelFolder.Open(_folder.In("out.gguf"))));
        foreach (var (name, numbers) in before)
        {
            for (var i = 0; i < numbers.Length; i++)
            {
                (numbers[i] != 0f || after[name][i] == 0f).ShouldBeTrue($"{name}, {i}");
            }
        }
    }

    [Fact]
    public void With_a_text_quality_is_measured_with_intervals_and_both_methods_are_compared()
    {
        var text = File.ReadAllText(TestData.Require("data/tinystories-sample/stories_a.txt"))[..60_000];
        var source = ModelFolder.Open(TestData.Require("models/stories260K/derived-hf"));
        var options = new PruningOptions { Sparsity = Sparsity.OfShare(0.5) };

        var report = new PruningJob(_team, TimeProvider.System).Run(source, options, new PruningText { Calibration = text, Samples = 24 }, _folder.In("out"));

        var quality = report.Quality.Value.ShouldNotBeNull();
        quality.PerplexityBefore.ShouldBeInRange(3, 12);
        quality.PerplexityAfter.ShouldBeGreaterThan(quality.PerplexityBefore);
        var difference = quality.DifferenceInterval.ShouldNotBeNull();
        quality.Difference.ShouldBeInRange(difference.Low, difference.High);
        difference.Low.ShouldBeGreaterThan(0);
        quality.Difference.ShouldBe(Math.Log(quality.PerplexityAfter) - Math.Log(quality.PerplexityBefore), 1e-9);
        report.OtherMethod.Value.ShouldNotBeNull().After.ShouldBe(quality.After);
        report.CalibrationTokens.ShouldBe(24 * 256);

        // The written model, run by the engine, is the one that was measured.
        using var before = ModelLoader.LoadDecoder(source, new DecoderOptions { Team = _team });
        using var after = ModelLoader.LoadDecoder(ModelFolder.Open(_folder.In("out")), new DecoderOptions { Team = _team });
        var ids = new List<int>();
        ModelLoader.LoadTokenizer(source.Path).Encode(text, true, false, ids);
        var measured = DivergenceMeter.Measure(before, after, ids.GetRange(ids.Count - 2048, 2048), null, 256, _team);
        Math.Log(measured.PerplexityAfter).ShouldBe(quality.After, 0.4); // Other windows of the same kind of text.
        File.ReadAllText(_folder.In("out", "README.md")).ShouldContain("at the same sparsity", Case.Insensitive);
        File.Exists(_folder.In("out", "pruning.json")).ShouldBeTrue();
        File.Exists(_folder.In("out", "tokenizer.model")).ShouldBeTrue();
    }

    [Fact]
    public void The_files_are_the_same_for_any_number_of_threads()
    {
        var text = new PruningText { Calibration = File.ReadAllText(TestData.Require("data/tinystories-sample/stories_a.txt"))[..20_000] };
        var source = ModelFolder.Open(TestData.Require("models/stories260K/derived-hf"));
        using var three = new ThreadTeam(3);
        using var one = new ThreadTeam(1);
        var options = new PruningOptions { Sparsity = Sparsity.Parse("2:4") };

        new PruningJob(one, TimeProvider.System).Run(source, options, text, _folder.In("one"));
        new PruningJob(three, TimeProvider.System).Run(source, options, text, _folder.In("three"));

        File.ReadAllBytes(_folder.In("three", "model.safetensors")).ShouldBe(File.ReadAllBytes(_folder.In("one", "model.safetensors")));
    }

    [Fact]
    public void A_folder_that_holds_something_is_refused_and_left_alone()
    {
        Directory.CreateDirectory(_folder.In("out"));
        File.WriteAllText(_folder.In("out", "mine.txt"), "mine");

        var error = Should.Throw<TrainingException>(() => new PruningJob(_team, TimeProvider.System).Run(ModelFolder.Open(TestData.Require("models/kit/llama")), Half, null, _folder.In("out")));

        error.Code.ShouldBe("TRN0454");
        Directory.GetFileSystemEntries(_folder.In("out")).Length.ShouldBe(1);
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        File.WriteAllText(_folder.In("file"), "");

        Should.Throw<TrainingException>(() => new PruningJob(_team, TimeProvider.System).Run(ModelFolder.Open(TestData.Require("models/kit/llama")), Half, null, _folder.In("file", "out"))).Code.ShouldBe("TRN0455");
    }

    [Fact]
    public void A_run_that_is_cancelled_leaves_nothing()
    {
        Should.Throw<OperationCanceledException>(() => new PruningJob(_team, TimeProvider.System)
            .Run(ModelFolder.Open(TestData.Require("models/kit/llama")), Half, null, _folder.In("out"), cancellationToken: new CancellationToken(canceled: true)));

        Directory.GetFileSystemEntries(_folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void A_text_of_a_few_tokens_is_refused() =>
        Should.Throw<TrainingException>(() => new PruningJob(_team, TimeProvider.System).Run(
            ModelFolder.Open(TestData.Require("models/stories260K/derived-hf")), Half, new PruningText { Calibration = "Hi" }, _folder.In("out"))).Code.ShouldBe("TRN0452");

    [Fact]
    public void A_form_without_an_exact_zero_becomes_Q8_0()
    {
        var frame = SmallModel.Write(_folder.In("small.gguf"));
        using (var source = GgufSource.OpenFile(frame))
        {
            new Quantizer(_team).Write(source, new QuantizationOptions { Format = ElementFormat.Q4_K, IsPure = true }, _folder.In("k.gguf"));
        }

        using var packed = GgufSource.OpenFile(_folder.In("k.gguf"));
        ModelRewriter.MainFormat(packed).ShouldBe(ElementFormat.Q8_0);
    }

    private static Dictionary<string, float[]> Matrices(ModelFolder folder)
    {
        using var pool = new TensorPool();
        using var weights = folder.OpenWeights();
        using var model = TrainableDecoder.FromWeights(weights, ModelLoader.ReadConfiguration(folder), pool);
        return model.Matrices.Where(matrix => matrix.Layer is not null).ToDictionary(matrix => matrix.Parameter.Name, matrix => matrix.Parameter.Value.Span.ToArray());
    }
}
