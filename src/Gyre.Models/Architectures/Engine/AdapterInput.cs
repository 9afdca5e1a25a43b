using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;

namespace Gyre.Models.Architectures.Engine;

/// <summary>What adapters read of an input and change in the products that it goes into.</summary>
[HotPath]
internal sealed unsafe class AdapterInput
{
    private readonly ProjectionTarget[] _targets;
    private readonly AdapterSpace _space;
    private readonly int _width;

    public AdapterInput(ProjectionTarget[] targets, AdapterSpace space)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(targets.Length, AdapterSpace.MostTargets, nameof(targets));
        _targets = targets;
        _space = space;
        _width = targets[0].Weight.Columns;
    }

    /// <summary>The products.</summary>
    public ReadOnlySpan<ProjectionTarget> Targets => _targets;

    /// <summary>Computes the first product of each target, and what the base's matrices shall read.</summary>
    /// <param name="adapter">The row's adapter.</param>
    /// <param name="source">The row, normed.</param>
    /// <param name="scratch">Room for a row; may be the row itself.</param>
    /// <param name="row">Which of many rows; −1 for a single one.</param>
    /// <param name="member">Who reads.</param>
    public float* Read(AdapterWeight* adapter, float* source, float* scratch, int row, int member)
    {
        for (var i = 0; i < _targets.Length; i++)
        {
            var weight = adapter + _targets[i].Index;
            if (weight->Rank > 0)
            {
                Narrow(adapter, i, source, Place(row, i, member), row, member);
            }
        }

        // Products of one input have one gain; loading holds that.
        var gain = (adapter + _targets[0].Index)->InputGain;
        if (gain is null)
        {
            return source;
        }

        if (source != scratch)
        {
            new ReadOnlySpan<float>(source, _width).CopyTo(new Span<float>(scratch, _width));
        }

        RowKernels.Multiply(scratch, gain, _width);
        return scratch;
    }

    /// <summary>Changes some outputs of the base's product.</summary>
    /// <param name="adapter">The row's adapter.</param>
    /// <param name="target">Which product.</param>
    /// <param name="output">The row's outputs.</param>
    /// <param name="first">The first output, a multiple of 16.</param>
    /// <param name="end">The output after the last.</param>
    /// <param name="row">Which of many rows; −1 for a single one.</param>
    /// <param name="member">Who changes them, and read the row when it is a single one.</param>
    public void Change(AdapterWeight* adapter, int target, float* output, int first, int end, int row, int member)
    {
        var weight = adapter + _targets[target].Index;
        if (weight->ChangesOutput)
        {
            var narrow = weight->Rank > 0 ? Place(row, target, member) : null;
            AdapterKernels.Widen(weight->Up, weight->IsShort, weight->Rank, narrow, weight->Gain, weight->Offset, output, first, end);
        }
    }

    private void Narrow(AdapterWeight* adapter, int target, float* source, float* destination, int row, int member)
    {
        var weight = adapter + _targets[target].Index;
        if (weight->Down is null)
        {
            new ReadOnlySpan<float>(source, _width).CopyTo(new Span<float>(destination, _width));
            return;
        }

        // The parts of a fused matrix share the first product.
        var before = adapter + _targets[Math.Max(target - 1, 0)].Index;
        if (target > 0 && before->Down == weight->Down && before->Rank == weight->Rank && before->Scale == weight->Scale)
        {
            new ReadOnlySpan<float>(Place(row, target - 1, member), weight->Rank).CopyTo(new Span<float>(destination, weight->Rank));
            return;
        }

        AdapterKernels.Narrow(weight->Down, weight->IsShort, weight->Rank, _width, source, weight->Scale, destination);
    }

    private float* Place(int row, int target, int member) => row < 0 ? _space.OfMember(member, target) : _space.OfRow(row, target);
}
