using Gyre.Models.Adapters;
using Gyre.Models.Architectures.Kernels;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;

namespace Gyre.Models.Architectures.Engine;

/// <summary>Lays an adapter's numbers out for the weights of a model.</summary>
internal sealed unsafe class EngineAdapterBuilder
{
    private readonly EngineAdapter _adapter;
    private readonly EngineWeights _weights;

    private EngineAdapterBuilder(EngineAdapter adapter, EngineWeights weights)
    {
        _adapter = adapter;
        _weights = weights;
    }

    /// <summary>Fills an adapter.</summary>
    /// <param name="adapter">An empty one.</param>
    /// <param name="changes">What it changes.</param>
    /// <param name="weights">The base's weights.</param>
    /// <param name="sharedInputs">The indexes of the weights that are multiplied with one input.</param>
    /// <param name="place">Where it came from, for messages.</param>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> <c>RUN0015</c> numbers that are not finite, <c>RUN0421</c> inputs that are
    /// multiplied for some of the products that share them, <c>RUN0424</c> more memory than it may take.
    /// <para>Cost: with magnitudes, one pass over the base's weights for each rank.</para>
    /// </remarks>
    public static void Fill(
        EngineAdapter adapter, IReadOnlyList<AdapterChange> changes, EngineWeights weights, IReadOnlyList<int[]> sharedInputs, string place)
    {
        var builder = new EngineAdapterBuilder(adapter, weights);
        var tied = changes.FirstOrDefault(change => change.Module.IsTied)?.Module;
        foreach (var change in changes)
        {
            builder.Add(change, place);
            if (change.ChangesTied && tied is not null && change.Weight is { } brought)
            {
                builder.Replace(tied.Parts[0], brought, []);
            }
        }

        foreach (var group in sharedInputs)
        {
            if (group.Any(index => adapter.Weights[index].InputGain != adapter.Weights[group[0]].InputGain))
            {
                throw AdapterErrors.Unsupported(["factors for the inputs of some of the modules that share an input;"], place);
            }
        }
    }

    private void Add(AdapterChange change, string place)
    {
        var module = change.Module;
        if (module.Kind == AdapterModuleKind.Norm)
        {
            AddNorm(change);
        }
        else if (module.Kind == AdapterModuleKind.Embedding)
        {
            AddEmbedding(change);
        }
        else if (module.Kind == AdapterModuleKind.Matrix)
        {
            AddMatrix(change, place);
        }
    }

    private void AddMatrix(AdapterChange change, string place)
    {
        var module = change.Module;
        var isShort = IsShort(module.Parts[0].Weight);
        var narrow = change.Down is null ? [] : Down(change.Down, change.Importance);
        var down = change.Down is null ? null : Kept(narrow, (int)change.Down.Shape[0], module.Columns, isShort);
        var up = change.Up is null ? [] : Numbers(change.Up);
        var upBias = change.UpBias is null ? [] : Numbers(change.UpBias);
        var magnitude = change.Magnitude is null ? [] : Numbers(change.Magnitude);
        var bias = change.Bias is null ? [] : Numbers(change.Bias);
        var outputGain = change.OutputGain is null ? [] : Numbers(change.OutputGain);
        var inputGain = change.InputGain is null ? null : Copy(Numbers(change.InputGain));
        foreach (var part in module.Parts)
        {
            var weight = _adapter.Product(part.Weight);
            var rows = part.Weight.Rows;
            weight->InputGain = inputGain;
            if (change.Weight is { } brought && Replace(part, brought, bias))
            {
                if (change.Down is not null)
                {
                    throw AdapterErrors.Unsupported([$"'{module.Path}' as a target beside numbers of it that differ from the base's;"], place);
                }

                continue;
            }

            if (outputGain.Length > 0)
            {
                weight->Gain = Copy(Part(part.Weight, outputGain));
            }

            var offset = new float[rows];
            if (down != null)
            {
                var rank = (int)change.Down!.Shape[0]; // It has just been read.
                var own = Rows(part.Weight, up, rank);
                var gains = magnitude.Length == 0 ? null : RowGains(part.Weight, narrow, own, rank, change.Scale, Part(part.Weight, magnitude));
                if (gains is not null)
                {
                    weight->Gain = Copy(gains);
                    ScaleRows(own, gains);
                }

                SetProduct(weight, down, Grouped(own, rows, rank, isShort), rank, change.Scale, isShort);
                AddScaled(offset, upBias.Length == 0 ? [] : Part(part.Weight, upBias), change.Scale, gains);
                OffsetBias(offset, part, bias, gains);
            }
            else
            {
                OffsetBias(offset, part, bias, null);
            }

            if (offset.AsSpan().ContainsAnyExcept(0f))
            {
                weight->Offset = Copy(offset);
            }
        }
    }

