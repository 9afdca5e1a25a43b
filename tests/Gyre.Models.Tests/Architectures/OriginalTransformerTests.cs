using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Tests.Architectures;

/// <summary>No file of a reference has this network: it is held against its own formulas, its other executor and a task.</summary>
public sealed class OriginalTransformerTests
{
    private const int Start = 1;
    private const int End = 2;

    [Fact]
    public void Engine_and_tape_compute_the_same_loss()
    {
        using var trained = new TrainedPairModel(Small(), seed: 11);
        int[][] sources = [[5, 6, 7, 8, 9, End], [4, End]];
        int[][] answers = [[Start, 9, 8, 7, End], [Start, 4, End]];
        var losses = Logprobs(trained, sources, answers);
        trained.Loss(sources, answers).ShouldBe(-losses.Average(), 1e-4);
    }

    [Fact]
    public void The_loss_rises_along_its_gradient_as_steeply_as_the_gradient_is_long()
    {
        using var trained = new TrainedPairModel(Small(), seed: 12);
        int[][] sources = [[5, 6, 7, 8, 9, End], [4, End]];
        int[][] answers = [[Start, 9, 8, 7, End], [Start, 4, End]];
        var (norm, slope) = trained.SlopeAlongGradient(sources, answers);
        slope.ShouldBe(norm, 0.01 * norm);
    }

    /// <summary>(1 − ε)·cross-entropy + ε·the mean of −log p over all ids, from the engine's logits in double precision.</summary>
    [Fact]
    public void A_smoothed_loss_mixes_in_the_mean_over_all_ids()
    {
        using var trained = new TrainedPairModel(Small(), seed: 13);
        int[][] sources = [[5, 6, 7, End], [4, End]];
        int[][] answers = [[Start, 9, 8, End], [Start, 4, End]];
        var vocabulary = trained.Model.Configuration.VocabularySize;
        var expected = 0.0;
        var count = 0;
        Run(trained, sources, answers, (answer, logits) =>
        {
            for (var t = 0; t + 1 < answer.Length; t++, count++)
            {
                var row = logits.AsSpan(t * vocabulary, vocabulary).ToArray();
                var logprobs = Enumerable.Range(0, vocabulary).Select(id => Architectures.Logprobs.Of(row, id)).ToArray();
                expected -= (0.9 * logprobs[answer[t + 1]]) + (0.1 * logprobs.Average());
            }
        });
        trained.Model.LabelSmoothing = 0.1f;
        trained.Loss(sources, answers).ShouldBe(expected / count, 1e-4);
        var (norm, slope) = trained.SlopeAlongGradient(sources, answers);
        slope.ShouldBe(norm, 0.01 * norm);
    }

    /// <summary>Two vocabularies of unequal size, through a saved folder.</summary>
    [Fact]
    public void Engine_and_tape_compute_the_same_loss_with_a_vocabulary_for_each_language()
    {
        var configuration = Small() with { SharesEmbeddings = false, SourceVocabularySize = 19 };
        var read = EncoderDecoderConfiguration.FromHuggingFace(configuration.ToHuggingFace(), "config.json");
        (read with { EndTokenIds = configuration.EndTokenIds }).ShouldBe(configuration);
        read.EndTokenIds.ShouldBe(configuration.EndTokenIds);
        using var trained = new TrainedPairModel(configuration, seed: 15);
        int[][] sources = [[5, 16, 17, 18, 9, End], [14, End]];
        int[][] answers = [[Start, 9, 8, 7, End], [Start, 4, End]];
        trained.Loss(sources, answers).ShouldBe(-Logprobs(trained, sources, answers).Average(), 1e-4);
        var (norm, slope) = trained.SlopeAlongGradient(sources, answers);
        slope.ShouldBe(norm, 0.01 * norm);
        trained.Model.Parameters.Select(parameter => parameter.Name).Take(2).ShouldBe(["encoder.embed_tokens.weight", "decoder.embed_tokens.weight"]);
    }

    /// <summary>The cross-entropy of the softmax taken for logits, from the engine's logits in double precision.</summary>
    [Fact]
    public void A_loss_normalised_twice_takes_softmaxes_for_logits()
    {
        using var trained = new TrainedPairModel(Small(), seed: 16);
        int[][] sources = [[5, 6, 7, End], [4, End]];
        int[][] answers = [[Start, 9, 8, End], [Start, 4, End]];
        var vocabulary = trained.Model.Configuration.VocabularySize;
        var (expected, count) = (0.0, 0);
        Run(trained, sources, answers, (answer, logits) =>
        {
            for (var t = 0; t + 1 < answer.Length; t++, count++)
            {
                var row = logits.AsSpan(t * vocabulary, vocabulary).ToArray();
                float[] shares = [.. Enumerable.Range(0, vocabulary).Select(id => (float)Math.Exp(Architectures.Logprobs.Of(row, id)))];
                expected -= Architectures.Logprobs.Of(shares, answer[t + 1]);
            }
        });
        trained.Model.NormalizesTwice = true;
        trained.Loss(sources, answers).ShouldBe(expected / count, 1e-4);
        var (norm, slope) = trained.SlopeAlongGradient(sources, answers, rise: 3e-4);
        slope.ShouldBe(norm, 0.01 * norm);
    }

