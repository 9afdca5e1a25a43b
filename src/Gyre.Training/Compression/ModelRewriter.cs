using Gyre.Models;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Conversion;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.Training.Quantization;

namespace Gyre.Training.Compression;

/// <summary>Writes a decoder with changed weights in the form of the model that it was made of.</summary>
internal static class ModelRewriter
{
    /// <summary>Refuses a target that holds something.</summary>
    /// <remarks>Errors: <see cref="TrainingException"/> <c>TRN0454</c>.</remarks>
    public static void RequireFree(string folder, string operation)
    {
        if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
        {
            throw new TrainingException("TRN0454", $"{operation} failed: '{folder}' exists and is not an empty folder; expected a new one. Choose another folder, or remove it.");
        }
    }

    /// <summary>Writes the folder beside its place, lets the caller add to it, then puts it there.</summary>
    /// <param name="source">The model that the weights were of: its form, configuration, vocabulary and template.</param>
    /// <param name="model">The weights.</param>
    /// <param name="folder">New or empty.</param>
    /// <param name="team">Shares out the encoding.</param>
    /// <param name="addTo">Adds further files; gets the folder.</param>
    /// <param name="cancellationToken">Ends the work early; nothing is left then.</param>
    /// <remarks>
    /// Safetensors keep each tensor's precision. A GGUF file keeps its main encoding, or becomes Q8_0 where that cannot hold an exact zero.
    /// <para>Errors: <see cref="TrainingException"/> <c>TRN0454</c>, <c>TRN0455</c> the folder cannot be written.</para>
    /// </remarks>
    public static void Write(ModelFolder source, TrainableDecoder model, string folder, ThreadTeam team, Action<string> addTo, CancellationToken cancellationToken)
    {
        RequireFree(folder, "Writing the model");
        var temporary = Path.TrimEndingDirectorySeparator(folder) + ".part";
        try
        {
            Remove(temporary);
            Directory.CreateDirectory(temporary);
            if (source.Format == ModelFormat.Gguf)
            {
                WriteGguf(source, model, Path.Combine(temporary, Path.GetFileName(source.WeightFiles[0])), team, cancellationToken);
            }
            else
            {
                using var weights = source.OpenWeights();
                model.SaveLike(temporary, weights);
            }

            foreach (var path in SideFiles(source))
            {
                File.WriteAllBytes(Path.Combine(temporary, Path.GetFileName(path)), File.ReadAllBytes(path)); // Not its read-only mark.
            }

            addTo(temporary);
            Remove(folder); // It is empty.
            Directory.Move(temporary, folder);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ModelException { Code: "RUN0007" })
        {
            Remove(temporary);
            throw new TrainingException("TRN0455", $"Writing the model failed: '{folder}' cannot be written ({error.Message.TrimEnd('.')}). Free space, or choose a folder that can be written.", error);
        }
        catch
        {
            Remove(temporary);
            throw;
        }
    }

    /// <summary>The encoding of most of a model's numbers, or the nearest that has an exact zero.</summary>
    internal static ElementFormat MainFormat(GgufSource source)
    {
        var main = source.Tensors.Where(tensor => tensor.Shape.Count >= 2).GroupBy(tensor => tensor.Format).MaxBy(group => group.Sum(tensor => tensor.Elements))?.Key ?? ElementFormat.F32;

        // Blocks with a minimum have no code for 0; numbers of 64 bits are not written.
        return main is ElementFormat.F32 or ElementFormat.F16 or ElementFormat.BF16 or ElementFormat.Q8_0 or ElementFormat.Q6_K or ElementFormat.Q4_0 ? main
            : main == ElementFormat.F64 ? ElementFormat.F32 : ElementFormat.Q8_0;
    }

    private static void WriteGguf(ModelFolder source, TrainableDecoder model, string path, ThreadTeam team, CancellationToken cancellationToken)
    {
        using var frame = GgufSource.OpenFile(source.WeightFiles[0]);
        using var changed = model.ToGguf(frame);
        new Quantizer(team).Write(changed, new QuantizationOptions { Format = MainFormat(frame) }, path, cancellationToken: cancellationToken);
    }

    /// <summary>The files of a model that say how its weights are used.</summary>
    public static IEnumerable<string> SideFiles(ModelFolder source) => new[]
    {
        source.ConfigPath, source.GenerationConfigPath, source.TokenizerJsonPath, source.SentencePiecePath, source.VocabularyPath, source.MergesPath,
        source.TokenizerConfigPath, source.SpecialTokensPath, source.ChatTemplatePath,
    }.OfType<string>();

    private static void Remove(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
