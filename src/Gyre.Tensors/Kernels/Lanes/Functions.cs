using System.Runtime.CompilerServices;

namespace Gyre.Tensors.Kernels.Lanes;

/// <summary>
/// Elementary functions by range reduction and our own Chebyshev fits; the relative error of the exponentials and the
/// absolute error of the bounded functions stay below 3e-7.
/// </summary>
internal static class Functions
{
    private const float Log2OfE = 1.44269504f;

    // ln 2 in two parts, so that the reduced argument keeps its bits.
    private const float Ln2High = 0.693145752f;
    private const float Ln2Low = 1.42860677e-6f;

    /// <summary>e^x over the whole range, with gradual underflow; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Exp<TLanes, TV>(TV x)
        where TLanes : ILanes<TV>
        where TV : struct
    {
        x = TLanes.Min(TLanes.Broadcast(89f), TLanes.Max(TLanes.Broadcast(-104.5f), x));
        var n = TLanes.Round(TLanes.Multiply(x, TLanes.Broadcast(Log2OfE)));
        var rest = TLanes.MultiplyAdd(n, TLanes.Broadcast(-Ln2High), x);
        rest = TLanes.MultiplyAdd(n, TLanes.Broadcast(-Ln2Low), rest);
        var p = FractionalPower<TLanes, TV>(TLanes.Multiply(rest, TLanes.Broadcast(Log2OfE)));

        // Two factors, because 2^n alone leaves the range for n below −126 and for n = 128.
        var half = TLanes.Round(TLanes.Multiply(n, TLanes.Broadcast(0.5f)));
        return TLanes.Multiply(TLanes.Multiply(p, TLanes.PowerOfTwo(half)), TLanes.PowerOfTwo(TLanes.Subtract(n, half)));
    }

    /// <summary>2^x for x at most 126: of −∞ the result is exactly 0; below −126 it may be flushed to 0; NaN stays NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Exp2<TLanes, TV>(TV x)
        where TLanes : ILanes<TV>
        where TV : struct
    {
        var f = TLanes.SplitExponent(x, out var n);
        var p = TLanes.MultiplyAdd(TLanes.Broadcast(0.001339086336f), f, TLanes.Broadcast(0.009676031918f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.05550357114f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.2402210749f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.693147188f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(1.000000075f));
        return TLanes.Scale(p, n);
    }

    /// <summary>1 / (1 + e^−x).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Sigmoid<TLanes, TV>(TV x)
        where TLanes : ILanes<TV>
        where TV : struct
    {
        var one = TLanes.Broadcast(1f);
        return TLanes.Divide(one, TLanes.Add(one, Exp<TLanes, TV>(TLanes.Negate(x))));
    }

    /// <summary>The hyperbolic tangent.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Tanh<TLanes, TV>(TV x)
        where TLanes : ILanes<TV>
        where TV : struct
    {
        var z = TLanes.Multiply(x, x);
        var p = TLanes.MultiplyAdd(TLanes.Broadcast(-0.005599785037f), z, TLanes.Broadcast(0.020536972f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Broadcast(-0.05370427744f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Broadcast(0.1333091717f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Broadcast(-0.3333325145f));
        var near = TLanes.MultiplyAdd(TLanes.Multiply(p, z), x, x);
        var e = Exp<TLanes, TV>(TLanes.Add(x, x));
        var one = TLanes.Broadcast(1f);
        var far = TLanes.Subtract(one, TLanes.Divide(TLanes.Broadcast(2f), TLanes.Add(e, one)));
        return TLanes.Select(TLanes.LessThan(z, TLanes.Broadcast(0.4f)), near, far);
    }

    /// <summary>The error function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TV Erf<TLanes, TV>(TV x)
        where TLanes : ILanes<TV>
        where TV : struct
    {
        var z = TLanes.Multiply(x, x);
        var p = TLanes.MultiplyAdd(TLanes.Broadcast(7.875875063e-5f), z, TLanes.Broadcast(-0.0008016864287f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Broadcast(0.005189087423f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Broadcast(-0.02685421201f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Broadcast(0.1128359472f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Broadcast(-0.3761262667f));
        p = TLanes.MultiplyAdd(p, z, TLanes.Broadcast(1.128379166f));
        var near = TLanes.Multiply(p, x);

        // From 1 on, the complement falls as 2^q(|x|); beyond 4 it is below half a unit in the last place of 1.
        var magnitude = TLanes.Abs(x);
        var a = TLanes.Min(TLanes.Broadcast(4f), magnitude);
        var q = TLanes.MultiplyAdd(TLanes.Broadcast(2.361910227e-6f), a, TLanes.Broadcast(-6.644770978e-5f));
        q = TLanes.MultiplyAdd(q, a, TLanes.Broadcast(0.0008610085165f));
        q = TLanes.MultiplyAdd(q, a, TLanes.Broadcast(-0.006866645969f));
        q = TLanes.MultiplyAdd(q, a, TLanes.Broadcast(0.03811764189f));
        q = TLanes.MultiplyAdd(q, a, TLanes.Broadcast(-0.1588119898f));
        q = TLanes.MultiplyAdd(q, a, TLanes.Broadcast(-0.9115323113f));
        q = TLanes.MultiplyAdd(q, a, TLanes.Broadcast(-1.630582171f));
        q = TLanes.MultiplyAdd(q, a, TLanes.Broadcast(0.0004618615767f));
        var far = TLanes.Subtract(TLanes.Broadcast(1f), Exp2<TLanes, TV>(q));
        var zero = TLanes.Broadcast(0f);
        far = TLanes.Select(TLanes.LessThan(x, zero), TLanes.Negate(far), far);
        return TLanes.Select(TLanes.LessThan(magnitude, TLanes.Broadcast(1f)), near, far);
    }

    /// <summary>2^f for f in [−0.5, 0.5].</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TV FractionalPower<TLanes, TV>(TV f)
        where TLanes : ILanes<TV>
        where TV : struct
    {
        var p = TLanes.MultiplyAdd(TLanes.Broadcast(0.000154614447f), f, TLanes.Broadcast(0.001340042818f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.009618056679f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.05550327227f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.2402265092f));
        p = TLanes.MultiplyAdd(p, f, TLanes.Broadcast(0.6931472067f));
        return TLanes.MultiplyAdd(p, f, TLanes.Broadcast(1f));
    }
}
