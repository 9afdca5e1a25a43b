namespace Gyre.Models.Architectures;

/// <summary>A model in training whose weights can be frozen, and that can have adapters beside them.</summary>
public interface IAdaptable
{
    /// <summary>Every trained tensor, in a fixed order: those of the adapter in use, or those weights of the model that are not frozen.</summary>
    IReadOnlyList<Parameter> Parameters { get; }

    /// <summary>The names of the adapters beside it, in the order in which they came.</summary>
    IReadOnlyList<string> Adapters { get; }

    /// <summary>The adapter in use; null for the model alone.</summary>
    string? Adapter { get; }

    /// <summary>What an adapter is put over.</summary>
    internal AdaptedNetwork Network { get; }

    /// <summary>Keeps the weights as they are: for frozen ones no gradient is computed, and no memory is held for it.</summary>
    /// <param name="trained">Modules that are trained all the same, by the end of their path from a dot on (<c>classifier</c>); a later call replaces them.</param>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0425</c> a name that no module has.</remarks>
    void Freeze(params IReadOnlyList<string> trained);

    /// <summary>Computes and trains with another of its adapters, or with none.</summary>
    /// <param name="name">The adapter's name; null for the model alone.</param>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0423</c> no adapter of that name; <c>RUN0426</c> one is merged into the weights.</remarks>
    void UseAdapter(string? name);
}
