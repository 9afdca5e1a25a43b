using Gyre.Models.Architectures.Kernels;
using Gyre.Tensors;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>
/// The input rows of a step's matrix products: normed where a norm comes before them, and encoded once in the forms
/// that the matrices need.
/// </summary>
/// <remarks>
/// Many rows are encoded by a step of their own (<see cref="EncodeStep"/>). A single row is normed and encoded by every
/// member for itself: that costs less than handing it over.
/// </remarks>
[HotPath]
internal sealed unsafe class MatrixInput
{
    /// <summary>Rows of a group of a <see cref="PackedMatrix"/>.</summary>
    private const int GroupRows = 16;

    private readonly RowInput _input;
    private readonly ActivationSpace _space;
    private readonly int _width;
    private float* _source;

    public MatrixInput(RowInput input, ActivationSpace space)
    {
        _input = input;
        _space = space;
        _width = space.Width;
    }

    public Value Source => _input.Source;

    public void Bind(ReadOnlySpan<nint> buffers) => _source = (float*)buffers[_input.Source.Index];

    /// <summary>How many rows a run has.</summary>
    public int Count(PlanRun* run) => _input.Count(run);

    /// <summary>Norms and encodes some of many rows.</summary>
    public void Encode(PlanRun* run, int begin, int end, int member)
    {
        var rows = _input.Count(run);
        for (var row = begin; row < end; row++)
        {
            LoadRow(_space.Rows, _source + ((long)_input.SourceRow(run, row) * _width), row, rows, member);
        }
    }

    /// <summary>What this member multiplies with; a single row is normed and encoded here, at its first items.</summary>
    public PackedActivations Rows(PlanRun* run, int member, bool isFirst)
    {
        if (_input.Count(run) > 1)
        {
            return _space.Rows;
        }

        var single = _space.Single[member];
        if (isFirst)
        {
            LoadRow(single, _source + ((long)_input.SourceRow(run, 0) * _width), 0, 1, member);
        }

        return single;
    }

    /// <summary>Multiplies some groups of 16 rows of a matrix and adds its bias; returns the rows they cover.</summary>
    public static (int First, int End) Multiply(
        ProjectionTarget target, PackedActivations input, int rows, float* output, int beginGroup, int endGroup)
    {
        var weight = target.Weight;
        weight.MultiplyGroups(beginGroup, endGroup - beginGroup, input, output, weight.Rows);
        var first = Math.Min(beginGroup * GroupRows, weight.Rows);
        var end = Math.Min(endGroup * GroupRows, weight.Rows);
        if (target.Bias is { } bias)
        {
            RowKernels.AddToColumns(output, rows, weight.Rows, bias.Floats, first, end);
        }

        return (first, end);
    }

    private void LoadRow(PackedActivations destination, float* source, int row, int rows, int member)
    {
        if (_input.Norm is { } norm)
        {
            norm.Apply(source, _width, _space.Normed[member].Floats);
            source = _space.Normed[member].Floats;
        }

        // A stride of 0 puts every row index at the one row given.
        destination.LoadSlice(source, 0, rows, row, 1);
    }
}
