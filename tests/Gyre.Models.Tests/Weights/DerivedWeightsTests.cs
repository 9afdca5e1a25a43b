using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Weights;

/// <summary>The same real weights in two formats: what one reader hands out must be what the other does.</summary>
public class DerivedWeightsTests
{
    private static readonly (string Gguf, string Hf)[] Plain =
    [
        ("attn_v", "self_attn.v_proj"), ("attn_output", "self_attn.o_proj"), ("ffn_gate", "mlp.gate_proj"),
        ("ffn_up", "mlp.up_proj"), ("ffn_down", "mlp.down_proj"), ("attn_norm", "input_layernorm"), ("ffn_norm", "post_attention_layernorm"),
    ];

    [Fact]
    public unsafe void The_float_gguf_holds_the_bytes_of_the_safetensors_file()
    {
        using var hf = SafetensorsFolder.Open(TestData.Require("models/stories260K/derived-hf"));
        using var gguf = GgufFile.Open(TestData.Require("models/stories260K/derived-gguf/stories260K-F32.gguf"));

        Compare(gguf.Get("token_embd.weight"), hf.Get("model.embed_tokens.weight"));
        Compare(gguf.Get("output_norm.weight"), hf.Get("model.norm.weight"));
        for (var layer = 0; layer < 5; layer++)
        {
            foreach (var (ggufName, hfName) in Plain)
            {
                Compare(gguf.Get($"blk.{layer}.{ggufName}.weight"), hf.Get($"model.layers.{layer}.{hfName}.weight"));
            }
        }

        static void Compare(WeightTensor a, WeightTensor b)
        {
            a.Shape.ShouldBe(b.Shape);
            new ReadOnlySpan<byte>(a.Bytes, (int)a.LengthBytes).SequenceEqual(new ReadOnlySpan<byte>(b.Bytes, (int)b.LengthBytes))
                .ShouldBeTrue(a.Name);
        }
    }

    [Theory]
    [InlineData("attn_q", "q_proj", 8)]
    [InlineData("attn_k", "k_proj", 4)]
    public unsafe void Query_and_key_rows_are_handed_out_in_the_order_of_their_file(string ggufName, string hfName, int heads)
    {
        using var hf = SafetensorsFolder.Open(TestData.Require("models/stories260K/derived-hf"));
        using var gguf = GgufFile.Open(TestData.Require("models/stories260K/derived-gguf/stories260K-F32.gguf"));
        var interleaved = gguf.Get($"blk.3.{ggufName}.weight");
        var halves = hf.Get($"model.layers.3.self_attn.{hfName}.weight");
        interleaved.Shape.ShouldBe(halves.Shape);
        var (rows, columns) = ((int)halves.Shape[0], (int)halves.Shape[1]);
        var half = rows / heads / 2;

        for (var row = 0; row < rows; row++)
        {
            // Row (head, pair, part) of the interleaved layout is row (head, part, pair) of the half-split one.
            var (head, pair, part) = (row / (2 * half), row % (2 * half) / 2, row % 2);
            var source = (head * 2 * half) + (part * half) + pair;
            new ReadOnlySpan<float>((float*)interleaved.Bytes + (row * columns), columns)
                .SequenceEqual(new ReadOnlySpan<float>((float*)halves.Bytes + (source * columns), columns))
                .ShouldBeTrue($"row {row}");
        }
    }

    [Fact]
    public unsafe void Eight_bit_blocks_lie_within_half_a_step_of_the_floats()
    {
        using var floats = GgufFile.Open(TestData.Require("models/stories260K/derived-gguf/stories260K-F32.gguf"));
        using var blocks = GgufFile.Open(TestData.Require("models/stories260K/derived-gguf/stories260K-Q8_0.gguf"));
        var exact = floats.Get("blk.2.ffn_up.weight");
        var coded = blocks.Get("blk.2.ffn_up.weight");
        coded.Format.ShouldBe(ElementFormat.Q8_0);
        coded.Shape.ShouldBe(exact.Shape);
        var count = exact.Shape[0] * exact.Shape[1];
        coded.LengthBytes.ShouldBe(count / 32 * 34);

        for (var i = 0L; i < count; i++)
        {
            var block = coded.Bytes + (i / 32 * 34);
            var scale = (float)BitConverter.UInt16BitsToHalf(*(ushort*)block);
            var value = scale * (sbyte)block[2 + (i % 32)];
            Math.Abs(value - ((float*)exact.Bytes)[i]).ShouldBeLessThanOrEqualTo((0.5f * scale) + (127 * scale / 2048));
        }
    }
}
