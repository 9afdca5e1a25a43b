using System.Text.Json.Nodes;
using Gyre.Models.Adapters;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Adapters;

/// <summary>A folder with an adapter, made of one of the kit's and then changed.</summary>
internal sealed unsafe class WrittenAdapter : IDisposable
{
    private const string Layers = PeftAdapter.Root + "model.layers.";

    public WrittenAdapter(string kit = "peft-lora-llama")
    {
        var source = TestData.Require("models/kit/" + kit);
        Json = JsonNode.Parse(File.ReadAllText(Path.Combine(source, PeftAdapter.ConfigurationFile)))!.AsObject();
        using var file = SafetensorsFile.Open(Path.Combine(source, PeftAdapter.TensorFile));
        foreach (var name in file.Names)
        {
            var tensor = file.Get(name);
            var values = new float[tensor.Shape.Aggregate(1L, (a, b) => a * b)];
            fixed (float* first = values)
            {
                Blocks.Dequantise(tensor.Format, tensor.Bytes, values.Length, first);
            }

            Tensors[name] = (values, [.. tensor.Shape]);
        }
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("gyre-adapter-").FullName;

    public JsonObject Json { get; }

    public Dictionary<string, (float[] Values, long[] Shape)> Tensors { get; } = new(StringComparer.Ordinal);

    /// <summary>The name of a tensor of a layer's module.</summary>
    public static string Name(int layer, string rest) => $"{Layers}{layer}.{rest}";

    /// <summary>Writes the files, into the folder or one below it.</summary>
    public string Write(string below = "")
    {
        var folder = Directory.CreateDirectory(Path.Combine(Folder, below)).FullName;
        File.WriteAllText(Path.Combine(folder, PeftAdapter.ConfigurationFile), Json.ToJsonString());
        var writer = new SafetensorsWriter();
        foreach (var (name, (values, shape)) in Tensors)
        {
            writer.Add(name, values, shape);
        }

        writer.Write(Path.Combine(folder, PeftAdapter.TensorFile));
        return Folder;
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
