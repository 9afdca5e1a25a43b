using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Conversion;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.Training.Quantization;
using Gyre.Training.Runs;

namespace Gyre.Training.Bases;

/// <summary>Writes a base model whose weights were trained further, in the form that the base has: safetensors with its side files, or one GGUF file with its keys.</summary>
internal static class BaseExport
{
    /// <summary>Writes the folder beside its final place, then puts it there.</summary>
    /// <param name="folder">The folder; one that is there is replaced.</param>
    /// <param name="source">The base.</param>
    /// <param name="model">Its trained weights.</param>
    /// <param name="format">What a GGUF file stores its matrices as; safetensors are float32.</param>
    /// <param name="team">Shares out the encoding.</param>
    /// <param name="quantization">The encoding that it was trained for: it is a GGUF file of that, whatever the base is; null for none.</param>
    /// <remarks>Errors: TRN0050 it could not be written; a model that was there before is intact then.</remarks>
    public static void Write(string folder, BaseModel source, TrainableDecoder model, ElementFormat format, ThreadTeam team, ElementFormat? quantization = null)
    {
        ReplacedFolder.Write(folder, "the trained model", temporary =>
        {
            if (source.Folder.Format == ModelFormat.Gguf)
            {
                WriteGguf(temporary, source, model, quantization ?? format, team);
            }
            else if (quantization is { } encoding)
            {
                WriteQuantised(temporary, source, model, encoding, team);
            }
            else
            {
                WriteSafetensors(temporary, source, model);
            }
        });
    }

    private static void WriteSafetensors(string folder, BaseModel source, TrainableDecoder model)
    {
        var from = Directory.Exists(source.Folder.Path) ? source.Folder.Path : Path.GetDirectoryName(Path.GetFullPath(source.Folder.Path)) ?? ".";
        foreach (var file in SideFiles(from))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        model.Save(folder);
    }

    private static void WriteGguf(string folder, BaseModel source, TrainableDecoder model, ElementFormat format, ThreadTeam team)
    {
        var plain = Path.Combine(folder, ".plain");
        try
        {
            model.Save(plain);
            using var retrained = new RetrainedSource(GgufSource.OpenFile(source.Folder.WeightFiles[0]), GgufSource.Open(ModelFolder.Open(plain), withVocabulary: false));
            new Quantizer(team).Write(retrained, new QuantizationOptions { Format = format }, Path.Combine(folder, NameOf(format)));
        }
        finally
        {
            ReplacedFolder.Remove(plain);
        }
    }

    /// <summary>Safetensors have no blocks: a GGUF file with the base's vocabulary and template inside.</summary>
    private static void WriteQuantised(string folder, BaseModel source, TrainableDecoder model, ElementFormat format, ThreadTeam team)
    {
        var plain = Path.Combine(folder, ".plain");
        try
        {
            Directory.CreateDirectory(plain);
            WriteSafetensors(plain, source, model);
            using var trained = GgufSource.Open(ModelFolder.Open(plain));
            new Quantizer(team).Write(trained, new QuantizationOptions { Format = format }, Path.Combine(folder, NameOf(format)));
        }
        finally
        {
            ReplacedFolder.Remove(plain);
        }
    }

    private static string NameOf(ElementFormat format) => $"model-{format.ToString().ToLowerInvariant()}.gguf";

    /// <summary>Everything of a model's folder that says how its weights are used, and no weights.</summary>
    private static IEnumerable<string> SideFiles(string folder) => Directory.EnumerateFiles(folder).Where(path =>
        Path.GetFileName(path) is not "config.json" and not "model.safetensors.index.json" && Path.GetExtension(path) is ".json" or ".jinja" or ".txt" or ".model");
}
