namespace Gyre.Training.Compression.Pruning;

/// <summary>How a model is pruned. Immutable.</summary>
public sealed record PruningOptions
{
    /// <summary>How weights are scored; default Wanda.</summary>
    public PruningMethod Method { get; init; } = PruningMethod.Wanda;

    /// <summary>How many go.</summary>
    public required Sparsity Sparsity { get; init; }

    /// <summary>Which weights are ranked together; null for a row of Wanda's and a matrix of magnitudes. Groups are always within a row.</summary>
    public PruningScope? Scope { get; init; }

    /// <summary>Layers, from 0, that keep more or fewer than the others.</summary>
    public IReadOnlyDictionary<int, Sparsity> Layers { get; init; } = new Dictionary<int, Sparsity>();

    /// <summary>Token embeddings are pruned too; by magnitude only.</summary>
    public bool IncludesEmbeddings { get; init; }

    /// <summary>Matrices outside of the layers, the output layer above all, are pruned too; by magnitude only.</summary>
    public bool IncludesOutput { get; init; }

    /// <summary>The scope that holds.</summary>
    public PruningScope EffectiveScope =>
        Sparsity.IsGrouped ? PruningScope.Row : Scope ?? (Method == PruningMethod.Wanda ? PruningScope.Row : PruningScope.Matrix);

    /// <summary>A layer's sparsity.</summary>
    internal Sparsity Of(int? layer) => layer is { } index && Layers.TryGetValue(index, out var own) ? own : Sparsity;
}
