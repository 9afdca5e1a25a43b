using System.Diagnostics;
using Gyre.Tensors.Kernels;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Quantization;

/// <summary>
/// Weights [rows, columns] rearranged once, at load, into the order in which the products read them, and computed on
/// in their stored format.
/// </summary>
/// <remarks>
/// F32, F16, BF16, Q8_0, Q4_0, Q4_K, Q5_K and Q6_K keep their format; F64 is held as F32.
/// <para><b>Owns</b> its memory until disposed; nothing of the source is kept. Safe for any number of threads.</para>
/// <para>Results have the same bits for any number of threads and for any split into groups, and a token's result does
/// not depend on the other tokens of the call.</para>
/// </remarks>
public sealed unsafe class PackedMatrix : IDisposable
{
    private readonly AlignedBuffer? _own;
    private byte* _start;

    private PackedMatrix(ElementFormat format, int rows, int columns, PackedMemory? memory)
    {
        (Format, Rows, Columns) = (format, rows, columns);
        GroupBytes = PackedLayout.GroupBytes(format, columns);
        var length = (nuint)GroupBytes * (nuint)GroupCount;
        _own = memory is null ? new AlignedBuffer() : null;
        _start = memory is null ? _own!.Ensure(length) : memory.Take(length); // Own memory exists where none is given.
    }

    /// <summary>The format that is computed on.</summary>
    public ElementFormat Format { get; }

    /// <summary>Rows: the length of a result.</summary>
    public int Rows { get; }

    /// <summary>Columns: the length of an activation.</summary>
    public int Columns { get; }

    /// <summary>Groups of 16 rows, the unit in which threads share the work; the last may be partial.</summary>
    public int GroupCount => (Rows + PackedLayout.GroupRows - 1) / PackedLayout.GroupRows;

    /// <summary>The memory that the weights take.</summary>
    public long LengthBytes => GroupBytes * GroupCount;

    /// <summary>The form of activations that these weights need.</summary>
    public ActivationForms Form => Format switch
    {
        ElementFormat.Q8_0 => ActivationForms.SplitBytes,
        ElementFormat.Q4_0 or ElementFormat.Q4_K or ElementFormat.Q5_K => ActivationForms.SignedBytes,
        ElementFormat.Q6_K => ActivationForms.CentredBytes,
        _ => ActivationForms.Float,
    };

    /// <summary>Bytes of one group.</summary>
    internal long GroupBytes { get; }

    /// <summary>Copies stored weights into packed order.</summary>
    /// <param name="format">How the source is encoded.</param>
    /// <param name="source">Row-major stored elements, rows × columns of them; only read during this call.</param>
    /// <param name="rows">Rows, at least 1.</param>
    /// <param name="columns">Columns, at least 1; whole blocks for a quantised format.</param>
    /// <param name="team">Who copies.</param>
    /// <param name="memory">Where to, for many matrices that are read one after another; null for memory of its own.</param>
    /// <remarks>
    /// <b>Errors</b>: <c>TEN0101</c> for an unknown format, <c>TEN0102</c> for a partial block, <c>TEN0104</c> for
    /// weights or scales that are not finite.
    /// <para><b>Cost</b>: one pass over the weights.</para>
    /// </remarks>
    public static PackedMatrix Pack(ElementFormat format, byte* source, int rows, int columns, ThreadTeam team, PackedMemory? memory = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(rows);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(columns);
        ArgumentNullException.ThrowIfNull(team);
        if (source == null)
        {
            throw new ArgumentNullException(nameof(source));
        }

        var rowBytes = FormatTraits.LengthBytes(format, columns);
        var packed = format is ElementFormat.F16 or ElementFormat.BF16 or ElementFormat.Q8_0 or ElementFormat.Q4_0 || SuperBlockLayout.Has(format)
            ? format
            : ElementFormat.F32;
        var matrix = new PackedMatrix(packed, rows, columns, memory);
        try
        {
            team.For(matrix.GroupCount, group => matrix.PackGroup(format, source, rowBytes, group));
        }
        catch
        {
            matrix.Dispose();
            throw;
        }

        return matrix;
    }

