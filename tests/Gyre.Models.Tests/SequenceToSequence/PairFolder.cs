using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Tensors;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.SequenceToSequence;

/// <summary>A model folder made for a test, removed afterwards.</summary>
internal sealed class PairFolder : IDisposable
{
    private PairFolder() => Path = Directory.CreateTempSubdirectory("gyre-pair-").FullName;

    public string Path { get; }

    /// <summary>A model of the kit with more settings in its generation_config.json.</summary>
    public static PairFolder OfKit(string name, JsonObject settings)
    {
        var folder = new PairFolder();
        var source = TestData.Require("models/kit/" + name);
        foreach (var file in new[] { "config.json", "model.safetensors" })
        {
            File.Copy(System.IO.Path.Combine(source, file), System.IO.Path.Combine(folder.Path, file));
        }

        var json = JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(source, "generation_config.json")))!.AsObject();
        foreach (var (key, value) in settings)
        {
            json[key] = value?.DeepClone();
        }

        File.WriteAllText(System.IO.Path.Combine(folder.Path, "generation_config.json"), json.ToJsonString());
        return folder;
    }

    /// <summary>A small random network with a published translation model's tokenizer and settings.</summary>
    public static PairFolder OfMarian()
    {
        var folder = new PairFolder();
        var source = TestData.Require("tokenizers/marian-opus-mt-en-fr");
        foreach (var file in Directory.GetFiles(source).Where(file => !file.EndsWith(".md", StringComparison.Ordinal)))
        {
            File.Copy(file, System.IO.Path.Combine(folder.Path, System.IO.Path.GetFileName(file)));
        }

        var config = System.IO.Path.Combine(folder.Path, "config.json");
        var json = JsonNode.Parse(File.ReadAllText(config))!.AsObject();
        foreach (var (field, size) in new[]
        {
            ("d_model", 16), ("encoder_layers", 1), ("decoder_layers", 1), ("encoder_attention_heads", 2), ("decoder_attention_heads", 2),
            ("encoder_ffn_dim", 24), ("decoder_ffn_dim", 24), ("max_length", 9),
        })
        {
            json[field] = size;
        }

        json["init_std"] = 0.3;
        using var pool = new TensorPool();
        using (var model = new TrainableEncoderDecoder(EncoderDecoderConfiguration.FromHuggingFace(json.ToJsonString(), config), pool, 3))
        {
            model.Save(folder.Path);
        }

        File.Delete(config);
        File.WriteAllText(config, json.ToJsonString());
        return folder;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
