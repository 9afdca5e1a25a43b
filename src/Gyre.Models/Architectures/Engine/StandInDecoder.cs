using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

internal static unsafe class StandInDecoder
{
    public static void Decode(ElementFormat format, byte* source, int count, float* destination)
    {
        for (var i = 0; i < count; i++)
        {
            destination[i] = format switch
            {
                ElementFormat.F32 => ((float*)source)[i],
                ElementFormat.F16 => (float)((Half*)source)[i],
                ElementFormat.BF16 => BitConverter.Int32BitsToSingle(((ushort*)source)[i] << 16),
                ElementFormat.Q8_0 => (float)*(Half*)(source + (i / 32 * 34)) * *(sbyte*)(source + (i / 32 * 34) + 2 + (i % 32)),
                ElementFormat.Q4_0 => (float)*(Half*)(source + (i / 32 * 18))
                    * (((source[(i / 32 * 18) + 2 + (i % 16)] >> (i % 32 / 16 * 4)) & 15) - 8),
                _ => throw new NotSupportedException(),
            };
        }
    }
}
