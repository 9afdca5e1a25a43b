using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Gyre.Tensors.Kernels;

/// <summary>
/// Copies a strip of a matrix into a panel [k][width]: the lanes are rows of A or columns of B, whichever way the
/// matrix is stored.
/// </summary>
internal static unsafe class GemmPacking
{
    /// <summary>Elements that a panel may write behind its end (the overlapping stores of the transposes).</summary>
    public const int SlackElements = 16;

    /// <summary>Packs one panel; lanes from <paramref name="lanes"/> to <paramref name="width"/> become zero.</summary>
    public static void Pack(float* source, nint laneStride, nint kStride, int lanes, int k, int width, float* destination)
    {
        if (laneStride == 1 && lanes == width)
        {
            CopyRows(source, kStride, k, width, destination);
        }
        else if (kStride == 1 && Avx512F.IsSupported && width is 14 or 32)
        {
            Transpose512(source, laneStride, lanes, k, width, destination);
        }
        else if (kStride == 1 && Avx.IsSupported && width is 6 or 16)
        {
            Transpose256(source, laneStride, lanes, k, width, destination);
        }
        else
        {
            Gather(source, laneStride, kStride, lanes, 0, k, width, destination);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyRows(float* source, nint kStride, int k, int width, float* destination)
    {
        if (width == 14)
        {
            for (var p = 0; p < k; p++, source += kStride, destination += 14)
            {
                Vector256.Load(source).Store(destination);
                Vector256.Load(source + 6).Store(destination + 6);
            }
        }
        else if (width == 6)
        {
            for (var p = 0; p < k; p++, source += kStride, destination += 6)
            {
                Vector128.Load(source).Store(destination);
                Vector128.Load(source + 2).Store(destination + 2);
            }
        }
        else
        {
            for (var p = 0; p < k; p++, source += kStride, destination += width)
            {
                for (var lane = 0; lane < width; lane += 8)
                {
                    Vector256.Load(source + lane).Store(destination + lane);
                }
            }
        }
    }

    private static void Gather(
        float* source, nint laneStride, nint kStride, int lanes, int begin, int k, int width, float* destination)
    {
        for (var p = begin; p < k; p++)
        {
            var from = source + (p * kStride);
            var to = destination + ((nint)p * width);
            for (var lane = 0; lane < lanes; lane++)
            {
                to[lane] = from[lane * laneStride];
            }

            for (var lane = lanes; lane < width; lane++)
            {
                to[lane] = 0;
            }
        }
    }

    private static void Transpose512(float* source, nint laneStride, int lanes, int k, int width, float* destination)
    {
        var blocks = k & ~15;
        for (var p = 0; p < blocks; p += 16)
        {
            for (var lane = 0; lane < width; lane += 16)
            {
                Transpose16(source + p + (lane * laneStride), laneStride, lanes - lane, width, destination + ((nint)p * width) + lane);
            }
        }

        Gather(source, laneStride, 1, lanes, blocks, k, width, destination);
    }

    private static void Transpose256(float* source, nint laneStride, int lanes, int k, int width, float* destination)
    {
        var blocks = k & ~7;
        for (var p = 0; p < blocks; p += 8)
        {
            for (var lane = 0; lane < width; lane += 8)
            {
                Transpose8(source + p + (lane * laneStride), laneStride, lanes - lane, width, destination + ((nint)p * width) + lane);
            }
        }

        Gather(source, laneStride, 1, lanes, blocks, k, width, destination);
    }

    /// <summary>16 lanes of 16 neighbours become 16 steps of 16 lanes; with a width of 14 each store overlaps the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose16(float* source, nint laneStride, int lanes, int step, float* destination)
    {
        var r0 = lanes > 0 ? Vector512.Load(source) : Vector512<float>.Zero;
        var r1 = lanes > 1 ? Vector512.Load(source + laneStride) : Vector512<float>.Zero;
        var r2 = lanes > 2 ? Vector512.Load(source + (2 * laneStride)) : Vector512<float>.Zero;
        var r3 = lanes > 3 ? Vector512.Load(source + (3 * laneStride)) : Vector512<float>.Zero;
        var r4 = lanes > 4 ? Vector512.Load(source + (4 * laneStride)) : Vector512<float>.Zero;
        var r5 = lanes > 5 ? Vector512.Load(source + (5 * laneStride)) : Vector512<float>.Zero;
        var r6 = lanes > 6 ? Vector512.Load(source + (6 * laneStride)) : Vector512<float>.Zero;
        var r7 = lanes > 7 ? Vector512.Load(source + (7 * laneStride)) : Vector512<float>.Zero;
        var r8 = lanes > 8 ? Vector512.Load(source + (8 * laneStride)) : Vector512<float>.Zero;
        var r9 = lanes > 9 ? Vector512.Load(source + (9 * laneStride)) : Vector512<float>.Zero;
        var r10 = lanes > 10 ? Vector512.Load(source + (10 * laneStride)) : Vector512<float>.Zero;
        var r11 = lanes > 11 ? Vector512.Load(source + (11 * laneStride)) : Vector512<float>.Zero;
        var r12 = lanes > 12 ? Vector512.Load(source + (12 * laneStride)) : Vector512<float>.Zero;
        var r13 = lanes > 13 ? Vector512.Load(source + (13 * laneStride)) : Vector512<float>.Zero;
        var r14 = lanes > 14 ? Vector512.Load(source + (14 * laneStride)) : Vector512<float>.Zero;
        var r15 = lanes > 15 ? Vector512.Load(source + (15 * laneStride)) : Vector512<float>.Zero;
        var t0 = Avx512F.UnpackLow(r0, r1).AsDouble();
        var t1 = Avx512F.UnpackHigh(r0, r1).AsDouble();
        var t2 = Avx512F.UnpackLow(r2, r3).AsDouble();
        var t3 = Avx512F.UnpackHigh(r2, r3).AsDouble();
        var t4 = Avx512F.UnpackLow(r4, r5).AsDouble();
        var t5 = Avx512F.UnpackHigh(r4, r5).AsDouble();
        var t6 = Avx512F.UnpackLow(r6, r7).AsDouble();
        var t7 = Avx512F.UnpackHigh(r6, r7).AsDouble();
        var t8 = Avx512F.UnpackLow(r8, r9).AsDouble();
        var t9 = Avx512F.UnpackHigh(r8, r9).AsDouble();
        var t10 = Avx512F.UnpackLow(r10, r11).AsDouble();
        var t11 = Avx512F.UnpackHigh(r10, r11).AsDouble();
        var t12 = Avx512F.UnpackLow(r12, r13).AsDouble();
        var t13 = Avx512F.UnpackHigh(r12, r13).AsDouble();
        var t14 = Avx512F.UnpackLow(r14, r15).AsDouble();
        var t15 = Avx512F.UnpackHigh(r14, r15).AsDouble();
        var u0 = Avx512F.UnpackLow(t0, t2).AsSingle();
        var u1 = Avx512F.UnpackHigh(t0, t2).AsSingle();
        var u2 = Avx512F.UnpackLow(t1, t3).AsSingle();
        var u3 = Avx512F.UnpackHigh(t1, t3).AsSingle();
        var u4 = Avx512F.UnpackLow(t4, t6).AsSingle();
        var u5 = Avx512F.UnpackHigh(t4, t6).AsSingle();
        var u6 = Avx512F.UnpackLow(t5, t7).AsSingle();
        var u7 = Avx512F.UnpackHigh(t5, t7).AsSingle();
        var u8 = Avx512F.UnpackLow(t8, t10).AsSingle();
        var u9 = Avx512F.UnpackHigh(t8, t10).AsSingle();
        var u10 = Avx512F.UnpackLow(t9, t11).AsSingle();
        var u11 = Avx512F.UnpackHigh(t9, t11).AsSingle();
        var u12 = Avx512F.UnpackLow(t12, t14).AsSingle();
        var u13 = Avx512F.UnpackHigh(t12, t14).AsSingle();
        var u14 = Avx512F.UnpackLow(t13, t15).AsSingle();
        var u15 = Avx512F.UnpackHigh(t13, t15).AsSingle();
        var e0 = Avx512F.Shuffle4x128(u0, u4, 0x88);
        var e4 = Avx512F.Shuffle4x128(u8, u12, 0x88);
        var e1 = Avx512F.Shuffle4x128(u1, u5, 0x88);
        var e5 = Avx512F.Shuffle4x128(u9, u13, 0x88);
        var e2 = Avx512F.Shuffle4x128(u2, u6, 0x88);
        var e6 = Avx512F.Shuffle4x128(u10, u14, 0x88);
        var e3 = Avx512F.Shuffle4x128(u3, u7, 0x88);
        var e7 = Avx512F.Shuffle4x128(u11, u15, 0x88);
        var o0 = Avx512F.Shuffle4x128(u0, u4, 0xDD);
        var o4 = Avx512F.Shuffle4x128(u8, u12, 0xDD);
        var o1 = Avx512F.Shuffle4x128(u1, u5, 0xDD);
        var o5 = Avx512F.Shuffle4x128(u9, u13, 0xDD);
        var o2 = Avx512F.Shuffle4x128(u2, u6, 0xDD);
        var o6 = Avx512F.Shuffle4x128(u10, u14, 0xDD);
        var o3 = Avx512F.Shuffle4x128(u3, u7, 0xDD);
        var o7 = Avx512F.Shuffle4x128(u11, u15, 0xDD);

        // In ascending order: a store of 16 lanes into a narrower panel spills into the next step, which then overwrites it.
        Avx512F.Shuffle4x128(e0, e4, 0x88).Store(destination);
        Avx512F.Shuffle4x128(e1, e5, 0x88).Store(destination + step);
        Avx512F.Shuffle4x128(e2, e6, 0x88).Store(destination + (2 * step));
        Avx512F.Shuffle4x128(e3, e7, 0x88).Store(destination + (3 * step));
        Avx512F.Shuffle4x128(o0, o4, 0x88).Store(destination + (4 * step));
        Avx512F.Shuffle4x128(o1, o5, 0x88).Store(destination + (5 * step));
        Avx512F.Shuffle4x128(o2, o6, 0x88).Store(destination + (6 * step));
        Avx512F.Shuffle4x128(o3, o7, 0x88).Store(destination + (7 * step));
        Avx512F.Shuffle4x128(e0, e4, 0xDD).Store(destination + (8 * step));
        Avx512F.Shuffle4x128(e1, e5, 0xDD).Store(destination + (9 * step));
        Avx512F.Shuffle4x128(e2, e6, 0xDD).Store(destination + (10 * step));
        Avx512F.Shuffle4x128(e3, e7, 0xDD).Store(destination + (11 * step));
        Avx512F.Shuffle4x128(o0, o4, 0xDD).Store(destination + (12 * step));
        Avx512F.Shuffle4x128(o1, o5, 0xDD).Store(destination + (13 * step));
        Avx512F.Shuffle4x128(o2, o6, 0xDD).Store(destination + (14 * step));
        Avx512F.Shuffle4x128(o3, o7, 0xDD).Store(destination + (15 * step));
    }

    /// <summary>8 lanes of 8 neighbours become 8 steps of 8 lanes; with a width of 6 each store overlaps the next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose8(float* source, nint laneStride, int lanes, int step, float* destination)
    {
        var r0 = lanes > 0 ? Vector256.Load(source) : Vector256<float>.Zero;
        var r1 = lanes > 1 ? Vector256.Load(source + laneStride) : Vector256<float>.Zero;
        var r2 = lanes > 2 ? Vector256.Load(source + (2 * laneStride)) : Vector256<float>.Zero;
        var r3 = lanes > 3 ? Vector256.Load(source + (3 * laneStride)) : Vector256<float>.Zero;
        var r4 = lanes > 4 ? Vector256.Load(source + (4 * laneStride)) : Vector256<float>.Zero;
        var r5 = lanes > 5 ? Vector256.Load(source + (5 * laneStride)) : Vector256<float>.Zero;
        var r6 = lanes > 6 ? Vector256.Load(source + (6 * laneStride)) : Vector256<float>.Zero;
        var r7 = lanes > 7 ? Vector256.Load(source + (7 * laneStride)) : Vector256<float>.Zero;
        var t0 = Avx.UnpackLow(r0, r1);
        var t1 = Avx.UnpackHigh(r0, r1);
        var t2 = Avx.UnpackLow(r2, r3);
        var t3 = Avx.UnpackHigh(r2, r3);
        var t4 = Avx.UnpackLow(r4, r5);
        var t5 = Avx.UnpackHigh(r4, r5);
        var t6 = Avx.UnpackLow(r6, r7);
        var t7 = Avx.UnpackHigh(r6, r7);
        var u0 = Avx.Shuffle(t0, t2, 0x44);
        var u1 = Avx.Shuffle(t0, t2, 0xEE);
        var u2 = Avx.Shuffle(t1, t3, 0x44);
        var u3 = Avx.Shuffle(t1, t3, 0xEE);
        var u4 = Avx.Shuffle(t4, t6, 0x44);
        var u5 = Avx.Shuffle(t4, t6, 0xEE);
        var u6 = Avx.Shuffle(t5, t7, 0x44);
        var u7 = Avx.Shuffle(t5, t7, 0xEE);
        Avx.Permute2x128(u0, u4, 0x20).Store(destination);
        Avx.Permute2x128(u1, u5, 0x20).Store(destination + step);
        Avx.Permute2x128(u2, u6, 0x20).Store(destination + (2 * step));
        Avx.Permute2x128(u3, u7, 0x20).Store(destination + (3 * step));
        Avx.Permute2x128(u0, u4, 0x31).Store(destination + (4 * step));
        Avx.Permute2x128(u1, u5, 0x31).Store(destination + (5 * step));
        Avx.Permute2x128(u2, u6, 0x31).Store(destination + (6 * step));
        Avx.Permute2x128(u3, u7, 0x31).Store(destination + (7 * step));
    }
}
