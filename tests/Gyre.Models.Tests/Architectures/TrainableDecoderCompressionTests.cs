using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

/// <summary>Losses against a teacher, and matrices as they will be stored.</summary>
public sealed class TrainableDecoderCompressionTests : IDisposable
{
    private static readonly int[] Tokens = [5, 9, 100, 3, 7, 7, 20, 41];
    private static readonly int[] Targets = [9, Tape.IgnoredTarget, 3, 8, 7, 20, 41, 1];

    private readonly ThreadTeam _team = new(2);
    private readonly TensorPool _pool = new();
    private readonly Tape _recording;
    private readonly Tape _plain;

    public TrainableDecoderCompressionTests() =>
        (_recording, _plain) = (new Tape(_team, _pool, isRecording: true), new Tape(_team, _pool, isRecording: false));

    public void Dispose()
    {
        _plain.Dispose();
        _recording.Dispose();
        _pool.Dispose();
        _team.Dispose();
    }

    [Theory]
    [InlineData("llama")]
    [InlineData("gpt2")]
    [InlineData("gemma2")] // Capped logits.
    [InlineData("phi")] // An output layer with a bias.
    public void The_loss_against_a_teacher_is_that_of_whole_logits(string name)
    {
        using var teacher = Load(name);
        using var student = new TrainableDecoder(teacher.Configuration with { Layers = 1, SlidingLayers = [.. teacher.Configuration.SlidingLayers.Take(1)], InitialDeviation = 0.2f }, _pool, 4);
        var options = new DistillationOptions { Temperature = 2f, LabelShare = 0.3f };
        Span<double> parts = stackalloc double[2];

        var loss = student.DistillationLoss(_recording, teacher, _plain, Tokens, Targets, [], 2, 4, in options, 1f / 7, parts);
        _recording.Backward(loss);
        var (value, gradients) = (loss.Span[0], Gradients(student));
        _recording.Reset();
        _plain.Reset();
        var logits = student.Logits(_recording, Tokens, [], 2, 4);
        var whole = _recording.Distillation(logits, teacher.Logits(_plain, Tokens, [], 2, 4), Targets, in options);
        _recording.Backward(whole);

        value.ShouldBe(whole.Span[0], 1e-5f);
        ((0.7 * parts[0]) + (0.3 * parts[1])).ShouldBe(value, 1e-5);
        foreach (var (first, second) in gradients.Zip(Gradients(student)))
        {
            for (var i = 0; i < first.Length; i++)
            {
                first[i].ShouldBe(second[i], 2e-5f);
            }
        }

        teacher.Parameters.ShouldAllBe(parameter => parameter.Value.Gradient == null);
    }

    [Fact]
    public void A_teacher_of_another_vocabulary_is_refused()
    {
        using var teacher = Load("llama");
        using var student = new TrainableDecoder(teacher.Configuration with { VocabularySize = 50 }, _pool, 4);

        Should.Throw<ArgumentException>(() => student.DistillationLoss(_recording, teacher, _plain, Tokens, Targets, [], 2, 4, new DistillationOptions(), 1f));
    }

    [Theory]
    [InlineData(ElementFormat.Q4_0)]
    [InlineData(ElementFormat.Q8_0)]
    public void Logits_in_training_for_an_encoding_are_those_of_the_model_stored_in_it(ElementFormat format)
    {
        using var model = Load("llama");
        var exact = model.Logits(_plain, Tokens, [], 1, 8).Span.ToArray();
        _plain.Reset();
        model.FakeQuantize(format).ShouldBeEmpty();

        var actual = model.Logits(_plain, Tokens, [], 1, 8).Span.ToArray();
        _plain.Reset();

        // Stored by the encoder, decoded by the decoder, run by the engine.
        using var stored = Stored(model, format);
        using var decoder = DecoderLoader.Load(stored, model.Configuration, new DecoderOptions { Team = _team, Format = ElementFormat.F32 });
        using var session = decoder.CreateSession(8);
        var expected = new float[actual.Length];
        session.ForwardAll(Tokens, expected);
        for (var i = 0; i < actual.Length; i++)
        {
            actual[i].ShouldBe(expected[i], 2e-4f * Math.Max(1, Math.Abs(expected[i])));
        }

        actual.Zip(exact, (left, right) => Math.Abs(left - right)).Max().ShouldBeGreaterThan(1e-3f);
        model.FakeQuantize(ElementFormat.F32);
        model.Logits(_plain, Tokens, [], 1, 8).Span.ToArray().ShouldBe(exact);
    }

