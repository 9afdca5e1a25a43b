namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>Buffers that one sample after the other uses.</summary>
internal interface IScratch
{
    /// <summary>How much the buffers hold, in elements.</summary>
    int Capacity { get; }

    /// <summary>Forgets the last sample.</summary>
    void Clear();
}
