namespace Gyre.Models.Architectures;

/// <summary>A loaded network that adapters stand beside, each chosen by its name.</summary>
/// <remarks>Owns: the adapters. Safe for several threads.</remarks>
public interface IAdapterHost
{
    /// <summary>The names of the loaded adapters, sorted.</summary>
    IReadOnlyList<string> Adapters => [];

    /// <summary>Loads an adapter in PEFT's form beside the base; what runs goes on meanwhile.</summary>
    /// <param name="name">What requests call it.</param>
    /// <param name="folder">Holds <c>adapter_config.json</c> and <c>adapter_model.safetensors</c>, or one folder that does.</param>
    /// <remarks>
    /// <para>Errors: <see cref="ModelException"/> <c>RUN0420</c> a faulty or missing configuration, <c>RUN0421</c> a kind or
    /// setting that is not computed, <c>RUN0422</c> tensors that do not fit this base, <c>RUN0424</c> a name that is
    /// taken, too many adapters, or no memory left for them, <c>RUN0015</c> numbers that are not finite, and those of a
    /// damaged file.</para>
    /// <para>Cost: reads the adapter once; for DoRA also the weights that it changes, for virtual tokens one pass over them.</para>
    /// </remarks>
    void LoadAdapter(string name, string folder) =>
        throw new ModelException("RUN0421", $"Load adapter '{name}': this model computes with none. Merge the adapter into its base.");

    /// <summary>Lets nobody else use an adapter; it is freed when the last one who does is done.</summary>
    /// <returns>False when none of that name is loaded.</returns>
    bool UnloadAdapter(string name) => false;

    /// <summary>Begins to use an adapter.</summary>
    /// <remarks>Owns: the caller disposes the use. Errors: <see cref="ModelException"/> <c>RUN0423</c> for one that is not loaded.</remarks>
    IAdapterUse UseAdapter(string name) => throw Gyre.Models.Adapters.AdapterErrors.Unknown(name, Adapters);
}
