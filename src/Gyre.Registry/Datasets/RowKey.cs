using System.Runtime.InteropServices;

namespace Gyre.Registry.Datasets;

/// <summary>A row by the digest of what orders it.</summary>
/// <param name="Key">128 bits of a SHA-256: of the id, or of a group.</param>
/// <param name="Content">128 bits of the SHA-256 of the line.</param>
/// <param name="Row">Its number, from 0.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
internal readonly record struct RowKey(UInt128 Key, UInt128 Content, long Row) : IComparable<RowKey>
{
    public int CompareTo(RowKey other)
    {
        var order = Key.CompareTo(other.Key);
        return order != 0 ? order : Row.CompareTo(other.Row);
    }
}
