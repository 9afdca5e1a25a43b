namespace Gyre.Training.Compression.Pruning;

/// <summary>Which weights are ranked together.</summary>
public enum PruningScope
{
    /// <summary>Those of one output: a row of a matrix. Every output keeps the same share of its inputs.</summary>
    Row,

    /// <summary>Those of one matrix.</summary>
    Matrix,

    /// <summary>Those of all matrices that are pruned.</summary>
    Model,
}
