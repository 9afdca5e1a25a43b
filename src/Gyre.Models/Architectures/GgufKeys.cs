using Gyre.Models.Weights;

namespace Gyre.Models.Architectures;

/// <summary>Writes the keys of one architecture to a GGUF file, and collects what its format cannot say.</summary>
internal sealed class GgufKeys(GgufWriter writer, string architecture)
{
    /// <summary>What the format cannot say of the model, in words.</summary>
    public List<string> Faults { get; } = [];

    /// <summary>Small tensors that belong to the configuration, by name.</summary>
    public List<(string Name, float[] Values)> Vectors { get; } = [];

    public void Set(string key, int value) => writer.SetUInt32($"{architecture}.{key}", (uint)value);

    public void Set(string key, float value) => writer.SetFloat($"{architecture}.{key}", value);

    public void Set(string key, bool value) => writer.SetBoolean($"{architecture}.{key}", value);

    public void Set(string key, string value) => writer.SetString($"{architecture}.{key}", value);

    /// <summary>A fault unless the format can say it.</summary>
    public void Require(bool canSay, string what)
    {
        if (!canSay)
        {
            Faults.Add(what);
        }
    }
}
