using System.Text.Json.Nodes;

namespace Gyre.Models.Tests.Architectures;

public sealed class T5NetworkTests : EncoderDecoderTests
{
    protected override string[] Folders => ["t5", "flan-t5"];

    [Fact]
    public void Loss_and_gradients_of_a_training_batch_equal_the_reference()
    {
        foreach (var name in Folders)
        {
            using var loaded = LoadedPairModel.Open(name);
            using var trained = new TrainedPairModel(loaded.Folder);
            var golden = loaded.Golden["training"]!;
            var (sources, answers) = Batch(loaded);
            trained.Loss(sources, answers).ShouldBe((double)golden["loss_f64"]!, 1e-4, name);
            var gradients = trained.Gradients(sources, answers);
            for (var p = 0; p < gradients.Length; p++)
            {
                var parameter = trained.Model.Parameters[p].Name;
                var expected = (double)golden["grad_l2_f64"]![parameter]!;
                Math.Sqrt(gradients[p].Sum(value => (double)value * value)).ShouldBe(expected, 1e-3 * expected, $"{name}, {parameter}");
                if (loaded.Arrays.Has("train.grad." + parameter))
                {
                    Close(gradients[p], loaded.Arrays.Numbers("train.grad." + parameter), 1e-4, $"{name}, {parameter}");
                }
            }
        }
    }

    [Fact]
    public void Twenty_steps_lose_what_the_reference_loses()
    {
        foreach (var name in Folders)
        {
            using var loaded = LoadedPairModel.Open(name);
            using var trained = new TrainedPairModel(loaded.Folder);
            var golden = loaded.Golden["training"]!;
            var optimizer = new ReferenceAdamW(trained.Model.Parameters, golden["adamw"]!);
            var (sources, answers) = Batch(loaded);
            var losses = golden["adamw_losses_f64"]!.AsArray();
            for (var step = 0; step < losses.Count; step++)
            {
                // The tolerance is the kit's own: the reference's float32 run strays as well.
                trained.Step(sources, answers).ShouldBe((double)losses[step]!, (double)golden["tolerance"]!["float32_engine_loss_abs"]!, $"{name}, step {step}");
                optimizer.Step();
            }
        }
    }

    /// <summary>The reference shifts labels behind the start token; −100 fills them up.</summary>
    private static (int[][] Sources, int[][] Answers) Batch(LoadedPairModel loaded)
    {
        var labels = loaded.Arrays.Ids("train.labels").Select(row => row.TakeWhile(id => id != TrainedPairModel.Ignored));
        return (loaded.Real("train.input_ids", "train.attention_mask"), [.. labels.Select(row => (int[])[loaded.Configuration.StartTokenId, .. row])]);
    }
}
