using System.Text;

namespace Gyre.Models.Tests.Weights;

/// <summary>Puts GGUF files together byte by byte, without the writer under test.</summary>
internal sealed class GgufBytes
{
    private readonly List<byte> _bytes = [];

    public static byte[] Valid()
    {
        var gguf = new GgufBytes().Head(3, 2, 5)
            .Text("general.architecture").U32(8).Text("llama")
            .Text("llama.block_count").U32(4).U32(2)
            .Text("tokenizer.ggml.tokens").U32(9).U32(8).U64(3).Text("<s>").Text("a").Text("é")
            .Text("nested").U32(9).U32(9).U64(1).U32(0).U64(2).Raw(1, 2)
            .Text("llama.rope.freq_base").U32(6).U32(BitConverter.SingleToUInt32Bits(10000f))
            .Tensor("token_embd.weight", [3, 2], 0, 0)
            .Tensor("output_norm.weight", [4], 1, 32)
            .Pad(32);
        gguf.Raw([.. Enumerable.Range(0, 24).Select(i => (byte)i)]).Pad(32);
        return gguf.Raw([.. Enumerable.Range(0, 8).Select(i => (byte)i)]).Pad(32).ToArray();
    }

    public byte[] ToArray() => [.. _bytes];

    public GgufBytes Head(uint version, ulong tensors, ulong keys) => Raw("GGUF"u8.ToArray()).U32(version).U64(tensors).U64(keys);

    public GgufBytes Tensor(string name, ulong[] dimsFastestFirst, uint type, ulong offset)
    {
        Text(name).U32((uint)dimsFastestFirst.Length);
        foreach (var dim in dimsFastestFirst)
        {
            U64(dim);
        }

        return U32(type).U64(offset);
    }

    public GgufBytes Text(string text) => Raw(BitConverter.GetBytes((ulong)Encoding.UTF8.GetByteCount(text))).Raw(Encoding.UTF8.GetBytes(text));

    public GgufBytes U32(uint value) => Raw(BitConverter.GetBytes(value));

    public GgufBytes U64(ulong value) => Raw(BitConverter.GetBytes(value));

    public GgufBytes Raw(params byte[] bytes)
    {
        _bytes.AddRange(bytes);
        return this;
    }

    public GgufBytes Pad(int alignment)
    {
        while (_bytes.Count % alignment != 0)
        {
            _bytes.Add(0);
        }

        return this;
    }
}