    /// <summary>What is added so that the base's bias, multiplied by the gains, becomes the new one, or stays.</summary>
    private void OffsetBias(float[] offset, Projection part, float[] brought, float[]? gains)
    {
        if (part.Bias is null || (brought.Length == 0 && gains is null))
        {
            return;
        }

        var old = _weights.Vector(part.Bias).Floats;
        var own = brought.Length == 0 ? new ReadOnlySpan<float>(old, offset.Length).ToArray() : Part(part.Weight, brought);
        for (var row = 0; row < offset.Length; row++)
        {
            offset[row] += own[row] - ((gains?[row] ?? 1f) * old[row]);
        }
    }

    private void AddEmbedding(AdapterChange change)
    {
        var spec = change.Module.Parts[0].Weight;
        var embedding = _adapter.Embedding(spec);
        if (change.Weight is { } brought && Whole(spec, brought) is var numbers && !IsBase(spec, numbers))
        {
            embedding->Rows = Copy(numbers);
        }

        if (change.Down is not null && change.Up is not null)
        {
            var rank = (int)change.Down.Shape[0];
            var stored = Numbers(change.Down);
            var columns = _adapter.Allocate((long)spec.Rows * rank);
            embedding->Down = columns;
            for (var id = 0; id < spec.Rows; id++)
            {
                for (var r = 0; r < rank; r++)
                {
                    columns[((long)id * rank) + r] = change.Scale * stored[((long)r * spec.Rows) + id];
                }
            }

            embedding->Up = Grouped(Numbers(change.Up), spec.Columns, rank, isShort: false);
            (embedding->Rank, embedding->Scale) = (rank, 1f); // The scale is in the numbers.
        }
    }

    private void AddNorm(AdapterChange change)
    {
        var part = change.Module.Parts[0];
        if (change.Weight is { } gain)
        {
            _adapter.Product(part.Weight)->Gain = Copy(Whole(part.Weight, gain));
        }

        if (change.Bias is { } bias && part.Bias is not null)
        {
            _adapter.Product(part.Bias)->Offset = Copy(Numbers(bias));
        }
    }

    /// <summary>Reads the input with other numbers instead of the base's; false when they are the same.</summary>
    private bool Replace(Projection part, WeightTensor brought, float[] bias)
    {
        var spec = part.Weight;
        var numbers = Whole(spec, brought);
        var weight = _adapter.Product(spec);
        if (IsBase(spec, numbers))
        {
            return false;
        }

        // The base's outputs count nothing: all of them come from the second product, of the input itself.
        var isShort = IsShort(spec);
        SetProduct(weight, null, Grouped(numbers, spec.Rows, spec.Columns, isShort), spec.Columns, 1f, isShort);
        var nothing = new float[spec.Rows];
        weight->Gain = Copy(nothing);
        if (part.Bias is not null)
        {
            var offset = new float[spec.Rows];
            OffsetBias(offset, part, bias, nothing);
            weight->Offset = Copy(offset);
        }

        return true;
    }

    private void SetProduct(AdapterWeight* weight, void* down, void* up, int rank, float scale, bool isShort)
    {
        (weight->Rank, weight->Scale, weight->IsShort) = (rank, scale, isShort);
        weight->Down = down;
        weight->Up = up;
        _adapter.MostRank = Math.Max(_adapter.MostRank, rank);
    }

