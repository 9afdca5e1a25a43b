using Gyre.Models.Architectures;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;
using Gyre.Training.Loop;

namespace Gyre.Training.Tests.Loop;

public class MemoryEstimateTests
{
    [Theory]
    [InlineData(96, 4, 4, 2, 256, 512, 8, 64, false)]
    [InlineData(96, 4, 4, 2, 256, 512, 8, 64, true)]
    [InlineData(64, 8, 2, 2, 160, 300, 4, 128, false)]
    [InlineData(128, 2, 8, 4, 320, 2000, 16, 32, false)]
    public void It_is_near_what_a_step_takes(int width, int layers, int heads, int keyHeads, int inner, int vocabulary, int rows, int length, bool recomputes)
    {
        var configuration = new DecoderConfiguration
        {
            Architecture = "llama", VocabularySize = vocabulary, HiddenSize = width, IntermediateSize = inner, Layers = layers, Heads = heads, KeyValueHeads = keyHeads,
            HeadWidth = width / heads, ContextLength = length, NormEpsilon = 1e-5f, Rotary = new RotaryOptions { Theta = 10_000 }, TieEmbeddings = true, EndTokenIds = [0],
        };
        using var team = new ThreadTeam(1);
        using var pool = new TensorPool();
        using var model = new TrainableDecoder(configuration, pool, 1) { ActivationCheckpointing = recomputes };
        using var tape = new Tape(team, pool, isRecording: true);
        var ids = Enumerable.Range(0, rows * length).Select(i => i % vocabulary).ToArray();
        tape.Backward(model.Loss(tape, ids, ids, [], rows, length, 1f / ids.Length));
        var numbers = model.Parameters.Sum(parameter => (long)parameter.Value.Length);

        var estimate = MemoryEstimate.Of(configuration, numbers * sizeof(float), numbers, 0, (long)rows * length, recomputes);

        ((double)estimate.TotalBytes / pool.PeakBytes).ShouldBeInRange(0.75, 1.4);
    }

    [Fact]
    public void A_run_that_cannot_fit_is_refused_with_what_to_do()
    {
        var estimate = new MemoryEstimate(3L << 30, 3L << 30, 6L << 30, 1L << 30);

        estimate.RequireFits(13L << 30);
        var error = Should.Throw<TrainingException>(() => estimate.RequireFits((13L << 30) - 1));
        error.Code.ShouldBe("TRN0307");
        error.Message.ShouldContain("13.0 GiB");
        error.Message.ShouldContain("batch.activation_checkpointing");
    }
}
