using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Kernels;

/// <summary>Turns the stored keys or values of a block into single precision.</summary>
[HotPath]
internal static unsafe class KeyValueExpansion
{
    /// <summary>The keys as [width][64]: where they are, or <paramref name="room"/> filled with them.</summary>
    public static float* Keys(in KeyValueBlock layout, byte* block, float* room)
    {
        switch (layout.Format)
        {
            case KeyValueFormat.F32:
                return (float*)block;
            case KeyValueFormat.F16:
                Widen(block, layout.Width * KeyValueBlock.Tokens, room);
                return room;
            default:
                var scales = layout.KeyScales(block);
                for (var d = 0; d < layout.Width; d++)
                {
                    var at = d * KeyValueBlock.Tokens;
                    ScaleEach((sbyte*)block + at, scales + (d / 32 * KeyValueBlock.Tokens), KeyValueBlock.Tokens, room + at);
                }

                return room;
        }
    }

    /// <summary>The values of the first tokens as [tokens][padded width].</summary>
    public static float* Values(in KeyValueBlock layout, byte* block, int tokens, float* room)
    {
        var values = block + layout.KeyBytes;
        switch (layout.Format)
        {
            case KeyValueFormat.F32:
                return (float*)values;
            case KeyValueFormat.F16:
                Widen(values, tokens * layout.PaddedWidth, room);
                return room;
            default:
                var scales = layout.ValueScales(block);
                for (var token = 0; token < tokens; token++)
                {
                    for (var d = 0; d < layout.PaddedWidth; d += 16)
                    {
                        var at = (token * layout.PaddedWidth) + d;
                        ScaleAll((sbyte*)values + at, scales[(token * layout.Groups) + (d / 32)], room + at);
                    }
                }

                return room;
        }
    }

    /// <summary>A multiple of 16 numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Widen(byte* source, int count, float* destination)
    {
        var i = 0;
        if (Vector512.IsHardwareAccelerated)
        {
            for (; i < count; i += 16)
            {
                Vector512Halves.Load(source + (2 * i)).Store(destination + i);
            }
        }
        else
        {
            for (; i < count; i += 8)
            {
                Vector256Halves.Load(source + (2 * i)).Store(destination + i);
            }
        }
    }

    private static void ScaleEach(sbyte* codes, float* scales, int count, float* destination)
    {
        for (var i = 0; i < count; i += 8)
        {
            (Load(codes + i) * Vector256.Load(scales + i)).Store(destination + i);
        }
    }

    private static void ScaleAll(sbyte* codes, float scale, float* destination)
    {
        (Load(codes) * Vector256.Create(scale)).Store(destination);
        (Load(codes + 8) * Vector256.Create(scale)).Store(destination + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load(sbyte* codes)
    {
        var shorts = Vector128.WidenLower(Vector128.CreateScalarUnsafe(*(long*)codes).AsSByte());
        return Vector256.ConvertToSingle(Vector256.Create(Vector128.WidenLower(shorts), Vector128.WidenUpper(shorts)));
    }
}
