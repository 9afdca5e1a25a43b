using Gyre.Models;
using Gyre.Models.Adapters.Training;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Training.Bases;

/// <summary>Makes an adapter a part of its base's weights, and writes the model in the form that the base has.</summary>
public static class AdapterMerging
{
    /// <summary>Writes the merged model.</summary>
    /// <param name="basePath">The base: a safetensors folder, a folder with one GGUF file, or a GGUF file.</param>
    /// <param name="adapterFolder">A saved adapter of PEFT.</param>
    /// <param name="folder">The folder to write; must not exist.</param>
    /// <param name="format">What a GGUF base's matrices are stored as; safetensors are float32.</param>
    /// <param name="team">Shares out the encoding.</param>
    /// <remarks>
    /// Errors: TRN0301 the base; TRN0050 it cannot be written; TRN0061 the folder is there; <see cref="ModelException"/>
    /// <c>RUN0420</c> to <c>RUN0426</c> an adapter that is faulty, does not fit the base, or cannot be merged (virtual tokens).
    /// <para>Cost: the base in float32 in memory.</para>
    /// </remarks>
    public static void Run(string basePath, string adapterFolder, string folder, ElementFormat format, ThreadTeam team)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (Path.Exists(folder))
        {
            throw new TrainingException("TRN0061", $"Merging an adapter failed: '{folder}' exists already; expected a new folder. Name another.");
        }

        using var source = BaseModel.Open(basePath);
        using var pool = new TensorPool();
        using var model = source.Load(pool);
        using var adapter = TrainableAdapter.Load(adapterFolder, model);
        adapter.Merge();
        BaseExport.Write(folder, source, model, format, team);
    }
}
