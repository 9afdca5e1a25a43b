using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Tests.Reference;

namespace Gyre.Tensors.Tests.Autodiff;

[Trait("kernel", "true")]
public class TapeAttentionTests
{
    [Theory]
    [InlineData(1, 1, 1, 1, 1, 1, 1)]
    [InlineData(2, 5, 5, 4, 2, 8, 8)]
    [InlineData(1, 37, 37, 2, 1, 16, 16)]
    [InlineData(1, 3, 9, 2, 2, 5, 7)]
    [InlineData(1, 6, 70, 1, 1, 12, 20)]
    public void Attention_agrees_with_its_twin(int batch, int queries, int keys, int heads, int keyHeads, int width, int valueWidth)
    {
        foreach (var isCausal in new[] { false, true })
        {
            Check(new AttentionShape(batch, queries, keys, heads, keyHeads, width, valueWidth) { IsCausal = isCausal });
        }
    }

    [Fact]
    public void Documents_in_one_row_do_not_see_each_other() =>
        Check(new AttentionShape(2, 9, 9, 2, 1, 4, 4) { IsCausal = true, FirstKeys = [0, 0, 0, 3, 3, 3, 3, 7, 7, 0, 1, 2, 3, 4, 5, 6, 7, 8] });

    [Fact]
    public void Long_rows_with_documents_agree_with_the_twin_across_key_blocks() =>
        Check(new AttentionShape(1, 150, 150, 1, 1, 3, 3) { IsCausal = true, FirstKeys = Enumerable.Range(0, 150).Select(t => t < 100 ? 0 : t < 140 ? 100 : t - 2).ToArray() });

    [Fact]
    public void A_query_without_any_key_gives_zeros_and_no_gradient() =>
        Check(new AttentionShape(1, 5, 5, 1, 1, 4, 4) { IsCausal = true, Offset = -2 });

    [Fact]
    public void Scale_and_soft_cap_agree_with_the_twin() =>
        Check(new AttentionShape(1, 12, 12, 2, 2, 8, 8) { IsCausal = true, Scale = 0.9, SoftCap = 1.5 });

    [Fact]
    public void Queries_keys_and_values_may_be_slices_of_one_matrix()
    {
        var shape = new AttentionShape(1, 6, 6, 2, 1, 4, 4) { IsCausal = true };
        new GradientCheck { GradientTolerance = 3e-5 }.Input([1, 6, 16]).Run(
            (tape, x) => tape.Attention(
                tape.Reshape(tape.Slice(x[0], 2, 0, 8), 1, 6, 2, 4), tape.Reshape(tape.Slice(x[0], 2, 8, 4), 1, 6, 1, 4), tape.Reshape(tape.Slice(x[0], 2, 12, 4), 1, 6, 1, 4), new AttentionOptions()),
            x => Twins.Attention(Columns(x[0], 0, 8), Columns(x[0], 8, 4), Columns(x[0], 12, 4), shape));
    }

    [Fact]
    public void A_bias_is_added_to_the_scaled_scores()
    {
        var shape = new AttentionShape(1, 4, 6, 2, 2, 4, 4) { Bias = (_, h, t, j) => j == 5 && h == 1 ? double.NegativeInfinity : (0.1 * t) - (0.2 * j * h) };
        using var pool = new TensorPool();
        var bias = pool.Rent(2, 4, 6);
        for (var i = 0; i < 48; i++)
        {
            bias[i / 24, i / 6 % 4, i % 6] = (float)shape.Bias(0, i / 24, i / 6 % 4, i % 6);
        }

        new GradientCheck { GradientTolerance = 3e-5 }.Input([1, 4, 2, 4]).Input([1, 6, 2, 4]).Input([1, 6, 2, 4]).Run(
            (tape, x) => tape.Attention(x[0], x[1], x[2], new AttentionOptions { IsCausal = false }, default, bias),
            x => Twins.Attention(x[0], x[1], x[2], shape));
    }

    private static void Check(AttentionShape s)
    {
        var options = new AttentionOptions { IsCausal = s.IsCausal, QueryOffset = s.Offset, Scale = (float)s.Scale, SoftCap = (float)s.SoftCap };
        s = s with { Scale = (float)s.Scale };
        new GradientCheck { GradientTolerance = 3e-5, ResultTolerance = 5e-6 }
            .Input([s.Batch, s.Queries, s.Heads, s.Width]).Input([s.Batch, s.Keys, s.KeyHeads, s.Width]).Input([s.Batch, s.Keys, s.KeyHeads, s.ValueWidth])
            .Run((tape, x) => tape.Attention(x[0], x[1], x[2], options, s.FirstKeys), x => Twins.Attention(x[0], x[1], x[2], s));
    }

    private static double[] Columns(double[] x, int first, int count) => x.Where((_, i) => i % 16 >= first && i % 16 < first + count).ToArray();
}
