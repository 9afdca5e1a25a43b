using System.Runtime.InteropServices;
using Gyre.Tensors.Quantization;

namespace Gyre.Cli.Parity.Families;

/// <summary>Values that ggml's own blocks stand for.</summary>
internal sealed class QuantisedBlocks : IParityFamily
{
    private const string Folder = "data/ggml-quant-blocks";

    private static readonly (ElementFormat Format, string File)[] Formats =
    [
        (ElementFormat.Q8_0, "q8_0_64"), (ElementFormat.Q4_0, "q4_0_64"), (ElementFormat.Q4_K, "q4_k_512"), (ElementFormat.Q5_K, "q5_k_512"), (ElementFormat.Q6_K, "q6_k_512"),
    ];

    public string Name => "quantised-blocks";

    public string Source => "ggml, blocks of its own quantisation";

    public string Compared => "decoded values";

    public IReadOnlyList<string> Needs => [Folder];

    public IEnumerable<ParityRow> Compute(ParityInput input)
    {
        foreach (var (format, file) in Formats)
        {
            var expected = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(input.At($"{Folder}/{file}_noim_dequant.bin"))).ToArray();
            var found = new float[expected.Length];
            Blocks.Dequantise(format, File.ReadAllBytes(input.At($"{Folder}/{file}_noim_expected.bin")), found);
            yield return ParityRow.Group(format.ToString(), expected.Zip(found, (one, other) => ((double)one, (double)other)), 1e-6);
        }
    }
}
