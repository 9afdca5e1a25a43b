using System.Diagnostics;
using System.Runtime.Intrinsics;
using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Quantization;

/// <summary>
/// The right-hand side of products with a <see cref="PackedMatrix"/>: rows of numbers, encoded once in the forms that
/// the weights need and then used by any number of matrices.
/// </summary>
/// <remarks>
/// Byte forms hold, for each token and 32 neighbours, q = round(x / s) with s = max|x| / 127. A value that is not a
/// number or infinite makes every product with its token not a number, never a wrong number.
/// <para><b>Owns</b> native memory for <see cref="MaxTokens"/> rows until disposed. One thread at a time loads a
/// given token; any number may multiply afterwards.</para>
/// </remarks>
public sealed unsafe class PackedActivations : IDisposable
{
    /// <summary>Values that share one scale.</summary>
    internal const int BlockLength = 32;

    private readonly AlignedBuffer _floats = new();
    private readonly AlignedBuffer _signed = new();
    private readonly AlignedBuffer _split = new();
    private readonly AlignedBuffer _scales = new();
    private readonly AlignedBuffer _centres = new();

    /// <summary>Reserves room.</summary>
    /// <param name="columns">Numbers per token; a multiple of 32 when a byte form is asked for.</param>
    /// <param name="maxTokens">The most tokens of one load.</param>
    /// <param name="forms">The union of the forms of the matrices that will multiply with these activations.</param>
    /// <remarks><b>Errors</b>: <c>TEN0102</c> when byte forms meet a partial block.</remarks>
    public PackedActivations(int columns, int maxTokens, ActivationForms forms)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxTokens);
        (Columns, MaxTokens, Forms) = (columns, maxTokens, forms);
        FloatStride = (columns + 15) / 16 * 16;
        var hasSigned = (forms & (ActivationForms.SignedBytes | ActivationForms.CentredBytes)) != ActivationForms.None;
        var hasBytes = hasSigned || (forms & ActivationForms.SplitBytes) != ActivationForms.None;
        if (hasBytes && columns % BlockLength != 0)
        {
            throw FormatErrors.NotWholeBlocks("Reserve activations in bytes", ElementFormat.Q8_0, columns, BlockLength);
        }

        var blocks = (nuint)(columns / BlockLength) * (nuint)maxTokens;
        if ((forms & ActivationForms.Float) != ActivationForms.None)
        {
            _floats.Ensure((nuint)FloatStride * (nuint)maxTokens * sizeof(float));
        }

        if (hasSigned)
        {
            _signed.Ensure(blocks * BlockLength);
        }

        if ((forms & ActivationForms.CentredBytes) != ActivationForms.None)
        {
            _centres.Ensure(blocks * 2 * sizeof(int));
        }

        if ((forms & ActivationForms.SplitBytes) != ActivationForms.None)
        {
            _split.Ensure(blocks * 2 * BlockLength);
        }

        if (hasBytes)
        {
            _scales.Ensure(blocks * (nuint)sizeof(ActivationScale));
        }
    }

    /// <summary>Numbers per token.</summary>
    public int Columns { get; }

    /// <summary>The most tokens of one load.</summary>
    public int MaxTokens { get; }

    /// <summary>The forms that a load encodes.</summary>
    public ActivationForms Forms { get; }

    /// <summary>The tokens of the last load.</summary>
    public int Tokens { get; private set; }

    /// <summary>[token][<see cref="FloatStride"/>], padded with zeros.</summary>
    internal float* Floats => (float*)_floats.Start;

    /// <summary>Elements from one token to the next in <see cref="Floats"/>.</summary>
    internal int FloatStride { get; }

    /// <summary>[block][token][32] signed bytes.</summary>
    internal sbyte* Signed => (sbyte*)_signed.Start;

    /// <summary>[block][token][32 magnitudes, 32 sign masks].</summary>
    internal byte* Split => _split.Start;

    /// <summary>[block][token].</summary>
    internal ActivationScale* Scales => (ActivationScale*)_scales.Start;

    /// <summary>[block][token][2 × 16 columns]: two 16-bit numbers, minus 32 times the sums of codes 4i, 4i+1 and of codes 4i+2, 4i+3.</summary>
    internal int* Centres => (int*)_centres.Start;

    /// <summary>The addresses of the last load.</summary>
    internal ActivationView View => new()
    {
        Tokens = Tokens, Floats = Floats, FloatStride = FloatStride, Signed = Signed, Split = Split, Scales = Scales, Centres = Centres,
    };

    /// <summary>Encodes rows of numbers.</summary>
    /// <param name="x">The first row.</param>
    /// <param name="xStride">Elements from one row to the next.</param>
    /// <param name="tokens">How many rows.</param>
    /// <remarks><b>Shape</b>: [tokens, columns]. <para><b>Cost</b>: one pass; no allocation.</para></remarks>
    [HotPath]
    public void Load(float* x, nint xStride, int tokens) => LoadSlice(x, xStride, tokens, 0, tokens);

    /// <summary>Encodes some of the rows, so that the members of a team can share the work.</summary>
    /// <param name="x">The first row of all, not of the slice.</param>
    /// <param name="xStride">Elements from one row to the next.</param>
    /// <param name="tokens">How many rows there are in all; every member passes the same.</param>
    /// <param name="first">The first row of the slice.</param>
    /// <param name="count">Rows in the slice.</param>
    /// <remarks>The products may start when every slice is loaded.</remarks>
    [HotPath]
    public void LoadSlice(float* x, nint xStride, int tokens, int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(tokens, MaxTokens);
        Debug.Assert(first >= 0 && count >= 0 && first + count <= tokens, "A slice lies inside the rows.");
        Tokens = tokens;
        for (var token = first; token < first + count; token++)
        {
            var row = x + (token * xStride);
            if ((Forms & ActivationForms.Float) != ActivationForms.None)
            {
                var to = Floats + ((nint)token * FloatStride);
                new ReadOnlySpan<float>(row, Columns).CopyTo(new Span<float>(to, Columns));
                new Span<float>(to + Columns, FloatStride - Columns).Clear();
            }

            if (_scales.Start != null)
            {
                LoadBytes(row, tokens, token);
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _floats.Dispose();
        _signed.Dispose();
        _split.Dispose();
        _scales.Dispose();
        _centres.Dispose();
    }

    private void LoadBytes(float* row, int tokens, int token)
    {
        for (var block = 0; block < Columns / BlockLength; block++)
        {
            var index = ((nint)block * tokens) + token;
            var codes = ActivationKernels.Quantise(row + (block * BlockLength), out Scales[index]);
            if (Signed != null)
            {
                codes.Store(Signed + (index * BlockLength));
            }

            if (Centres != null)
            {
                ActivationKernels.Centre(codes, Centres + (2 * index));
            }

            if (Split != null)
            {
                Vector256.Abs(codes).AsByte().Store(Split + (index * 2 * BlockLength));
                Vector256.LessThan(codes, Vector256<sbyte>.Zero).AsByte().Store(Split + (index * 2 * BlockLength) + BlockLength);
            }
        }
    }
}
