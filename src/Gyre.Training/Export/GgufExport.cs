using Gyre.Models;
using Gyre.Models.Catalog;
using Gyre.Models.Conversion;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.Training.Quantization;

namespace Gyre.Training.Export;

/// <summary>Writes a trained model with its vocabulary as one GGUF file in Q8_0, as any safetensors folder is converted.</summary>
internal static class GgufExport
{
    /// <summary>Writes the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="name">What the model is called.</param>
    /// <param name="folder">Holds everything of the model but weights in single precision; a folder for those is made in it and removed.</param>
    /// <param name="tensors">The weights.</param>
    /// <param name="team">Shares out the encoding.</param>
    /// <remarks>Errors: TRN0050 when GGUF cannot say the model or its tokenizer; RUN0007 when the disk is full.</remarks>
    public static void Write(string path, string name, string folder, IReadOnlyList<ExportedTensor> tensors, ThreadTeam team)
    {
        var whole = Path.Combine(folder, ".gguf", name);
        try
        {
            Directory.CreateDirectory(whole);
            foreach (var file in Directory.EnumerateFiles(folder, "*").Where(file => !file.EndsWith(".safetensors", StringComparison.Ordinal)))
            {
                File.Copy(file, Path.Combine(whole, Path.GetFileName(file)));
            }

            var writer = new SafetensorsWriter();
            foreach (var tensor in tensors)
            {
                writer.Add(tensor.Name, tensor.Values, tensor.LongShape);
            }

            writer.Write(Path.Combine(whole, "model.safetensors"));
            using var source = GgufSource.Open(ModelFolder.Open(whole));
            new Quantizer(team).Write(source, new QuantizationOptions { Format = ElementFormat.Q8_0 }, path);
        }
        catch (ModelException error) when (error.Code is "RUN0442" or "RUN0443" or "RUN0444")
        {
            throw new TrainingException("TRN0050", $"Writing GGUF failed: {error.Message} Export safetensors instead.", error);
        }
        finally
        {
            Directory.Delete(Path.Combine(folder, ".gguf"), recursive: true);
        }
    }
}
