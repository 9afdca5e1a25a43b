using System.Runtime.Intrinsics;

namespace Gyre.Tensors.Kernels;

/// <summary>What sets the K formats apart inside <see cref="PackedSuperKernels256{TCodes}"/>; numbers of blocks and vectors are constants where it is called.</summary>
internal unsafe interface IPackedCodes256
{
    /// <summary>Whether a block has a minimum.</summary>
    static abstract bool HasMinima { get; }

    /// <summary>Bytes of high bits before a pair's codes.</summary>
    static abstract int HighBytes { get; }

    /// <summary>Unsigned codes: columns 4·<paramref name="vector"/> … + 3 of 8 rows, of the even (0) or odd (1) block of a pair.</summary>
    static abstract Vector256<byte> Codes(byte* codes, int block, int vector);

    /// <summary>The factor of a block's first columns, twice in every row's lane.</summary>
    static abstract Vector256<short> FirstFactor(Vector256<byte> factors, int block);

    /// <summary>The factor of a block's last 16 columns; not used where there is one factor a block.</summary>
    static abstract Vector256<short> LastFactor(Vector256<byte> factors, int block);

    /// <summary>The products of a block's codes and factors with 32 activations, exact.</summary>
    static abstract Vector256<int> Dot(
        Vector256<byte> c0, Vector256<byte> c1, Vector256<byte> c2, Vector256<byte> c3, Vector256<byte> c4, Vector256<byte> c5, Vector256<byte> c6, Vector256<byte> c7,
        uint* activations, int* centres, Vector256<short> first, Vector256<short> last);
}
