using Gyre.Models.Architectures.Training;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;

namespace Gyre.Models.Adapters.Training;

/// <summary>One weight of a module with a product of two narrow matrices beside it.</summary>
/// <param name="module">The module, with A.</param>
/// <param name="up">B: [outputs, rank].</param>
/// <param name="magnitude">[outputs]; null without.</param>
internal sealed class LowRankPart(LowRankModule module, Tensor up, Tensor? magnitude) : ITapeWeight
{
    private ITapeWeight? _under;
    private float[]? _inverse;
    private (Tape? Tape, long Pass) _inverseOf;

    public Tensor Up => up;

    public Tensor? Magnitude => magnitude;

    /// <summary>What lies below.</summary>
    public ITapeWeight Under
    {
        get => _under ?? throw new InvalidOperationException("Adapt a weight: asked before the adapter lay over it.");
        set => _under = value;
    }

    public Tensor? Dense => null;

    public void CopyRows(int first, Span<float> destination) => Under.CopyRows(first, destination);

    public Tensor Rows(Tape tape, ReadOnlySpan<int> ids) => Under.Rows(tape, ids);

    public Tensor Linear(in TapeInput input, Tensor? bias, Tensor? residual) => magnitude is null
        ? input.Tape.AddLinear(Under.Linear(in input, bias, residual), module.Reduced(in input), up)
        : Directed(in input, magnitude, bias, residual);

    /// <summary>The length of each row of the whole weight, W + s·B·A.</summary>
    public void Lengths(Span<float> destination)
    {
        var columns = module.Module.Columns;
        var row = new float[columns];
        for (var i = 0; i < destination.Length; i++)
        {
            Under.CopyRows(i, row);
            module.AddProduct(up.Span.Slice(i * module.Rank, module.Rank), row);
            destination[i] = WeightRows.Length(row);
        }
    }

    /// <summary>Makes the product, and the lengths, part of the weight's rows.</summary>
    public void Merge(Span<float> weight, int columns)
    {
        for (var i = 0; i < weight.Length / columns; i++)
        {
            var row = weight.Slice(i * columns, columns);
            module.AddProduct(up.Span.Slice(i * module.Rank, module.Rank), row);
            if (magnitude is not null)
            {
                WeightRows.Scale(row, magnitude.Span[i] / WeightRows.Length(row));
            }
        }
    }

    /// <summary>DoRA: rows of W + s·B·A at their learned lengths. The lengths that they have are constants of a step.</summary>
    private Tensor Directed(in TapeInput input, Tensor lengths, Tensor? bias, Tensor? residual)
    {
        var tape = input.Tape;
        var gains = tape.Multiply(lengths, Inverse(in input));
        if (!module.Drops)
        {
            var whole = tape.AddLinear(Under.Linear(in input, null, null), module.Reduced(in input), up);
            return Sum(tape, tape.Multiply(whole, gains), bias, residual);
        }

        // The base's own part reads everything; what the adapter changes reads what dropout leaves.
        var own = Under.Linear(in input, bias, residual);
        var left = input with { X = module.Dropped(in input) };
        var fixedPart = Under.Linear(in left, null, null);
        var changed = tape.AddLinear(Under.Linear(in left, null, null), module.Reduced(in input), up);
        return tape.Add(own, tape.Subtract(tape.Multiply(changed, gains), fixedPart));
    }

    private static Tensor Sum(Tape tape, Tensor y, Tensor? bias, Tensor? residual)
    {
        y = bias is null ? y : tape.Add(y, bias);
        return residual is null ? y : tape.Add(residual, y);
    }

    /// <summary>One over each row's length, measured once a pass; the tape's own copy, which lives as long as what is recorded.</summary>
    private Tensor Inverse(in TapeInput input)
    {
        if (_inverseOf != (input.Tape, input.Pass))
        {
            _inverse ??= new float[up.Shape[0]];
            Lengths(_inverse);
            foreach (ref var length in _inverse.AsSpan())
            {
                length = 1f / length;
            }

            _inverseOf = (input.Tape, input.Pass);
        }

        return TapeValues.Of(input.Tape, _inverse, up.Shape[0]);
    }
}
