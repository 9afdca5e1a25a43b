using System.Runtime.Intrinsics;

namespace Gyre.Tensors.Kernels;

/// <summary>What sets the K formats apart inside <see cref="PackedSuperKernels512{TCodes}"/>; numbers of blocks and vectors are constants where it is called.</summary>
internal unsafe interface IPackedCodes512
{
    /// <summary>Whether a block has a minimum.</summary>
    static abstract bool HasMinima { get; }

    /// <summary>Bytes of high bits before a pair's codes.</summary>
    static abstract int HighBytes { get; }

    /// <summary>Unsigned codes: columns 4·<paramref name="vector"/> … + 3 of 16 rows, of the even (0) or odd (1) block of a pair.</summary>
    static abstract Vector512<byte> Codes(byte* codes, int block, int vector);

    /// <summary>The factor of a block's first columns, twice in every row's lane.</summary>
    static abstract Vector512<short> FirstFactor(Vector512<byte> factors, int block);

    /// <summary>The factor of a block's last 16 columns; not used where there is one factor a block.</summary>
    static abstract Vector512<short> LastFactor(Vector512<byte> factors, int block);

    /// <summary>The products of a block's codes and factors with 32 activations, exact.</summary>
    static abstract Vector512<int> Dot(
        Vector512<byte> c0, Vector512<byte> c1, Vector512<byte> c2, Vector512<byte> c3, Vector512<byte> c4, Vector512<byte> c5, Vector512<byte> c6, Vector512<byte> c7,
        uint* activations, int* centres, Vector512<short> first, Vector512<short> last);
}
