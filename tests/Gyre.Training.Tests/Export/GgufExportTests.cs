using Gyre.Training.Export;

namespace Gyre.Training.Tests.Export;

public class GgufExportTests
{
    [Theory]
    [InlineData("model.embed_tokens.weight", "token_embd.weight")]
    [InlineData("model.norm.weight", "output_norm.weight")]
    [InlineData("lm_head.weight", "output.weight")]
    [InlineData("model.layers.12.self_attn.q_proj.weight", "blk.12.attn_q.weight")]
    [InlineData("model.layers.0.mlp.down_proj.weight", "blk.0.ffn_down.weight")]
    [InlineData("model.layers.0.post_attention_layernorm.weight", "blk.0.ffn_norm.weight")]
    [InlineData("model.layers.3.self_attn.k_norm.weight", "blk.3.attn_k_norm.weight")]
    public void Names_follow_ggufs_table(string name, string expected) => GgufExport.NameOf(name).ShouldBe(expected);

    [Fact]
    public void A_tensor_without_a_gguf_name_is_refused() =>
        Should.Throw<TrainingException>(() => GgufExport.NameOf("model.layers.0.mlp.router.weight")).Code.ShouldBe("TRN0050");

    [Fact]
    public void Halves_of_a_head_are_interleaved()
    {
        // Two heads of width 4, one column: rows of a head go from halves (0 1 | 2 3) to neighbours (0 2 1 3).
        float[] rows = [0, 1, 2, 3, 10, 11, 12, 13];

        GgufExport.PairRows(rows, 8, 1, 2).ShouldBe([0, 2, 1, 3, 10, 12, 11, 13]);
        GgufExport.PairRows([0, 0.5f, 1, 1.5f, 2, 2.5f, 3, 3.5f], 4, 2, 1).ShouldBe([0, 0.5f, 2, 2.5f, 1, 1.5f, 3, 3.5f]);
    }
}
