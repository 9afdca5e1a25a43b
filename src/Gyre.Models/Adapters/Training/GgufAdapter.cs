using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;

namespace Gyre.Models.Adapters.Training;

/// <summary>Collects products of two narrow matrices as an adapter of llama.cpp: for each weight a <c>.lora_a</c> and a <c>.lora_b</c>, multiplied by one alpha over their rank.</summary>
/// <remarks>Source: llama.cpp's adapter files, read from its loader.</remarks>
internal sealed class GgufAdapter
{
    private readonly GgufWriter _writer = new();
    private readonly float _alpha;

    /// <param name="family">GGUF's name of the base's family.</param>
    /// <param name="alpha">What products are multiplied by, over their rank; not 0.</param>
    public GgufAdapter(string family, float alpha)
    {
        _alpha = alpha;
        _writer.SetString("general.type", "adapter").SetString("general.architecture", family)
            .SetString("adapter.type", "lora").SetFloat("adapter.lora.alpha", alpha);
    }

    /// <summary>Weights that a GGUF file keeps with others of which the adapter has nothing.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Adds a module's product. Rows stand where a GGUF file has them.</summary>
    /// <param name="module">The module.</param>
    /// <param name="down">[rank, inputs].</param>
    /// <param name="ups">[outputs, rank] of each part.</param>
    /// <param name="scale">What the product is multiplied by.</param>
    public void Add(AdapterModule module, float[] down, IReadOnlyList<Tensor> ups, float scale)
    {
        var rank = down.Length / module.Columns;
        var factor = scale * rank / _alpha; // What a scale of its own adds to the common one.
        foreach (var parts in Enumerable.Range(0, ups.Count).GroupBy(part => module.Parts[part].Weight.GgufPlace.Tensor, StringComparer.Ordinal))
        {
            var first = module.Parts[parts.First()].Weight;
            var rows = first.GgufPlace.TensorRows(first.Rows);
            if (parts.Sum(part => module.Parts[part].Weight.Rows) != rows)
            {
                Faults.Add($"'{parts.Key}', of which it changes a part;");
                continue;
            }

            var up = new float[rows * rank];
            foreach (var part in parts)
            {
                var spec = module.Parts[part].Weight;
                for (var row = 0; row < spec.Rows; row++)
                {
                    for (var k = 0; k < rank; k++)
                    {
                        up[(spec.GgufPlace.StoredRow(row) * rank) + k] = ups[part].Span[(row * rank) + k] * factor;
                    }
                }
            }

            _writer.Add(parts.Key + ".lora_a", down, rank, module.Columns).Add(parts.Key + ".lora_b", up, rows, rank);
        }
    }

    public void Write(string path) => _writer.Write(path);
}
