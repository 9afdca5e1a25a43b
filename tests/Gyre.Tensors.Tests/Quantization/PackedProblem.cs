using System.Runtime.InteropServices;
using Gyre.Contracts;
using Gyre.Tensors.Kernels;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Tests.Quantization;

/// <summary>Weights in a stored format with activations, multiplied in several ways.</summary>
internal sealed unsafe class PackedProblem : IDisposable
{
    private readonly ElementFormat _format;
    private readonly int _rows;
    private readonly int _columns;
    private readonly int _tokens;
    private readonly byte[] _stored;
    private readonly float[] _x;
    private readonly PackedActivations _activations;

    public PackedProblem(ElementFormat format, int rows, int columns, int tokens, ThreadTeam team, PackedMemory? memory = null)
        : this(format, rows, columns, tokens, team, memory, new SeededRandom(11))
    {
    }

    /// <summary>A K format with every code and factor bit set or clear and unit scales, and every activation the same.</summary>
    public PackedProblem(ElementFormat format, int rows, int columns, int tokens, ThreadTeam team, byte fill, float activation)
        : this(format, rows, columns, tokens, team, null, stored: Extreme(format, rows * columns, fill), Enumerable.Repeat(activation, tokens * columns).ToArray())
    {
    }

    private PackedProblem(ElementFormat format, int rows, int columns, int tokens, ThreadTeam team, PackedMemory? memory, SeededRandom random)
        : this(format, rows, columns, tokens, team, memory, Store(format, rows * columns, random), Kernels.GemmTests.Fill(random, tokens * columns))
    {
    }

    private PackedProblem(ElementFormat format, int rows, int columns, int tokens, ThreadTeam team, PackedMemory? memory, byte[] stored, float[] x)
    {
        (_format, _rows, _columns, _tokens) = (format, rows, columns, tokens);
        (_stored, _x) = (stored, x);
        fixed (byte* source = _stored)
        {
            Matrix = PackedMatrix.Pack(format, source, rows, columns, team, memory);
        }

        _activations = new PackedActivations(columns, tokens, Matrix.Form);
    }

    public PackedMatrix Matrix { get; }

    /// <summary>What the order of a sum of this length may change.</summary>
    public float RoundingTolerance => 2e-7f * (_columns + 16);

    public ref float Activation(int token, int column) => ref _x[(token * _columns) + column];

    public float[] StoredRow(int row)
    {
        var values = new float[_columns];
        var rowBytes = (int)FormatTraits.LengthBytes(_format, _columns);
        Blocks.Dequantise(_format, _stored.AsSpan(row * rowBytes, rowBytes), values);
        return values;
    }

    public float[] Multiply(ThreadTeam team)
    {
        fixed (float* x = _x)
        {
            _activations.Load(x, _columns, _tokens);
        }

        return MultiplyLoaded(team);
    }

    public float[] MultiplyLoaded(ThreadTeam team)
    {
        var y = new float[_tokens * _rows];
        fixed (float* to = y)
        {
            Matrix.Multiply(team, _activations, to, _rows);
        }

        return y;
    }

    public void LoadBySlices(ThreadTeam team)
    {
        fixed (float* x = _x)
        {
            var address = (nint)x;
            _activations.Load(x, 0, _tokens);
            team.For(team.Size, member =>
            {
                var (begin, end) = ThreadTeam.Slice(_tokens, member, team.Size);
                _activations.LoadSlice((float*)address, _columns, _tokens, begin, end - begin);
            });
        }
    }

    public float[] MultiplyByGroup()
    {
        var y = new float[_tokens * _rows];
        fixed (float* to = y)
        {
            for (var group = Matrix.GroupCount - 1; group >= 0; group--)
            {
                Matrix.MultiplyGroups(group, 1, _activations, to, _rows);
            }
        }

        return y;
    }

    public float[] MultiplyAlone(int token)
    {
        using var single = new PackedActivations(_columns, 1, Matrix.Form);
        var y = new float[_rows];
        fixed (float* x = _x, to = y)
        {
            single.Load(x + (token * _columns), _columns, 1);
            Matrix.MultiplyGroups(0, Matrix.GroupCount, single, to, _rows);
        }

        return y;
    }

    public float[] MultiplyReference()
    {
        var y = new float[_tokens * _rows];
        fixed (float* to = y)
        {
            for (var group = 0; group < Matrix.GroupCount; group++)
            {
                PackedReference.MultiplyGroup(Matrix.Shape, Matrix.Group(group), group * PackedLayout.GroupRows, _activations.View, to, _rows);
            }
        }

        return y;
    }

    /// <summary>Stored weights times the activations as they were given, without packing or bytes.</summary>
    public double[] MultiplyInDoublePrecision()
    {
        var y = new double[_tokens * _rows];
        for (var row = 0; row < _rows; row++)
        {
            var weights = StoredRow(row);
            for (var token = 0; token < _tokens; token++)
            {
                for (var column = 0; column < _columns; column++)
                {
                    y[(token * _rows) + row] += (double)weights[column] * _x[(token * _columns) + column];
                }
            }
        }

        return y;
    }

    public long AllocatedBytes(ThreadTeam team)
    {
        var y = new float[_tokens * _rows];
        fixed (float* x = _x, to = y)
        {
            var before = 0L;
            for (var i = 0; i < 3; i++)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
                _activations.Load(x, _columns, _tokens);
                Matrix.Multiply(team, _activations, to, _rows);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }
    }

    public void Dispose()
    {
        Matrix.Dispose();
        _activations.Dispose();
    }

    private static byte[] Store(ElementFormat format, int elements, SeededRandom random)
    {
        var bytes = new byte[FormatTraits.LengthBytes(format, elements)];
        var values = Kernels.GemmTests.Fill(random, elements);
        if (format == ElementFormat.F64)
        {
            MemoryMarshal.AsBytes<double>(values.Select(v => (double)v).ToArray()).CopyTo(bytes);
        }
        else
        {
            Blocks.Quantise(format, values, bytes);
        }

        return bytes;
    }

    private static byte[] Extreme(ElementFormat format, int elements, byte fill)
    {
        var bytes = new byte[FormatTraits.LengthBytes(format, elements)];
        bytes.AsSpan().Fill(fill);
        var blockBytes = FormatTraits.Of(format).BlockBytes;
        for (var block = 0; block < bytes.Length; block += blockBytes)
        {
            // Factors: all 63, or −128; scales: 1, and 0 for the minima, so that sums are exact.
            if (format == ElementFormat.Q6_K)
            {
                bytes.AsSpan(block + 192, 16).Fill(0x80);
                BitConverter.TryWriteBytes(bytes.AsSpan(block + 208), (Half)1);
            }
            else
            {
                bytes.AsSpan(block + 4, 12).Fill(0xFF);
                BitConverter.TryWriteBytes(bytes.AsSpan(block), (Half)1);
                BitConverter.TryWriteBytes(bytes.AsSpan(block + 2), (Half)0);
            }
        }

        return bytes;
    }
}
