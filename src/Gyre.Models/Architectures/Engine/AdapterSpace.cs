namespace Gyre.Models.Architectures.Engine;

/// <summary>Room for what the adapters of a step's rows give between their two products; all steps use the same.</summary>
/// <remarks>Owns: its memory. Grown between runs.</remarks>
internal sealed unsafe class AdapterSpace(PlanLimits limits) : IDisposable
{
    /// <summary>The most products that share an input: queries, keys and values.</summary>
    public const int MostTargets = 3;

    private const int LineFloats = 16;
    private NativeBuffer? _floats;

    /// <summary>Numbers of one product.</summary>
    public int Capacity { get; private set; }

    /// <summary>Makes room for adapters of this rank.</summary>
    public void Grow(int rank)
    {
        if (rank <= Capacity)
        {
            return;
        }

        Capacity = (rank + LineFloats - 1) / LineFloats * LineFloats;
        _floats?.Dispose();
        _floats = NativeBuffer.OfFloats(((long)limits.MaxRows + limits.Members) * MostTargets * Capacity);
    }

    /// <summary>Room for one product of one of many rows.</summary>
    public float* OfRow(int row, int target) => _floats!.Floats + ((((long)row * MostTargets) + target) * Capacity); // Grown when the first adapter was loaded.

    /// <summary>Room for one product of a single row, for each member.</summary>
    public float* OfMember(int member, int target) => OfRow(limits.MaxRows + member, target);

    public void Dispose() => _floats?.Dispose();
}