    [Fact]
    public void Without_a_mask_a_token_s_loss_depends_on_the_ones_behind_it()
    {
        using var trained = new TrainedPairModel(Small(), seed: 17);
        Change().ShouldBe(0);
        trained.Model.SeesAhead = true;
        Change().ShouldBeGreaterThan(1e-4);

        // The first token's logits before two answers that differ in their last token alone.
        double Change()
        {
            using var tape = new Gyre.Tensors.Autodiff.Tape(trained.Team, trained.Pool, isRecording: false);
            var (first, second) = (First(tape, [Start, 9, 8, 5]), First(tape, [Start, 9, 8, 6]));
            return first.Zip(second, (a, b) => Math.Abs((double)a - b)).Max();
        }

        float[] First(Gyre.Tensors.Autodiff.Tape tape, int[] answer)
        {
            var batch = new PairBatch { Sources = [5, 6, End], SourceLengths = [3], Inputs = answer, Targets = answer, Rows = 1 };
            return trained.Model.Logits(tape, in batch).Span[..trained.Model.Configuration.VocabularySize].ToArray();
        }
    }

    /// <summary>Section 3.5's formula, taken literally.</summary>
    [Fact]
    public void Positions_are_interleaved_sines_and_cosines()
    {
        var positions = new SinusoidalPositions(Count: 50, Width: 6, IsInterleaved: true);
        var rows = new float[50 * 6];
        positions.Fill(rows);
        for (var position = 0; position < 50; position++)
        {
            for (var i = 0; i < 3; i++)
            {
                var angle = position / Math.Pow(10_000, 2.0 * i / 6);
                ((double)rows[(position * 6) + (2 * i)]).ShouldBe(Math.Sin(angle), 1e-6);
                ((double)rows[(position * 6) + (2 * i) + 1]).ShouldBe(Math.Cos(angle), 1e-6);
            }
        }
    }

    [Fact]
    public void It_learns_to_reverse_short_texts()
    {
        using var trained = new TrainedPairModel(Small(), seed: 14);
        var random = new Gyre.Contracts.SeededRandom(5);
        var optimizer = new ReferenceAdamW(trained.Model.Parameters, System.Text.Json.Nodes.JsonNode.Parse("""{"lr":0.003,"betas":[0.9,0.98],"eps":1e-9,"weight_decay":0}""")!);
        var (first, last) = (0.0, 0.0);
        for (var step = 0; step < 150; step++)
        {
            var texts = Enumerable.Range(0, 16).Select(_ => Enumerable.Range(0, 4).Select(_ => 3 + (int)(random.NextUInt64() % 6)).ToArray()).ToArray();
            int[][] sources = [.. texts.Select(text => (int[])[.. text, End])];
            int[][] answers = [.. texts.Select(text => (int[])[Start, .. text.Reverse(), End])];
            last = trained.Step(sources, answers);
            first = step == 0 ? last : first;
            optimizer.Step();
        }

        first.ShouldBeGreaterThan(2);
        last.ShouldBeLessThan(0.35 * first);
    }

    private static EncoderDecoderConfiguration Small() => EncoderDecoderConfiguration.FromHuggingFace(
        """
        {"model_type":"transformer","vocab_size":12,"d_model":24,"num_layers":2,"num_heads":3,"d_ff":40,
         "max_position_embeddings":32,"decoder_start_token_id":1,"eos_token_id":2,"pad_token_id":0}
        """,
        "config.json");

    /// <summary>The log-probabilities of all answers' tokens by the engine, through a saved folder.</summary>
    private static List<double> Logprobs(TrainedPairModel trained, int[][] sources, int[][] answers)
    {
        var all = new List<double>();
        var vocabulary = trained.Model.Configuration.VocabularySize;
        Run(trained, sources, answers, (answer, logits) => all.AddRange(Architectures.Logprobs.OfFollowing(logits, answer, vocabulary).Select(value => (double)value)));
        return all;
    }

    private static void Run(TrainedPairModel trained, int[][] sources, int[][] answers, Action<int[], float[]> look)
    {
        var folder = Directory.CreateTempSubdirectory("gyre-transformer-").FullName;
        try
        {
            trained.Model.Save(folder);
            using var weights = SafetensorsFolder.Open(folder);
            using var team = new ThreadTeam(2);
            using var model = EncoderDecoderLoader.Load(weights, trained.Model.Configuration, new DecoderOptions { Team = team });
            for (var i = 0; i < sources.Length; i++)
            {
                using var read = model.Read([sources[i]])[0];
                using var session = model.CreateSession(read, answers[i].Length);
                var logits = new float[answers[i].Length * model.VocabularySize];
                session.ForwardAll(answers[i], logits);
                look(answers[i], logits);
            }
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
