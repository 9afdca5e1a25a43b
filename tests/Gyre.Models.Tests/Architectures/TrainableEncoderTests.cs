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

    /// <summary>The reference's loss also lets the padding of a row be an answer; over its own logits the formula gives its loss, over the tokens alone ours.</summary>
    [Fact]
    public void The_loss_of_answer_spans_is_the_reference_s_over_the_tokens_that_count()
    {
        using var golden = new EncoderGolden("bert-qa");
        using var model = Open(golden);
        using var tape = new Tape(_team, _pool, isRecording: false);
        var (starts, ends) = Spans(golden);
        var (own, reference) = (0.0, 0.0);
        for (var row = 0; row < starts.Length; row++)
        {
            own += Of(golden.OfTokens("start_logits", row), starts[row]) + Of(golden.OfTokens("end_logits", row), ends[row]);
            reference += Of(golden.OfSequence("start_logits", row), starts[row]) + Of(golden.OfSequence("end_logits", row), ends[row]);
        }

        (reference / (2 * starts.Length)).ShouldBe((double)golden.Json["loss"]!, 1e-9);
        ((double)RecordSpans(tape, model, golden).Span[0]).ShouldBe(own / (2 * starts.Length), 1e-4);

        static double Of(ReadOnlySpan<double> logits, int wanted)
        {
            var sum = 0.0;
            foreach (var logit in logits)
            {
                sum += Math.Exp(logit);
            }

            return Math.Log(sum) - logits[wanted];
        }
    }

    [Fact]
    public void The_loss_of_answer_spans_rises_along_its_gradient_as_steeply_as_the_gradient_is_long()
    {
        using var golden = new EncoderGolden("bert-qa");
        using var model = Open(golden);
        using var tape = new Tape(_team, _pool, isRecording: true);
        tape.Backward(RecordSpans(tape, model, golden));
        var gradients = model.Parameters.Select(parameter => parameter.Value.Gradient!.ToArray()).ToArray(); // Every weight has one after a backward pass.
        var norm = Math.Sqrt(gradients.Sum(gradient => gradient.Sum(value => (double)value * value)));
        var step = 5e-4 / norm;
        ((Moved(step) - Moved(-step)) / (2 * step)).ShouldBe(norm, 0.01 * norm);

        double Moved(double distance)
        {
            using var moved = Open(golden);
            using var measuring = new Tape(_team, _pool, isRecording: false);
            for (var p = 0; p < gradients.Length; p++)
            {
                moved.Parameters[p].Value.CopyFrom([.. moved.Parameters[p].Value.ToArray().Select((value, i) => (float)(value + (distance * gradients[p][i] / norm)))]);
            }

            return RecordSpans(measuring, moved, golden).Span[0];
        }
    }

    [Theory]
    [InlineData("bert-mlm", EncoderHead.AnswerSpan, "qa_outputs")]
    [InlineData("bert-mlm", EncoderHead.SequenceLabels, "classifier")]
    [InlineData("bert-qa", EncoderHead.TokenLabels, "classifier")]
    [InlineData("bert", EncoderHead.AnswerSpan, "qa_outputs")]
    [InlineData("distilbert", EncoderHead.SequenceLabels, "classifier")]
    [InlineData("roberta", EncoderHead.SequenceLabels, "classifier")]
    public void A_new_head_stands_on_the_file_s_body_and_may_be_trained_alone(string folder, EncoderHead head, string module)
    {
        using var golden = new EncoderGolden(folder);
        using var weights = SafetensorsFolder.Open(golden.Path);
        var path = Path.Combine(golden.Path, "config.json");
        var configuration = EncoderConfiguration.FromHuggingFace(File.ReadAllText(path), path) with { Head = head, Labels = head == EncoderHead.AnswerSpan ? [] : ["a", "b"] };
        using var model = TrainableEncoder.Transfer(weights, configuration, _pool, seed: 3);
        using var same = TrainableEncoder.Transfer(weights, configuration, _pool, seed: 3);
        model.Weights.Select(weight => weight.Value.ToArray()).ShouldBe(same.Weights.Select(weight => weight.Value.ToArray()));
        var words = model.Weights[0];
        weights.TryGet(words.Name, out var stored);
        if (stored is not null)
        {
            stored.Shape.ShouldBe([.. words.Value.Shape.ToArray().Select(size => (long)size)]);
        }

        model.FreezeBody();
        model.Parameters.ShouldNotBeEmpty();
        model.Parameters.Count.ShouldBeLessThan(model.Weights.Count);
        model.Parameters.ShouldContain(parameter => parameter.Name.StartsWith(module, StringComparison.Ordinal));
        using var tape = new Tape(_team, _pool, isRecording: true);
        var body = words.Value.ToArray();
        tape.Backward(head switch
        {
            EncoderHead.AnswerSpan => model.SpanLoss(tape, golden.Sequences[0], golden.Types[0], [], [1], [2], golden.Sequences[0].Length, 1),
            EncoderHead.SequenceLabels => model.Loss(tape, golden.Sequences[0], golden.Types[0], [], [1], golden.Sequences[0].Length, 1),
            _ => model.Loss(tape, golden.Sequences[0], golden.Types[0], [], [.. golden.Sequences[0].Select(_ => 1)], golden.Sequences[0].Length, 1),
        });
        words.Value.Gradient.ShouldBeNull();
        words.Value.ToArray().ShouldBe(body);
        model.Parameters.ShouldAllBe(parameter => parameter.Value.Gradient != null);
    }

    [Fact]
    public void A_body_that_lacks_a_weight_is_refused_with_any_head()
    {
        using var golden = new EncoderGolden("bert-mlm");
        using var weights = SafetensorsFolder.Open(golden.Path);
        var path = Path.Combine(golden.Path, "config.json");
        var configuration = EncoderConfiguration.FromHuggingFace(File.ReadAllText(path), path) with { Head = EncoderHead.AnswerSpan, Layers = 9 };
        var error = Should.Throw<ModelException>(() => TrainableEncoder.Transfer(weights, configuration, _pool, seed: 3));
        error.Code.ShouldBe("RUN0403");
        error.Message.ShouldContain("encoder.layer.");
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
        Should.Throw<NotSupportedException>(() => model.SpanLoss(tape, [1, 2], [], [], [0], [0], 2, 1));
        Should.Throw<ArgumentOutOfRangeException>(() => other.SpanLoss(tape, [1, 2, 3], [], [2], [1], [2], 3, 1)).Message.ShouldContain("2 tokens");
        Should.Throw<ArgumentOutOfRangeException>(() => other.SpanLoss(tape, [1, 2, 3], [], [], [2], [1], 3, 1));
        Should.Throw<ArgumentOutOfRangeException>(() => other.SpanLoss(tape, [1, 2, 3], [], [], [-1], [1], 3, 1));
        Should.Throw<ArgumentException>(() => other.SpanLoss(tape, [1, 2, 3], [], [], [Ignored], [Ignored], 3, 1)).Message.ShouldContain("no row counts");
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

    private static (int[] Starts, int[] Ends) Spans(EncoderGolden golden) => (golden.Labels("loss.start_positions")[0], golden.Labels("loss.end_positions")[0]);

    private static Tensor RecordSpans(Tape tape, TrainableEncoder model, EncoderGolden golden)
    {
        var (starts, ends) = Spans(golden);
        return model.SpanLoss(
            tape,
            [.. golden.Sequences.SelectMany(ids => Padded(ids, golden.PaddedLength, 0))],
            [.. golden.Types.SelectMany(types => Padded(types, golden.PaddedLength, 0))],
            [.. golden.Sequences.Select(ids => ids.Length)],
            starts,
            ends,
            golden.PaddedLength,
            1f / starts.Length);
    }

    private static int[] Padded(int[] row, int length, int filling) => [.. row, .. Enumerable.Repeat(filling, length - row.Length)];

    private TrainableEncoder Open(EncoderGolden golden)
    {
        using var weights = SafetensorsFolder.Open(golden.Path);
        var path = Path.Combine(golden.Path, "config.json");
        return TrainableEncoder.FromWeights(weights, EncoderConfiguration.FromHuggingFace(File.ReadAllText(path), path), _pool);
    }
}
