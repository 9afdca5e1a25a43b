using Gyre.Models.Conversion;
using Gyre.Tensors.Quantization;
using Gyre.Training.Quantization;

namespace Gyre.Training.Tests.Quantization;

public sealed class QuantizationPolicyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ElementFormat.Q4_K, "blk.3.attn_q.weight", ElementFormat.Q4_K)]
    [InlineData(ElementFormat.Q4_K, "blk.0.attn_v.weight", ElementFormat.Q6_K)] // The first eighth.
    [InlineData(ElementFormat.Q4_K, "blk.1.attn_v.weight", ElementFormat.Q4_K)]
    [InlineData(ElementFormat.Q4_K, "blk.3.ffn_down.weight", ElementFormat.Q6_K)] // Every third after the first eighth.
    [InlineData(ElementFormat.Q4_K, "blk.7.ffn_down.weight", ElementFormat.Q6_K)] // The last eighth.
    [InlineData(ElementFormat.Q4_K, "blk.3.attn_qkv.weight", ElementFormat.Q5_K)]
    [InlineData(ElementFormat.Q5_K, "blk.3.attn_qkv.weight", ElementFormat.Q6_K)]
    [InlineData(ElementFormat.Q4_K, "token_embd.weight", ElementFormat.Q4_K)]
    [InlineData(ElementFormat.Q4_K, "output.weight", ElementFormat.Q6_K)]
    [InlineData(ElementFormat.Q4_0, "output.weight", ElementFormat.Q6_K)]
    [InlineData(ElementFormat.Q4_0, "blk.0.ffn_down.weight", ElementFormat.Q4_0)]
    [InlineData(ElementFormat.Q8_0, "output.weight", ElementFormat.Q8_0)]
    [InlineData(ElementFormat.F16, "output.weight", ElementFormat.F16)]
    [InlineData(ElementFormat.Q4_K, "blk.0.attn_norm.weight", ElementFormat.F32)]
    [InlineData(ElementFormat.BF16, "blk.0.attn_norm.weight", ElementFormat.F32)]
    public void A_tensor_gets_what_its_place_asks_for(ElementFormat format, string name, ElementFormat expected) =>
        Plan(new QuantizationOptions { Format = format }).Single(plan => plan.Name == name).To.ShouldBe(expected);

    [Fact]
    public void An_embedding_that_doubles_as_output_is_treated_as_one() =>
        Plan(new QuantizationOptions { Format = ElementFormat.Q4_K }, hasOutput: false)
            .Single(plan => plan.Name == "token_embd.weight").To.ShouldBe(ElementFormat.Q6_K);

    [Fact]
    public void Falcons_output_gets_eight_bits() =>
        Plan(new QuantizationOptions { Format = ElementFormat.Q4_K }, architecture: "falcon")
            .Single(plan => plan.Name == "output.weight").To.ShouldBe(ElementFormat.Q8_0);

    [Fact]
    public void Pure_gives_every_matrix_the_type() =>
        Plan(new QuantizationOptions { Format = ElementFormat.Q4_K, IsPure = true })
            .Where(plan => !plan.Name.Contains("norm")).ShouldAllBe(plan => plan.To == ElementFormat.Q4_K);

    [Fact]
    public void Output_and_embedding_follow_their_own_options()
    {
        var plans = Plan(new QuantizationOptions { Format = ElementFormat.Q4_K, OutputFormat = ElementFormat.F16, EmbeddingFormat = ElementFormat.Q8_0 });

        plans.Single(plan => plan.Name == "output.weight").To.ShouldBe(ElementFormat.F16);
        plans.Single(plan => plan.Name == "token_embd.weight").To.ShouldBe(ElementFormat.Q8_0);
    }

    [Theory]
    [InlineData(64, ElementFormat.Q8_0, "rows of 64 do not fill Q4_K's blocks of 256")]
    [InlineData(40, ElementFormat.F16, "rows of 40 do not fill Q4_K's blocks of 256")]
    public void Rows_that_do_not_fill_blocks_fall_back_with_a_reason(int columns, ElementFormat expected, string note)
    {
        var plan = Plan(new QuantizationOptions { Format = ElementFormat.Q4_K }, columns: columns).Single(plan => plan.Name == "blk.1.attn_q.weight");

        plan.To.ShouldBe(expected);
        plan.Note.ShouldBe(note);
    }

    [Fact]
    public void The_layers_with_more_bits_are_those_of_the_mixture() => // The rule of llama.cpp for 24 layers, written out.
        Enumerable.Range(0, 24).Where(layer => QuantizationPolicy.GetsMore(layer, 24)).ShouldBe([0, 1, 2, 5, 8, 11, 14, 17, 20, 21, 22, 23]);

    [Theory]
    [InlineData("q4_k", ElementFormat.Q4_K)]
    [InlineData("Q4_K_M", ElementFormat.Q4_K)]
    [InlineData("bf16", ElementFormat.BF16)]
    public void Names_are_read_in_any_case(string name, ElementFormat expected)
    {
        QuantizationFormats.TryParse(name, out var format).ShouldBeTrue();
        format.ShouldBe(expected);
    }

    [Theory]
    [InlineData("Q3_K")]
    [InlineData("U8")]
    [InlineData("I32")]
    [InlineData("Q8_0_M")]
    [InlineData("")]
    [InlineData("12")]
    public void Other_names_are_not(string name) => QuantizationFormats.TryParse(name, out _).ShouldBeFalse();

    private IReadOnlyList<TensorPlan> Plan(QuantizationOptions options, int columns = 256, bool hasOutput = true, string architecture = "llama")
    {
        using var source = GgufSource.OpenFile(SmallModel.Write(_folder.In("model.gguf"), columns, hasOutput, architecture: architecture));
        return QuantizationPolicy.Plan(source, options);
    }
}