    [Fact]
    public void Gradients_pass_the_rounding_as_if_it_were_not_there()
    {
        // Weights that the encoding holds exactly: the gradient must be that of the exact model.
        using var model = Load("llama");
        foreach (var matrix in model.Matrices.Where(matrix => matrix.Layer is not null))
        {
            var values = matrix.Parameter.Value.Span;
            var bytes = new byte[FormatTraits.LengthBytes(ElementFormat.Q8_0, values.Length)];
            Blocks.Quantise(ElementFormat.Q8_0, values, bytes);
            Blocks.Dequantise(ElementFormat.Q8_0, bytes, values);
        }

        _recording.Backward(model.Loss(_recording, Tokens, Targets, [], 1, 8, 1f));
        var exact = Gradients(model);
        _recording.Reset();
        model.FakeQuantize(ElementFormat.Q8_0);
        _recording.Backward(model.Loss(_recording, Tokens, Targets, [], 1, 8, 1f));

        foreach (var (first, second) in exact.Zip(Gradients(model)))
        {
            for (var i = 0; i < first.Length; i++)
            {
                second[i].ShouldBe(first[i], 1e-4f * Math.Max(1f, Math.Abs(first[i])));
            }
        }
    }

    [Fact]
    public void Matrices_that_do_not_fill_blocks_stay_exact_and_are_named()
    {
        using var model = Load("llama");

        model.FakeQuantize(ElementFormat.Q4_K).ShouldContain("model.layers.0.self_attn.q_proj.weight"); // Rows of 64.
        Should.Throw<ArgumentException>(() => model.FakeQuantize(ElementFormat.I8));
    }

    private static float[][] Gradients(TrainableDecoder model)
    {
        float[][] gradients = [.. model.Parameters.Select(parameter => parameter.Value.Gradient.ShouldNotBeNull().ToArray())];
        foreach (var parameter in model.Parameters)
        {
            parameter.Value.ZeroGradient();
        }

        return gradients;
    }

    private TrainableDecoder Load(string name)
    {
        var folder = ModelFolder.Open(TestData.Require("models/kit/" + name));
        using var weights = folder.OpenWeights();
        return TrainableDecoder.FromWeights(weights, ModelLoader.ReadConfiguration(folder), _pool);
    }

    /// <summary>The model's safetensors with the layers' matrices encoded and decoded.</summary>
    private static SafetensorsFolder Stored(TrainableDecoder model, ElementFormat format)
    {
        var inside = model.Matrices.Where(matrix => matrix.Layer is not null).Select(matrix => matrix.Parameter.Name).ToHashSet(StringComparer.Ordinal);
        var path = Directory.CreateTempSubdirectory("gyre-models-").FullName;
        var writer = new SafetensorsWriter();
        foreach (var parameter in model.Parameters)
        {
            var values = parameter.Value.Span.ToArray();
            if (inside.Contains(parameter.Name))
            {
                var bytes = new byte[FormatTraits.LengthBytes(format, values.Length)];
                Blocks.Quantise(format, values, bytes);
                Blocks.Dequantise(format, bytes, values);
            }

            writer.Add(parameter.Name, values, [.. parameter.Value.Shape.ToArray().Select(size => (long)size)]);
        }

        writer.Write(Path.Combine(path, "model.safetensors"));
        return SafetensorsFolder.Open(path);
    }
}
