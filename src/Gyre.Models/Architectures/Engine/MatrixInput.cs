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
    private readonly AdapterInput _adapters;
    private readonly int _width;
    private readonly int[] _weights;
    private float* _source;

    /// <param name="input">The rows.</param>
    /// <param name="space">Room for their encoded form.</param>
    /// <param name="adapters">What adapters make of them.</param>
    public MatrixInput(RowInput input, ActivationSpace space, AdapterInput adapters)
    {
        _input = input;
        _space = space;
        _adapters = adapters;
        _width = space.Width;
        _weights = new int[adapters.Targets.Length];
        for (var i = 0; i < _weights.Length; i++)
        {
            _weights[i] = adapters.Targets[i].Index;
        }
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
            LoadRow(run, _space.Rows, row, rows, member);
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
            LoadRow(run, single, 0, 1, member);
        }

        return single;
    }

    /// <summary>Multiplies some groups of 16 rows of a matrix, adds its bias and what adapters change; returns the rows they cover.</summary>
    /// <param name="run">The run.</param>
    /// <param name="target">Which of the input's products.</param>
    /// <param name="input">What <see cref="Rows"/> gave.</param>
    /// <param name="output">Receives the product of all rows.</param>
    /// <param name="beginGroup">The first group.</param>
    /// <param name="endGroup">The group after the last.</param>
    /// <param name="member">Who multiplies.</param>
    public (int First, int End) Multiply(
        PlanRun* run, int target, PackedActivations input, float* output, int beginGroup, int endGroup, int member)
    {
        var layer = _adapters.Targets[target];
        var weight = layer.Weight;
        var rows = _input.Count(run);
        weight.MultiplyGroups(beginGroup, endGroup - beginGroup, input, output, weight.Rows);
        var first = Math.Min(beginGroup * GroupRows, weight.Rows);
        var end = Math.Min(endGroup * GroupRows, weight.Rows);
        if (layer.Bias is { } bias)
        {
            RowKernels.AddToColumns(output, rows, weight.Rows, bias.Floats, first, end);
        }

        for (var row = 0; run->HasAdapters && row < rows; row++)
        {
            var adapter = run->AdapterOf(_input.RunRow(run, row));
            if (adapter is not null)
            {
                _adapters.Change(adapter, target, output + ((long)row * weight.Rows), first, end, rows > 1 ? row : -1, member);
            }
        }

        return (first, end);
    }

    /// <summary>Shows the rows of a run as the matrices get them, in their order.</summary>
    public void Observe(PlanRun* run, int member, InputObserver observer)
    {
        for (var row = 0; row < _input.Count(run); row++)
        {
            var source = _source + ((long)_input.SourceRow(run, row) * _width);
            if (_input.Norm is { } norm)
            {
                norm.Apply(run, _input.RunRow(run, row), source, _width, _space.Normed[member].Floats);
                source = _space.Normed[member].Floats;
            }

            observer(_weights, new ReadOnlySpan<float>(source, _width));
        }
    }

    private void LoadRow(PlanRun* run, PackedActivations destination, int row, int rows, int member)
    {
        var source = _source + ((long)_input.SourceRow(run, row) * _width);
        if (_input.Norm is { } norm)
        {
            norm.Apply(run, _input.RunRow(run, row), source, _width, _space.Normed[member].Floats);
            source = _space.Normed[member].Floats;
        }

        if (run->HasAdapters && run->AdapterOf(_input.RunRow(run, row)) is var adapter && adapter is not null)
        {
            source = _adapters.Read(adapter, source, _space.Normed[member].Floats, rows > 1 ? row : -1, member);
        }

        // A stride of 0 puts every row index at the one row given.
        destination.LoadSlice(source, 0, rows, row, 1);
    }
}
