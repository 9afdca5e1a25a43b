using Gyre.Models.Adapters.Training;
using Gyre.Models.Tests.Architectures;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Adapters.Training;

/// <summary>Adapters in training against float64 runs of the reference implementation: logits, loss, gradients and twenty steps (see each folder's SOURCE.md).</summary>
public sealed class TrainedAdapterGoldenTests
{
    public static TheoryData<string, string> All() => new()
    {
        { "llama", "peft-lora-llama" },
        { "llama", "peft-lora-llama-patterns" },
        { "llama", "peft-lora-llama-embed" },
        { "llama", "peft-rslora-llama" },
        { "llama", "peft-dora-llama" },
        { "llama", "peft-adalora-llama" },
        { "llama", "peft-ia3-llama" },
        { "gpt2", "peft-lora-gpt2" },
        { "gpt2", "peft-dora-gpt2" },
        { "gpt2", "peft-ia3-gpt2" },
        { "llama", "peft-prompt-llama" },
        { "llama", "peft-prefix-llama" },
        { "gpt2", "peft-prefix-gpt2" },
        { "gpt2", "peft-ptuning-gpt2" },
    };

    [Theory]
    [MemberData(nameof(All))]
    public void Logits_loss_and_gradients_equal_the_reference(string model, string adapter)
    {
        var (folder, golden, tolerance) = FamilyTests.Open(adapter);
        using var arrays = GoldenArrays.Open(folder);
        using var adapted = new AdaptedDecoder("models/kit/" + model);
        using var trained = TrainableAdapter.Load(folder, adapted.Model);
        trained.PredictsFirst = adapter.Contains("prompt", StringComparison.Ordinal) || adapter.Contains("ptuning", StringComparison.Ordinal); // As the golden's labels do.
        trained.Report().Trained.ShouldBe((long)golden["trainable_parameters"]!);
        adapted.Model.Parameters.ShouldBe(trained.Parameters);
        trained.Parameters.Sum(parameter => parameter.Value.Length).ShouldBe(trained.Report().Trained);
        var batch = AdaptedDecoder.Batch(arrays);
        var expected = arrays.Numbers("logits");
        var masks = arrays.Ids("attention_mask");
        var width = adapted.Configuration.VocabularySize;
        var virtualRows = (expected.Length / width / batch.Rows) - batch.Length; // Of prompts the golden has the virtual tokens' logits too.
        for (var row = 0; row < batch.Rows; row++)
        {
            var ids = batch.Inputs.AsSpan(row * batch.Length, masks[row].Sum()).ToArray();
            var logits = adapted.Logits(ids);
            FamilyTests.Close(logits, expected.AsSpan(((row * (batch.Length + virtualRows)) + virtualRows) * width, logits.Length), tolerance);
        }

        adapted.Accumulate(batch, trained).ShouldBe((double)golden["loss"]!, 1e-4);
        using var saved = new SavedGradients(trained);
        var compared = 0;
        foreach (var (name, norm) in golden["grad_l2"]!.AsObject())
        {
            var gradient = saved.Of(name);
            Math.Sqrt(gradient.Sum(value => (double)value * value)).ShouldBe((double)norm!, 2e-4 * (1 + (double)norm!), name);
            if (arrays.Has("grad." + name))
            {
                FamilyTests.Close(gradient, arrays.Numbers("grad." + name), 2e-4);
                compared++;
            }
        }

        compared.ShouldBeGreaterThan(0);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void Twenty_steps_have_the_reference_losses(string model, string adapter)
    {
        var (folder, golden, _) = FamilyTests.Open(adapter);
        using var arrays = GoldenArrays.Open(folder);
        using var adapted = new AdaptedDecoder("models/kit/" + model);
        using var trained = TrainableAdapter.Load(folder, adapted.Model);
        trained.PredictsFirst = adapter.Contains("prompt", StringComparison.Ordinal) || adapter.Contains("ptuning", StringComparison.Ordinal); // As the golden's labels do.
        var batch = AdaptedDecoder.Batch(arrays);
        var optimizer = new ReferenceAdamW(trained.Parameters, golden["adamw"]!);
        var expected = AdaptedDecoder.Numbers(golden["adamw_losses"]!);
        var single = golden["adamw_losses_f32"] is { } f32 ? AdaptedDecoder.Numbers(f32) : expected;
        var (rounding, compared) = (0.0, 0);
        for (var step = 0; step < expected.Length; step++)
        {
            // Rounding grows from step to step, because AdamW divides by roots of small sums. Where the reference's own
            // float32 run has left its float64 run there is nothing to be compared with: a bias of keys, whose gradient is
            // rounding and nothing else, moves with full steps.
            rounding = Math.Max(rounding, Math.Abs(single[step] - expected[step]));
            if (rounding > 1e-3)
            {
                break;
            }

            compared++;
            adapted.Accumulate(batch, trained).ShouldBe(expected[step], 5e-4 + (5 * rounding), $"step {step}");
            optimizer.Step(step + 1, trained);
            if (golden["adalora"] is { } adaptive)
            {
                foreach (var (name, count) in adaptive["nonzero_E"]![step]!.AsObject())
                {
                    var path = SavedGradients.PathOf(name);
                    trained.Parameters.Single(parameter => parameter.Name == path).Value.ToArray().Count(value => value != 0).ShouldBe((int)count!, $"{name} after step {step + 1}");
                }
            }
        }

        compared.ShouldBeGreaterThanOrEqualTo(adapter == "peft-lora-gpt2" ? 7 : 10);
    }
}
