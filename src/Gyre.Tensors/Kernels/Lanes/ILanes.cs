namespace Gyre.Tensors.Kernels.Lanes;

/// <summary>
/// Arithmetic on a register of floats, so that one kernel text serves every vector width and the scalar case.
/// </summary>
/// <typeparam name="TV">The register: a vector of 16, 8 or 4 floats, or one float.</typeparam>
/// <remarks>Minimum and maximum give the second operand when either is NaN; write the value that may be NaN second.</remarks>
internal unsafe interface ILanes<TV>
    where TV : struct
{
    static abstract int Count { get; }

    /// <summary>0, 1, 2, … in the lanes.</summary>
    static abstract TV Indices { get; }

    static abstract TV Broadcast(float value);

    static abstract TV Load(float* source);

    static abstract void Store(TV value, float* destination);

    static abstract TV Add(TV a, TV b);

    static abstract TV Subtract(TV a, TV b);

    static abstract TV Multiply(TV a, TV b);

    static abstract TV Divide(TV a, TV b);

    /// <summary>a·b + c, rounded once where the processor can.</summary>
    static abstract TV MultiplyAdd(TV a, TV b, TV c);

    static abstract TV Min(TV a, TV b);

    static abstract TV Max(TV a, TV b);

    static abstract TV Sqrt(TV value);

    static abstract TV Abs(TV value);

    static abstract TV Negate(TV value);

    static abstract TV Log(TV value);

    /// <summary>To the nearest integer, halves to even.</summary>
    static abstract TV Round(TV value);

    /// <summary>2 to the power of an integer in [−127, 128]; −127 gives 0 and 128 gives infinity.</summary>
    static abstract TV PowerOfTwo(TV integer);

    /// <summary>Splits an exponent of at most 127 into an integer and a fraction in [−0.5, 0.5] for <see cref="Scale"/>.</summary>
    static abstract TV SplitExponent(TV value, out TV integer);

    /// <summary>value · 2^integer, with what <see cref="SplitExponent"/> gave; exactly 0 for an exponent of −∞.</summary>
    static abstract TV Scale(TV value, TV integer);

    /// <summary>A mask for <see cref="Select"/>: all bits set where a is less than b.</summary>
    static abstract TV LessThan(TV a, TV b);

    static abstract TV Select(TV mask, TV whenSet, TV whenClear);

    static abstract float Sum(TV value);

    static abstract float MaxOf(TV value);
}
