using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.Training.Recipes;
using Gyre.Training.Runs;
using Gyre.Training.Sources;

namespace Gyre.Training.Export;

/// <summary>Writes a trained model as a folder that any loader of Hugging Face models reads.</summary>
internal static class ModelExport
{
    private static readonly JsonSerializerOptions Json = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes the folder beside its final place, then puts it there.</summary>
    /// <remarks>Errors: TRN0050 it could not be written; a model that was there before is intact then.</remarks>
    public static void Write(
        string folder,
        TrainingRecipe recipe,
        DecoderConfiguration configuration,
        IReadOnlyList<ExportedTensor> tensors,
        ITokenizer tokenizer,
        string tokenizerFolder,
        ICorpusSource source,
        ThreadTeam team)
    {
        ReplacedFolder.Write(folder, "the trained model", temporary =>
        {
            foreach (var file in Directory.EnumerateFiles(tokenizerFolder))
            {
                File.Copy(file, Path.Combine(temporary, Path.GetFileName(file)));
            }

            AtomicFile.WriteText(Path.Combine(temporary, "config.json"), configuration.ToHuggingFace() + "\n");
            AtomicFile.WriteText(Path.Combine(temporary, "generation_config.json"), GenerationConfiguration(configuration).ToJsonString(Json) + "\n");
            WriteTokenizerConfiguration(Path.Combine(temporary, "tokenizer_config.json"), configuration, tokenizer, source);
            foreach (var format in recipe.Export)
            {
                WriteWeights(temporary, format, recipe, tensors, team);
            }
        });
    }

    private static void WriteWeights(string folder, ExportFormat format, TrainingRecipe recipe, IReadOnlyList<ExportedTensor> tensors, ThreadTeam team)
    {
        if (format == ExportFormat.GgufQ8)
        {
            GgufExport.Write(Path.Combine(folder, "model-q8_0.gguf"), recipe.Name, folder, tensors, team);
            return;
        }

        var writer = new SafetensorsWriter().SetMetadata("format", "pt");
        foreach (var tensor in tensors)
        {
            if (format == ExportFormat.SafetensorsF32)
            {
                writer.Add(tensor.Name, tensor.Values, tensor.LongShape);
                continue;
            }

            var bytes = new byte[FormatTraits.LengthBytes(ElementFormat.F16, tensor.Values.Length)];
            Blocks.Quantise(ElementFormat.F16, tensor.Values, bytes);
            writer.Add(tensor.Name, ElementFormat.F16, bytes, tensor.LongShape);
        }

        writer.Write(Path.Combine(folder, "model.safetensors"));
    }

    private static JsonObject GenerationConfiguration(DecoderConfiguration configuration)
    {
        var json = new JsonObject();
        if (configuration.BeginTokenId is { } begin)
        {
            json["bos_token_id"] = begin;
        }

        if (configuration.EndTokenIds.Count > 0)
        {
            json["eos_token_id"] = new JsonArray([.. configuration.EndTokenIds.Select(id => (JsonNode)id)]);
        }

        json["do_sample"] = false;
        return json;
    }

    private static void WriteTokenizerConfiguration(string path, DecoderConfiguration configuration, ITokenizer tokenizer, ICorpusSource source)
    {
        var json = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? [] : new JsonObject
        {
            ["tokenizer_class"] = "PreTrainedTokenizerFast",
            ["clean_up_tokenization_spaces"] = false,
        };
        json["model_max_length"] = configuration.ContextLength;
        if (configuration.EndTokenIds.Count > 0)
        {
            json["eos_token"] ??= tokenizer.GetToken(configuration.EndTokenIds[0]);
        }

        if (source.ChatTemplate is not null)
        {
            json["chat_template"] = source.ChatTemplate;
        }

        AtomicFile.WriteText(path, json.ToJsonString(Json) + "\n");
    }
}
