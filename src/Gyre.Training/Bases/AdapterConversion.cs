using Gyre.Models;
using Gyre.Models.Adapters.Training;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;

namespace Gyre.Training.Bases;

/// <summary>Writes a saved adapter as the GGUF file that llama.cpp loads beside the base.</summary>
public static class AdapterConversion
{
    /// <summary>Writes the file.</summary>
    /// <param name="basePath">The base that the adapter is for: a safetensors folder, a folder with one GGUF file, or a GGUF file. It says where rows stand in GGUF.</param>
    /// <param name="adapterFolder">A saved adapter of PEFT.</param>
    /// <param name="path">The file to write; must not exist.</param>
    /// <remarks>
    /// Errors: TRN0301 the base; TRN0061 the file is there; <see cref="ModelException"/> <c>RUN0420</c> to <c>RUN0425</c> an adapter that is
    /// faulty or does not fit the base, <c>RUN0428</c> one that the format cannot say, <c>RUN0007</c> the file cannot be written.
    /// <para>Cost: the base in 16 bits in memory.</para>
    /// </remarks>
    public static void WriteGguf(string basePath, string adapterFolder, string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (Path.Exists(path))
        {
            throw new TrainingException("TRN0061", $"Writing an adapter as GGUF failed: '{path}' exists already; expected a new file. Name another.");
        }

        using var source = BaseModel.Open(basePath);
        using var pool = new TensorPool();
        using var model = source.Load(pool, FrozenFormat.BF16);
        using var adapter = TrainableAdapter.Load(adapterFolder, model);
        adapter.SaveGguf(path);
    }
}
