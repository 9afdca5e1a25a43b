using Gyre.Models.Weights;

namespace Gyre.Training.Tests.Quantization;

/// <summary>A GGUF file with tensors of every place in a network; its rows fill blocks of 256 unless told otherwise.</summary>
internal static class SmallModel
{
    public const int Layers = 8;

    public static string Write(string path, int columns = 256, bool hasOutput = true, float scale = 1, string architecture = "llama")
    {
        var writer = new GgufWriter()
            .SetString("general.architecture", architecture)
            .SetUInt32("general.file_type", 0)
            .SetString("general.name", "small")
            .SetStrings("tokenizer.ggml.tokens", ["a", "b"])
            .SetInt64("general.custom", -5);
        Add("token_embd.weight", 4);
        for (var layer = 0; layer < Layers; layer++)
        {
            writer.Add($"blk.{layer}.attn_norm.weight", Values(columns, layer, scale), columns);
            foreach (var name in (string[])["attn_q", "attn_v", "ffn_down", "attn_qkv"])
            {
                Add($"blk.{layer}.{name}.weight", 3);
            }
        }

        if (hasOutput)
        {
            Add("output.weight", 4);
        }

        writer.Write(path);
        return path;

        void Add(string name, int rows) => writer.Add(name, Values(rows * columns, name.Length, scale), rows, columns);
    }

    public static float[] Values(int count, int seed, float scale)
    {
        var state = (uint)(seed * 2654435761L) | 1;
        var values = new float[count];
        for (var i = 0; i < count; i++)
        {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            values[i] = ((state / (float)uint.MaxValue) - 0.5f) * scale;
        }

        return values;
    }
}
