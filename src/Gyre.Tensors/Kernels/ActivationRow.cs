using System.Runtime.Intrinsics;
using Gyre.Tensors.Kernels.Lanes;

namespace Gyre.Tensors.Kernels;

/// <summary>Applies an activation function to numbers in place, on the calling thread: for a body that runs on a team itself.</summary>
/// <remarks>The functions are those of the tape; see <see cref="ActivationFunction"/>.</remarks>
[HotPath]
public static unsafe class ActivationRow
{
    /// <summary>x = f(x).</summary>
    /// <param name="function">Which.</param>
    /// <param name="x">The first number.</param>
    /// <param name="count">How many.</param>
    public static void Apply(ActivationFunction function, float* x, long count)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Apply<Lanes512, Vector512<float>>(function, x, count);
        }
        else if (Vector256.IsHardwareAccelerated)
        {
            Apply<Lanes256, Vector256<float>>(function, x, count);
        }
        else if (Vector128.IsHardwareAccelerated)
        {
            Apply<Lanes128, Vector128<float>>(function, x, count);
        }
        else
        {
            Apply<Lanes1, float>(function, x, count);
        }
    }

    private static void Apply<TLanes, TV>(ActivationFunction function, float* x, long count)
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        switch (function)
        {
            case ActivationFunction.None:
                break;
            case ActivationFunction.Silu:
                Run<SiluFunction, TLanes, TV>(x, count);
                break;
            case ActivationFunction.Gelu:
                Run<GeluFunction, TLanes, TV>(x, count);
                break;
            case ActivationFunction.GeluTanh:
                Run<GeluTanhFunction, TLanes, TV>(x, count);
                break;
            case ActivationFunction.QuickGelu:
                Run<QuickGeluFunction, TLanes, TV>(x, count);
                break;
            case ActivationFunction.Relu:
                Run<Rectifier, TLanes, TV>(x, count);
                break;
            case ActivationFunction.Tanh:
                Run<HyperbolicTangent, TLanes, TV>(x, count);
                break;
            default:
                Throw(function);
                break;
        }
    }

    private static void Run<TFunction, TLanes, TV>(float* x, long count)
        where TFunction : struct, IUnaryFunction
        where TLanes : struct, ILanes<TV>
        where TV : struct
    {
        var job = new FlatJob { Count = count, X = x, Y = x };
        UnaryForward<TFunction>.Run<TLanes, TV>(0, 1, &job);
    }

    private static void Throw(ActivationFunction function) =>
        throw new ArgumentOutOfRangeException(nameof(function), function, "Apply an activation: expected one of the named functions.");
}