    /// <summary>Whether the base has the same numbers, as its encoding keeps them.</summary>
    private bool IsBase(WeightSpec spec, float[] numbers)
    {
        var matrix = _weights.Matrix(spec);
        var bytes = new byte[FormatTraits.LengthBytes(matrix.Format, spec.Columns)];
        var (kept, own) = (new float[spec.Columns], new float[spec.Columns]);
        for (var row = 0; row < spec.Rows; row++)
        {
            Blocks.Quantise(matrix.Format, numbers.AsSpan(row * spec.Columns, spec.Columns), bytes);
            Blocks.Dequantise(matrix.Format, bytes, kept);
            matrix.CopyRow(row, own);
            if (!kept.AsSpan().SequenceEqual(own))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The learned length of each row over its length with the product added.</summary>
    private float[] RowGains(WeightSpec spec, float[] down, float[] up, int rank, float scale, float[] magnitude)
    {
        var matrix = _weights.Matrix(spec);
        var gains = new float[spec.Rows];
        var numbers = new float[spec.Columns];
        for (var row = 0; row < spec.Rows; row++)
        {
            matrix.CopyRow(row, numbers);
            fixed (float* sum = numbers, rows = down)
            {
                for (var r = 0; r < rank; r++)
                {
                    AdapterKernels.AddScaled(sum, rows + ((long)r * spec.Columns), scale * up[(row * rank) + r], spec.Columns);
                }
            }

            var squares = 0.0;
            foreach (var number in numbers)
            {
                squares += (double)number * number;
            }

            gains[row] = (float)(magnitude[row] / Math.Sqrt(squares));
            if (!double.IsFinite(squares) || !float.IsFinite(gains[row]))
            {
                throw new ModelException(
                    "RUN0015",
                    $"Load adapter '{_adapter.Name}': row {row} of '{spec.Name}' has the length {Math.Sqrt(squares)}, to be scaled to {magnitude[row]}; expected a finite length above 0. Check that the adapter belongs to this model.");
            }
        }

        return gains;
    }

    private float[] Down(WeightTensor stored, WeightTensor? importance)
    {
        var numbers = Numbers(stored);
        var factors = importance is null ? [] : Numbers(importance);
        var width = (int)stored.Shape[1];
        for (var r = 0; r < factors.Length; r++)
        {
            for (var c = 0; c < width; c++)
            {
                numbers[(r * width) + c] *= factors[r];
            }
        }

        return numbers;
    }

    /// <summary>Over a base in 8 bits or fewer, more digits would be read than the base has.</summary>
    private bool IsShort(WeightSpec spec) => _weights.Matrix(spec).Format is not (ElementFormat.F32 or ElementFormat.F16 or ElementFormat.BF16);

    /// <summary>[rank, inputs] in the order in which it is read.</summary>
    private void* Kept(float[] numbers, int rank, int width, bool isShort)
    {
        var ordered = new float[AdapterKernels.DownLength(rank, width)];
        for (var r = 0; r < rank; r++)
        {
            for (var c = 0; c < width; c++)
            {
                ordered[AdapterKernels.DownIndex(r, c, width)] = numbers[((long)r * width) + c];
            }
        }

        return Stored(ordered, isShort);
    }

    /// <summary>[outputs, rank] in the order in which it is read.</summary>
    private void* Grouped(float[] numbers, int outputs, int rank, bool isShort)
    {
        var grouped = new float[AdapterKernels.UpLength(rank, outputs)];
        for (var o = 0; o < outputs; o++)
        {
            for (var r = 0; r < rank; r++)
            {
                grouped[AdapterKernels.UpIndex(r, o, rank)] = numbers[((long)o * rank) + r];
            }
        }

        return Stored(grouped, isShort);
    }

    private void* Stored(float[] numbers, bool isShort)
    {
        if (!isShort)
        {
            return Copy(numbers);
        }

        var place = _adapter.Allocate((numbers.Length + 1L) / 2);
        Blocks.Quantise(ElementFormat.BF16, numbers, new Span<byte>(place, numbers.Length * sizeof(ushort)));
        return place;
    }

    /// <summary>A weight's rows of a matrix that has those of its whole module.</summary>
    private static float[] Rows(WeightSpec spec, float[] whole, int width)
    {
        var rows = new float[spec.Rows * width];
        for (var row = 0; row < spec.Rows; row++)
        {
            whole.AsSpan(spec.Place.StoredRow(row) * width, width).CopyTo(rows.AsSpan(row * width));
        }

        return rows;
    }

    private static float[] Part(WeightSpec spec, float[] whole) => Rows(spec, whole, 1);

    private static void ScaleRows(float[] rows, float[] gains)
    {
        var width = rows.Length / gains.Length;
        for (var i = 0; i < rows.Length; i++)
        {
            rows[i] *= gains[i / width];
        }
    }

    private static void AddScaled(float[] offset, float[] added, float scale, float[]? gains)
    {
        for (var row = 0; row < added.Length; row++)
        {
            offset[row] += scale * added[row] * (gains?[row] ?? 1f);
        }
    }

    private float* Copy(float[] numbers)
    {
        var copy = _adapter.Allocate(numbers.Length);
        numbers.CopyTo(new Span<float>(copy, numbers.Length));
        return copy;
    }

    /// <summary>A whole weight in the model's order.</summary>
    private float[] Whole(WeightSpec spec, WeightTensor tensor)
    {
        _ = Numbers(tensor);
        var numbers = new float[spec.Rows * spec.Columns];
        fixed (float* first = numbers)
        {
            new WeightBinding(spec, tensor, spec.Place).CopyTo(first);
        }

        return numbers;
    }

    private float[] Numbers(WeightTensor tensor) => NumbersOf(_adapter, tensor);

    /// <summary>A tensor's numbers in single precision.</summary>
    /// <remarks>Errors: <see cref="ModelException"/> <c>RUN0015</c> numbers that are not finite.</remarks>
    public static float[] NumbersOf(EngineAdapter adapter, WeightTensor tensor)
    {
        var numbers = new float[tensor.Shape.Aggregate(1L, (a, b) => a * b)];
        fixed (float* first = numbers)
        {
            Blocks.Dequantise(tensor.Format, tensor.Bytes, numbers.Length, first);
        }

        return FiniteScan.IsFinite(numbers) ? numbers : throw new ModelException(
            "RUN0015",
            $"Load adapter '{adapter.Name}': found numbers that are not finite in tensor '{tensor.Name}'; expected finite ones. Fetch the file again, or use an earlier checkpoint.");
    }
}
