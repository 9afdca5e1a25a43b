using Gyre.Models.Conversion;
using Gyre.Models.Weights;

namespace Gyre.Training.Bases;

/// <summary>A GGUF model whose tensors were trained further: the keys of the one, the tensors of the other.</summary>
/// <remarks>Owns: both, until disposed.</remarks>
internal sealed class RetrainedSource(GgufSource keys, GgufSource tensors) : GgufSource
{
    public override string Architecture => keys.Architecture;

    public override IReadOnlyList<GgufSourceTensor> Tensors => tensors.Tensors;

    public override void WriteKeys(GgufWriter writer, IReadOnlyCollection<string> except) => keys.WriteKeys(writer, except);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            keys.Dispose();
            tensors.Dispose();
        }
    }
}
