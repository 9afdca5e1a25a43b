using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Conversion;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.Training.Bases;
using Gyre.Training.Quantization;
using Gyre.Training.Runs;

namespace Gyre.Training.Compression.Distillation;

/// <summary>Writes a student with the vocabulary of the model that it has it from.</summary>
internal static class StudentExport
{
    /// <summary>Writes the folder beside its final place, then puts it there.</summary>
    /// <param name="folder">The folder; one that is there is replaced.</param>
    /// <param name="from">Whose vocabulary and template the student has: its teacher, or the model that it was.</param>
    /// <param name="model">The student.</param>
    /// <param name="format">What a GGUF file stores its matrices as.</param>
    /// <param name="quantization">The encoding that it was trained for; safetensors get a GGUF file of it beside them.</param>
    /// <param name="team">Shares out the encoding.</param>
    /// <remarks>Errors: TRN0050 it could not be written; a model that was there before is intact then.</remarks>
    public static void Write(string folder, BaseModel from, TrainableDecoder model, ElementFormat format, ElementFormat? quantization, ThreadTeam team)
    {
        ReplacedFolder.Write(folder, "the student", temporary =>
        {
            if (from.Folder.Format == ModelFormat.Gguf)
            {
                WriteGguf(temporary, from, model, quantization ?? format, team);
            }
            else if (quantization is { } encoding)
            {
                WriteQuantised(temporary, from, model, encoding, team);
            }
            else
            {
                WriteFolder(temporary, from, model);
            }
        });
    }

    private static void WriteGguf(string folder, BaseModel from, TrainableDecoder model, ElementFormat format, ThreadTeam team)
    {
        var plain = Path.Combine(folder, ".plain");
        model.Save(plain);
        using (var source = new StudentSource(GgufSource.Open(ModelFolder.Open(plain), withVocabulary: false), GgufFile.Open(from.Folder.WeightFiles[0])))
        {
            new Quantizer(team).Write(source, new QuantizationOptions { Format = format }, Path.Combine(folder, NameOf(format)));
        }

        ReplacedFolder.Remove(plain);
    }

    /// <summary>A student that was trained for an encoding is written in it: a GGUF file with its vocabulary inside.</summary>
    private static void WriteQuantised(string folder, BaseModel from, TrainableDecoder model, ElementFormat format, ThreadTeam team)
    {
        var plain = Path.Combine(folder, ".plain");
        Directory.CreateDirectory(plain);
        WriteFolder(plain, from, model);
        using (var source = GgufSource.Open(ModelFolder.Open(plain)))
        {
            new Quantizer(team).Write(source, new QuantizationOptions { Format = format }, Path.Combine(folder, NameOf(format)));
        }

        ReplacedFolder.Remove(plain);
    }

    private static void WriteFolder(string folder, BaseModel from, TrainableDecoder model)
    {
        foreach (var path in ModelRewriter.SideFiles(from.Folder).Where(path => Path.GetFileName(path) != "config.json"))
        {
            File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(path)), File.ReadAllBytes(path)); // Not its read-only mark.
        }

        model.Save(folder);
    }

    private static string NameOf(ElementFormat format) => $"model-{format.ToString().ToLowerInvariant()}.gguf";
}
