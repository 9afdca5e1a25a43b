using System.Runtime.InteropServices;
using Gyre.Tensors.Kernels;
using Gyre.Tensors.Kernels.Lanes;
using Gyre.Tensors.Quantization;

namespace Gyre.Tensors.Autodiff;

/// <summary>Products with an encoded matrix: some of its rows are decoded, multiplied with, and forgotten.</summary>
internal static unsafe class FrozenPanels
{
    /// <summary>Decoded numbers at once: 4 MiB.</summary>
    private const int PanelNumbers = 1 << 20;

    /// <summary>y (+)= x·Wᵀ.</summary>
    public static void Multiply(Tape tape, MatrixView x, FrozenMatrix weight, MatrixView y, bool accumulate)
    {
        var rows = RowsOf(weight);
        using var scratch = new ScratchLease(tape.Pool, (long)rows * Math.Max(1, weight.Columns));
        for (var first = 0; first < weight.Rows; first += rows)
        {
            var panel = Decode(tape, weight, first, rows, scratch.Data);
            MatrixView.Multiply(tape, x, panel.Transposed(), y.At(first * y.Column) with { Columns = panel.Rows }, accumulate);
        }
    }

    /// <summary>dx (+)= dy·W. Sums run over the panels in order, whatever the number of threads.</summary>
    public static void MultiplyBack(Tape tape, MatrixView dy, FrozenMatrix weight, MatrixView dx, bool accumulate)
    {
        var rows = RowsOf(weight);
        using var scratch = new ScratchLease(tape.Pool, (long)rows * Math.Max(1, weight.Columns));
        for (var first = 0; first < weight.Rows; first += rows)
        {
            var panel = Decode(tape, weight, first, rows, scratch.Data);
            MatrixView.Multiply(tape, dy.At(first * dy.Column) with { Columns = panel.Rows }, panel, dx, accumulate || first > 0);
        }
    }

    private static int RowsOf(FrozenMatrix weight) => Math.Clamp(PanelNumbers / Math.Max(1, weight.Columns), 1, Math.Max(1, weight.Rows));

    private static MatrixView Decode(Tape tape, FrozenMatrix weight, int first, int most, float* destination)
    {
        var count = Math.Min(most, weight.Rows - first);
        var handle = GCHandle.Alloc(weight);
        try
        {
            var job = new DecodeJob { Weight = GCHandle.ToIntPtr(handle), First = first, Count = count, To = destination };
            KernelTeam.Run<DecodeKernel>(tape.Team, (long)count * weight.Columns, &job);
        }
        finally
        {
            handle.Free();
        }

        return new MatrixView { Data = destination, Rows = count, Columns = weight.Columns, Row = weight.Columns, Column = 1 };
    }

    private struct DecodeJob
    {
        public nint Weight;
        public int First;
        public int Count;
        public float* To;
    }

    private readonly struct DecodeKernel : ITeamKernel
    {
        public static void Run<TLanes, TV>(int member, int size, void* state)
            where TLanes : struct, ILanes<TV>
            where TV : struct
        {
            ref readonly var job = ref *(DecodeJob*)state;
            var weight = (FrozenMatrix)GCHandle.FromIntPtr(job.Weight).Target!; // The caller holds it.
            var (begin, end) = ((int)((long)job.Count * member / size), (int)((long)job.Count * (member + 1) / size));
            weight.CopyRows(job.First + begin, end - begin, job.To + ((long)begin * weight.Columns));
        }
    }
}