    /// <summary>Multiplies the weights with every loaded token: y[t] = W·x[t].</summary>
    /// <param name="team">Who computes.</param>
    /// <param name="x">Loaded activations of <see cref="Columns"/> numbers whose forms include <see cref="Form"/>.</param>
    /// <param name="y">Receives token t's result at <c>y[t·yStride]</c>.</param>
    /// <param name="yStride">Elements from one result to the next, at least <see cref="Rows"/>.</param>
    /// <remarks>
    /// <b>Shape</b>: [tokens, columns] → [tokens, rows].
    /// <para><b>Errors</b>: an argument exception when the activations do not fit.</para>
    /// <para><b>Cost</b>: one pass over the weights per 128 tokens; no allocation.</para>
    /// </remarks>
    [HotPath]
    public void Multiply(ThreadTeam team, PackedActivations x, float* y, nint yStride)
    {
        ArgumentNullException.ThrowIfNull(team);
        RequireFit(x);
        var call = new Call { Matrix = _start, X = x.View, Y = y, YStride = yStride, Shape = Shape };
        team.Run(&MultiplyMember, &call);
    }

    /// <summary>Multiplies some groups of rows, on the calling thread: for a body that splits the rows itself.</summary>
    /// <param name="firstGroup">The first group; its first row is 16 times that.</param>
    /// <param name="groupCount">How many groups.</param>
    /// <param name="x">As for <see cref="Multiply"/>.</param>
    /// <param name="y">Where the result of the matrix's row 0 would lie, whatever the first group.</param>
    /// <param name="yStride">As for <see cref="Multiply"/>.</param>
    [HotPath]
    public void MultiplyGroups(int firstGroup, int groupCount, PackedActivations x, float* y, nint yStride)
    {
        RequireFit(x);
        Debug.Assert(firstGroup >= 0 && groupCount >= 0 && firstGroup + groupCount <= GroupCount, "The groups lie inside the matrix.");
        PackedKernels.MultiplyGroups(Shape, _start, firstGroup, groupCount, x.View, y, yStride);
    }

    /// <summary>Decodes one row, for example a token's embedding.</summary>
    /// <param name="row">The row.</param>
    /// <param name="destination">Receives <see cref="Columns"/> numbers.</param>
    public void CopyRow(int row, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(row);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(row, Rows);
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, Columns, nameof(destination));
        fixed (float* to = destination)
        {
            PackedLayout.DecodeRow(Format, Group(row / PackedLayout.GroupRows), row % PackedLayout.GroupRows, Columns, to);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _own?.Dispose();
        _start = null;
    }

    /// <summary>What the kernels know of the matrix.</summary>
    internal PackedShape Shape => new(Format, Rows, Columns, GroupBytes);

    /// <summary>The first byte of a group.</summary>
    internal byte* Group(int group) => _start + (group * GroupBytes);

    private static void MultiplyMember(int member, int size, void* state)
    {
        var call = (Call*)state;
        var (begin, end) = ThreadTeam.Slice((call->Shape.Rows + PackedLayout.GroupRows - 1) / PackedLayout.GroupRows, member, size);
        PackedKernels.MultiplyGroups(call->Shape, call->Matrix, begin, end - begin, call->X, call->Y, call->YStride);
    }

    private void RequireFit(PackedActivations x)
    {
        ArgumentNullException.ThrowIfNull(x);
        ObjectDisposedException.ThrowIf(_start == null, this);
        if (x.Columns != Columns || (x.Forms & Form) == ActivationForms.None)
        {
            ThrowUnfit(x);
        }
    }

    private void ThrowUnfit(PackedActivations x) => throw new ArgumentException(
        $"Multiply {Format} weights [{Rows}, {Columns}]: found activations of {x.Columns} columns in the forms {x.Forms}, expected {Columns} columns and the form {Form}. Create the activations with the forms of all their matrices.",
        nameof(x));

    private void PackGroup(ElementFormat format, byte* source, long rowBytes, int group)
    {
        var first = group * PackedLayout.GroupRows;
        var rows = Math.Min(PackedLayout.GroupRows, Rows - first);
        source += first * rowBytes;
        if (format == Format)
        {
            PackedLayout.PackGroup(format, source, rowBytes, first, rows, Columns, Group(group));
            return;
        }

        var decoded = new float[(long)rows * Columns];
        fixed (float* values = decoded)
        {
            for (var row = 0; row < rows; row++)
            {
                Blocks.Dequantise(format, source + (row * rowBytes), Columns, values + ((nint)row * Columns));
            }

            PackedLayout.PackGroup(ElementFormat.F32, (byte*)values, (long)Columns * sizeof(float), first, rows, Columns, Group(group));
        }
    }

    private struct Call
    {
        public byte* Matrix;
        public ActivationView X;
        public float* Y;
        public nint YStride;
        public PackedShape Shape;
    }
}
