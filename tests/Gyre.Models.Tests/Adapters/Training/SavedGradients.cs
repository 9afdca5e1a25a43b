using Gyre.Models.Adapters;
using Gyre.Models.Adapters.Training;
using Gyre.Models.Tests.Architectures;

namespace Gyre.Models.Tests.Adapters.Training;

/// <summary>The gradients of an adapter as the reference would lay them out: written as if they were the adapter.</summary>
internal sealed class SavedGradients : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-gradients-").FullName;
    private readonly GoldenArrays _arrays;

    public SavedGradients(TrainableAdapter adapter)
    {
        var values = adapter.Parameters.Select(parameter => parameter.Value.ToArray()).ToArray();
        foreach (var parameter in adapter.Parameters)
        {
            parameter.Value.CopyFrom(parameter.Value.Gradient!.ToArray()); // A backward pass came before.
        }

        adapter.Save(_folder);
        for (var i = 0; i < values.Length; i++)
        {
            adapter.Parameters[i].Value.CopyFrom(values[i]);
        }

        _arrays = GoldenArrays.Open(_folder, PeftAdapter.TensorFile);
    }

    /// <summary>A parameter's name in the reference as ours.</summary>
    public static string PathOf(string name) =>
        name[PeftAdapter.Root.Length..].Replace(".default", "", StringComparison.Ordinal);

    public float[] Of(string name) =>
        Array.ConvertAll(_arrays.Numbers(name.StartsWith("prompt_encoder", StringComparison.Ordinal) ? PeftAdapter.PromptTensor : PeftAdapter.Root + PathOf(Saved(name))), value => (float)value);

    public void Dispose()
    {
        _arrays.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Saved(string name) => name
        .Replace(".modules_to_save", "", StringComparison.Ordinal)
        .Replace("lora_magnitude_vector.default.weight", "lora_magnitude_vector", StringComparison.Ordinal);
}
