using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Tests.Architectures;

public sealed class TrainableEncoderTests : IDisposable
{
    private const int Ignored = -100;
    private readonly ThreadTeam _team = new(2);
    private readonly TensorPool _pool = new();

    public void Dispose()
    {
        _pool.Dispose();
        _team.Dispose();
    }

    /// <summary>The reference's own loss over a padded batch, and the lengths of the gradients that it lists.</summary>
    [Fact]
    public void Loss_and_gradients_of_masked_words_equal_the_reference()
    {
        using var golden = new EncoderGolden("bert-mlm");
        using var model = Open(golden);
        using var tape = new Tape(_team, _pool, isRecording: true);
        var loss = Record(tape, model, golden);
        ((double)loss.Span[0]).ShouldBe((double)golden.Json["training"]!["loss_f64"]!, 1e-4);
        tape.Backward(loss);
        var norms = golden.Json["training"]!["grad_l2_f64"]!.AsObject();
        norms.Count.ShouldBe(model.Parameters.Count);
        foreach (var parameter in model.Parameters)
        {
            var norm = Math.Sqrt(parameter.Value.Gradient!.ToArray().Sum(value => (double)value * value));
            norm.ShouldBe((double)norms[parameter.Name]!, 2e-3, parameter.Name);
        }
    }

    [Theory]
    [InlineData("bert-mlm")]
    [InlineData("bert-tokcls")]
    [InlineData("distilbert")]
    [InlineData("roberta")]
    [InlineData("bert-seqcls")]
    [InlineData("distilbert-seqcls")]
    [InlineData("roberta-seqcls")]
    public void The_loss_of_the_tape_is_the_cross_entropy_of_the_engine_s_logits(string folder)
    {
        using var golden = new EncoderGolden(folder);
        using var model = Open(golden);
        using var loaded = LoadedEncoder.Open("models/kit/" + folder);
        using var tape = new Tape(_team, _pool, isRecording: false);
        var labels = Targets(golden, model.Configuration.Head);
        var losses = new List<double>();
        for (var row = 0; row < golden.Sequences.Length; row++)
        {
            var logits = loaded.ResultsOf(EncoderOutput.Head, golden.Sequences[row], golden.Types[row]).Chunk(loaded.Encoder.WidthOf(EncoderOutput.Head)).ToArray();
            for (var token = 0; token < labels[row].Length; token++)
            {
                if (labels[row][token] != Ignored)
                {
                    losses.Add(-Logprobs.Of(logits[token], labels[row][token]));
                }
            }
        }

        ((double)Record(tape, model, golden).Span[0]).ShouldBe(losses.Average(), 1e-4);
    }

    [Fact]
    public void Recomputing_layers_changes_no_bit_of_the_gradients()
    {
        using var golden = new EncoderGolden("bert-mlm");
        using var model = Open(golden);
        var plain = Gradients();
        model.ActivationCheckpointing = true;
        Gradients().ShouldBe(plain);

        float[][] Gradients()
        {
            using var tape = new Tape(_team, _pool, isRecording: true);
            tape.Backward(Record(tape, model, golden));
            var gradients = model.Parameters.Select(parameter => parameter.Value.Gradient!.ToArray()).ToArray();
            foreach (var parameter in model.Parameters)
            {
                parameter.Value.ZeroGradient();
            }

            return gradients;
        }
    }

    [Fact]
    public void A_saved_model_is_loaded_with_the_same_results()
    {
        var folder = Directory.CreateTempSubdirectory("gyre-encoder-").FullName;
        try
        {
            using var golden = new EncoderGolden("roberta-seqcls");
            using (var model = Open(golden))
            {
                model.Save(folder);
            }

            using var weights = SafetensorsFolder.Open(folder);
            var configuration = EncoderConfiguration.FromHuggingFace(File.ReadAllText(Path.Combine(folder, "config.json")), "config.json");
            using var encoder = EncoderLoader.Load(weights, configuration, new EncoderOptions { Team = _team });
            var batch = new EncoderBatch();
            batch.Add(golden.Sequences[1], golden.Types[1], 0);
            encoder.Run(batch, EncoderOutput.Head);
            LlamaDecoderTests.Close(batch.Row(0, 0), golden.OfSequence("logits", 1), golden.Tolerance);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void Losses_that_cannot_be_are_refused()
    {
        using var golden = new EncoderGolden("bert-mlm");
        using var model = Open(golden);
        using var tape = new Tape(_team, _pool, isRecording: false);
        Should.Throw<ArgumentException>(() => model.Loss(tape, [1, 2, 3], [], [], [1, 2, 3], 2, 1));
        Should.Throw<ArgumentException>(() => model.Loss(tape, [1, 2], [], [], [Ignored, Ignored], 2, 1)).Message.ShouldContain("no target counts");
        Should.Throw<ArgumentException>(() => model.Loss(tape, [1, 2], [0], [], [1, 2], 2, 1));
        Should.Throw<ArgumentOutOfRangeException>(() => model.Loss(tape, [1, 2], [], [3], [1, 2], 2, 1));
        using var answers = new EncoderGolden("bert-qa");
        using var other = Open(answers);
        Should.Throw<NotSupportedException>(() => other.Loss(tape, [1, 2], [], [], [1, 2], 2, 1));
    }

    private static int[][] Targets(EncoderGolden golden, EncoderHead head) => head == EncoderHead.SequenceLabels
        ? [.. golden.Labels("loss.labels")[0].Select(label => new[] { label })]
        : [.. golden.Labels("loss.labels").Select((labels, i) => labels[..golden.Sequences[i].Length])];

    private static Tensor Record(Tape tape, TrainableEncoder model, EncoderGolden golden)
    {
        var length = golden.PaddedLength;
        var isOfRows = model.Configuration.Head == EncoderHead.SequenceLabels;
        var labels = Targets(golden, model.Configuration.Head);
        int[] targets = [.. labels.SelectMany(row => isOfRows ? row : Padded(row, length, Ignored))];
        return model.Loss(
            tape,
            [.. golden.Sequences.SelectMany(ids => Padded(ids, length, 0))],
            [.. golden.Types.SelectMany(types => Padded(types, length, 0))],
            [.. golden.Sequences.Select(ids => ids.Length)],
            targets,
            length,
            1f / targets.Count(target => target != Ignored));
    }

    private static int[] Padded(int[] row, int length, int filling) => [.. row, .. Enumerable.Repeat(filling, length - row.Length)];

    private TrainableEncoder Open(EncoderGolden golden)
    {
        using var weights = SafetensorsFolder.Open(golden.Path);
        var path = Path.Combine(golden.Path, "config.json");
        return TrainableEncoder.FromWeights(weights, EncoderConfiguration.FromHuggingFace(File.ReadAllText(path), path), _pool);
    }
}
