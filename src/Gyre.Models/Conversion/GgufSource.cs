using Gyre.Models.Weights;

namespace Gyre.Models.Conversion;

/// <summary>A model as a GGUF file has it, whatever it is stored as: keys, and tensors that are read row by row.</summary>
/// <remarks>Owns: the model's mapped files, until disposed. Safe for several readers at once.</remarks>
public abstract class GgufSource : IDisposable
{
    /// <summary>GGUF's name of the family: <c>general.architecture</c>.</summary>
    public abstract string Architecture { get; }

    /// <summary>The tensors, in the order in which they are written.</summary>
    public abstract IReadOnlyList<GgufSourceTensor> Tensors { get; }

    /// <summary>Sets every key but the given ones.</summary>
    public abstract void WriteKeys(GgufWriter writer, IReadOnlyCollection<string> except);

    /// <summary>Opens the GGUF file that a model is.</summary>
    /// <remarks>Errors: those of <see cref="GgufFile.Open"/>.</remarks>
    public static GgufSource OpenFile(string path) => new GgufFileSource(GgufFile.Open(path));

    /// <inheritdoc />
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Gives the files back.</summary>
    protected abstract void Dispose(bool disposing);
}
