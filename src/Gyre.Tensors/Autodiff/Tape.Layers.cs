using Gyre.Tensors.Autodiff.Operations;
using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Autodiff;

/// <content>The layers of neural networks.</content>
public sealed unsafe partial class Tape
{
    /// <summary>A target that <see cref="CrossEntropy"/> leaves out.</summary>
    public const int IgnoredTarget = -100;

    /// <summary>The most bytes of logits that <see cref="LinearCrossEntropy(Tensor, Tensor, ReadOnlySpan{int}, ReadOnlySpan{float}, double?)"/> has at once.</summary>
    private const int LogitBytes = 8 << 20;

    /// <summary>y = x·Wᵀ (+ bias) (+ residual).</summary>
    /// <param name="x">[…, in].</param>
    /// <param name="weight">[out, in], at any strides: pass a transposed view of a matrix stored [in, out].</param>
    /// <param name="bias">[out], contiguous, or null.</param>
    /// <param name="residual">[…, out], added without a pass of its own; or null.</param>
    /// <remarks><b>Shape</b>: […, in] → […, out].</remarks>
    public Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null, Tensor? residual = null)
    {
        x = AsRows(x);
        if (weight.Rank != 2 || x.Rank == 0 || x.Shape[^1] != weight.Shape[1])
        {
            throw new ArgumentException($"Linear: found an input of shape {x} and a weight of shape {weight}, expected […, in] and [out, in].", nameof(weight));
        }

        if (bias is not null && (bias.Length != weight.Shape[0] || !bias.IsContiguous))
        {
            throw new ArgumentException($"Linear: found a bias of shape {bias} with a weight of shape {weight}, expected a contiguous one of [{weight.Shape[0]}].", nameof(bias));
        }

        TensorAxes<int> shape = default;
        x.Shape.CopyTo(shape);
        shape[x.Rank - 1] = weight.Shape[0];
        var y = Allocate(((ReadOnlySpan<int>)shape)[..x.Rank]);
        if (residual is not null && !residual.Shape.SequenceEqual(y.Shape))
        {
            throw new ArgumentException($"Linear: found a residual of shape {residual}, expected {y}.", nameof(residual));
        }

        if (residual is not null && bias is not null)
        {
            TapeSums.Apply<AddFunction>(this, residual, bias, y, accumulate: false);
        }
        else if ((residual ?? bias) is { } start)
        {
            TapeSums.Apply<FirstFunction>(this, start, start, y, accumulate: false);
        }

        MatrixView.Multiply(this, MatrixView.OfRows(x), MatrixView.Of(weight).Transposed(), MatrixView.OfRows(y), residual is not null || bias is not null);
        if (Needs(x, weight, bias) || (residual is not null && Needs(residual)))
        {
            var operation = Record<LinearOperation>(y);
            (operation.X, operation.Weight, operation.Bias, operation.Residual) = (x, weight, bias, residual);
        }

        return y;
    }

    /// <summary>y += x·Wᵀ, in place: what an adapter adds to a linear layer.</summary>
    /// <param name="y">[…, out]; the result of a step of this tape that was made for it and that nothing has read yet. Its step must not need its own result, as <see cref="Linear(Tensor, Tensor, Tensor?, Tensor?)"/> does not.</param>
    /// <param name="x">[…, in], as many rows as <paramref name="y"/>.</param>
    /// <param name="weight">[out, in].</param>
    /// <returns><paramref name="y"/>.</returns>
    /// <remarks><b>Cost</b>: no memory beside the two operands.</remarks>
    public Tensor AddLinear(Tensor y, Tensor x, Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(y);
        x = AsRows(x);
        if (weight.Rank != 2 || x.Rank == 0 || x.Shape[^1] != weight.Shape[1] || y.Rank == 0 || y.Shape[^1] != weight.Shape[0]
            || y.Length / Math.Max(1, y.Shape[^1]) != x.Length / Math.Max(1, x.Shape[^1]))
        {
            throw new ArgumentException($"AddLinear: found a result of shape {y}, an input of shape {x} and a weight of shape {weight}, expected […, out], […, in] and [out, in].", nameof(weight));
        }

        if (!y.IsIntermediate || y.Source is not null || !y.IsContiguous)
        {
            throw new ArgumentException($"AddLinear: found a view or a tensor of {y} that is not this tape's, expected the whole result of a step.", nameof(y));
        }

        MatrixView.Multiply(this, MatrixView.OfRows(x), MatrixView.Of(weight).Transposed(), MatrixView.OfRows(y), accumulate: true);
        if (Needs(x, weight))
        {
            var operation = Record<AddLinearOperation>(y);
            (operation.X, operation.Weight) = (x, weight);
        }

        return y;
    }

    /// <summary>x / √(mean(x²) + ε) · gain over the last axis.</summary>
    /// <param name="x">[…, C].</param>
    /// <param name="gain">[C], contiguous, or null for 1.</param>
    /// <param name="epsilon">Added to the mean square.</param>
    /// <remarks><b>Source</b>: B. Zhang and R. Sennrich, "Root Mean Square Layer Normalization", 2019.</remarks>
    public Tensor RmsNorm(Tensor x, Tensor? gain, float epsilon) => Norm("RmsNorm", x, gain, null, epsilon, centres: false);

    /// <summary>(x − mean) / √(variance + ε) · gain + bias over the last axis.</summary>
    /// <param name="x">[…, C].</param>
    /// <param name="gain">[C], contiguous, or null for 1.</param>
    /// <param name="bias">[C], contiguous, or null for 0.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <remarks><b>Source</b>: J. L. Ba et al., "Layer Normalization", 2016.</remarks>
    public Tensor LayerNorm(Tensor x, Tensor? gain, Tensor? bias, float epsilon) => Norm("LayerNorm", x, gain, bias, epsilon, centres: true);

    /// <summary>Turns each head by the angle of its token's position.</summary>
    /// <param name="x">[B, T, H, D].</param>
    /// <param name="cosines">[positions, R/2], R ≤ D even: the leading R elements of a head turn, the others stay.</param>
    /// <param name="sines">As the cosines.</param>
    /// <param name="positions">One position a token, B·T of them, or T that every row shares.</param>
    /// <param name="isInterleaved">Pairs are (2i, 2i+1); otherwise (i, i + R/2).</param>
    /// <remarks><b>Source</b>: J. Su et al., "RoFormer", 2021.</remarks>
    public Tensor Rope(Tensor x, Tensor cosines, Tensor sines, ReadOnlySpan<int> positions, bool isInterleaved = false)
    {
        x = AsHeads("Rope", x);
        var job = RotaryArguments.Check(x, cosines, sines, positions);
        var y = Allocate(x.Shape);
        var kept = Allocate([Math.Max(1, job.Batch * job.Tokens)]);
        job.Positions = (int*)kept.UncheckedData;
        for (var i = 0; i < job.Batch * job.Tokens; i++)
        {
            job.Positions[i] = positions[i % positions.Length];
        }

        (job.Y, job.IsInterleaved) = (HeadArray.Of(y), isInterleaved);
        KernelTeam.Run<RotaryKernel>(Team, x.Length, &job);
        if (Needs(x))
        {
            var operation = Record<RotaryOperation>(y);
            (operation.X, operation.Job, operation.Cosines, operation.Sines) = (x, job, cosines, sines);
        }

        return y;
    }

    /// <summary>softmax(q·kᵀ · scale)·v for each head, without ever holding the score matrix.</summary>
    /// <param name="queries">[B, T, H, D].</param>
    /// <param name="keys">[B, S, G, D]; G divides H, and H/G neighbouring query heads share a key head.</param>
    /// <param name="values">[B, S, G, E].</param>
    /// <param name="options">Causality and scale.</param>
    /// <param name="firstKeys">The first key each query sees, B·T numbers: the start of its document, or of its window; empty for 0.</param>
    /// <param name="bias">Added to the scaled scores, broadcast to [B, H, T, S], −∞ hides; constant, no gradient; or null.</param>
    /// <remarks>
    /// <b>Shape</b>: → [B, T, H, E]. A query that sees no key gives zeros. Inputs may be views with a contiguous last axis.
    /// <para><b>Cost</b>: memory for one number a query and head beside the result.</para>
    /// <para><b>Source</b>: T. Dao et al., "FlashAttention", 2022.</para>
    /// </remarks>
    public Tensor Attention(Tensor queries, Tensor keys, Tensor values, in AttentionOptions options, ReadOnlySpan<int> firstKeys = default, Tensor? bias = null)
    {
        (queries, keys, values) = (AsHeads("Attention", queries), AsHeads("Attention", keys), AsHeads("Attention", values));
        var job = AttentionArguments.Check(queries, keys, values, in options, firstKeys, bias);
        var output = Allocate([job.Batch, job.Queries, job.Heads, job.ValueWidth]);
        job.Out = HeadArray.Of(output);
        job.FirstKey = firstKeys.IsEmpty ? null : KeepIntegers(firstKeys);
        var records = Needs(queries, keys, values);
        if (records)
        {
            if (bias is not null && options.SoftCap > 0f)
            {
                throw new NotSupportedException("Attention: a bias together with a soft cap has no gradient here, expected one of them while recording. Use first keys for masks.");
            }

            job.LogSum = Allocate([Math.Max(1, checked(job.Batch * job.Heads * job.Queries))]).UncheckedData;
        }

        job.ScratchPerMember = AttentionForward.ScratchLength(in job, 2 * KernelTeam.LaneCount);
        using var scratch = new ScratchLease(Pool, job.ScratchPerMember * Team.Size);
        job.Scratch = scratch.Data;
        KernelTeam.Run<AttentionForward>(Team, job.Work, &job);
        if (records)
        {
            var operation = Record<AttentionOperation>(output);
            (operation.Queries, operation.Keys, operation.Values, operation.Job) = (queries, keys, values, job);
        }

        return output;
    }

    /// <summary>silu(gate) · up.</summary>
    /// <remarks><b>Shape</b>: two of one shape → that shape. <b>Source</b>: N. Shazeer, "GLU Variants Improve Transformer", 2020.</remarks>
    public Tensor SwiGlu(Tensor gate, Tensor up) => Gated<SiluFunction>("SwiGlu", gate, up);

    /// <summary>gelu(gate) · up.</summary>
    /// <param name="gate">What passes through the activation.</param>
    /// <param name="up">Of the same shape.</param>
    /// <param name="isApproximate">The approximation by tanh.</param>
    public Tensor GeGlu(Tensor gate, Tensor up, bool isApproximate) =>
        isApproximate ? Gated<GeluTanhFunction>("GeGlu", gate, up) : Gated<GeluFunction>("GeGlu", gate, up);

    /// <summary>The rows of a table.</summary>
    /// <param name="table">[V, C].</param>
    /// <param name="indices">N row numbers.</param>
    /// <remarks><b>Shape</b>: → [N, C]. <b>Errors</b>: <see cref="ArgumentOutOfRangeException"/> for a row that the table lacks.</remarks>
    public Tensor Embedding(Tensor table, ReadOnlySpan<int> indices)
    {
        if (table.Rank != 2 || !RowArray.TryOf(table, out var rows, out var count, out var width))
        {
            throw new ArgumentException($"Embedding: found a table of shape {table} with strides that are not rows, expected [V, C] with a contiguous last axis.", nameof(table));
        }

        for (var i = 0; i < indices.Length; i++)
        {
            if ((uint)indices[i] >= (uint)count)
            {
                throw new ArgumentOutOfRangeException(nameof(indices), $"Embedding: found row {indices[i]} at position {i}, expected 0 to {count - 1}.");
            }
        }

        var y = Allocate([indices.Length, width]);
        var job = new EmbeddingJob { Count = indices.Length, Width = width, Indices = KeepIntegers(indices), Table = rows };
        job.Rows = new RowArray { Data = y.UncheckedData, Stride = width };
        KernelTeam.Run<EmbeddingGather>(Team, y.Length, &job);
        if (Needs(table))
        {
            var operation = Record<EmbeddingOperation>(y);
            (operation.Table, operation.Job) = (table, job);
        }

        return y;
    }

    /// <summary>The mean over rows of −log softmax(logits)[target].</summary>
    /// <param name="logits">[…, V].</param>
    /// <param name="targets">One class a row; <see cref="IgnoredTarget"/> leaves a row out.</param>
    /// <param name="weights">One weight a row; empty for 1.</param>
    /// <param name="divisor">What the weighted sum is divided by; null for the sum of the weights of the rows not left out. Give the whole batch's when a batch is split.</param>
    /// <remarks>
    /// <b>Shape</b>: → one number, rank 0.
    /// <para><b>Errors</b>: <see cref="ArgumentOutOfRangeException"/> for a class that the logits lack; <see cref="ArgumentException"/> when no row counts and no divisor is given.</para>
    /// </remarks>
    public Tensor CrossEntropy(Tensor logits, ReadOnlySpan<int> targets, ReadOnlySpan<float> weights = default, double? divisor = null)
    {
        logits = AsRows(logits);
        var job = default(SoftmaxJob);
        _ = RowArray.TryOf(logits, out job.X, out job.Rows, out job.Width);
        var loss = Allocate([]);
        var total = LossArguments.Divisor("CrossEntropy", job.Rows, job.Width, targets, weights, divisor);
        job.Targets = KeepIntegers(targets);
        job.RowWeights = weights.IsEmpty ? null : KeepFloats(weights);
        job.Losses = Allocate([Math.Max(1, (int)job.Rows)]).UncheckedData;
        job.LogSums = Allocate([Math.Max(1, (int)job.Rows)]).UncheckedData;
        KernelTeam.Run<CrossEntropyForward>(Team, logits.Length * 8, &job);
        *loss.UncheckedData = (float)(LossArguments.Sum(job.Losses, job.Rows) / total);
        if (Needs(logits))
        {
            job.GradientScale = (float)(1.0 / total);
            var operation = Record<CrossEntropyOperation>(loss);
            (operation.Logits, operation.Job) = (logits, job);
        }

        return loss;
    }

    /// <summary><see cref="CrossEntropy"/> of a linear layer's outputs, some rows at a time, so that not all logits exist at once.</summary>
    /// <param name="hidden">[…, C].</param>
    /// <param name="weight">[V, C].</param>
    /// <param name="targets">As <see cref="CrossEntropy"/>.</param>
    /// <param name="weights">As <see cref="CrossEntropy"/>.</param>
    /// <param name="divisor">As <see cref="CrossEntropy"/>.</param>
    /// <remarks>While recording, both gradients are computed with the loss. <b>Cost</b>: at most 8 MiB of logits, or 64 rows.</remarks>
    public Tensor LinearCrossEntropy(Tensor hidden, Tensor weight, ReadOnlySpan<int> targets, ReadOnlySpan<float> weights = default, double? divisor = null)
    {
        hidden = AsRows(hidden);
        if (weight.Rank != 2 || hidden.Rank == 0 || hidden.Shape[^1] != weight.Shape[1])
        {
            throw new ArgumentException($"LinearCrossEntropy: found hidden values of shape {hidden} and a weight of shape {weight}, expected […, C] and [V, C].", nameof(weight));
        }

        var x = MatrixView.OfRows(hidden);
        var total = LossArguments.Divisor("LinearCrossEntropy", x.Rows, weight.Shape[0], targets, weights, divisor);
        var loss = Allocate([]);
        var (needsHidden, needsWeight) = (Needs(hidden), Needs(weight));
        var hiddenGradient = needsHidden ? Allocate(hidden.Shape) : null;
        var weightGradient = needsWeight ? Allocate(weight.Shape) : null;
        *loss.UncheckedData = (float)(HeadLoss.Compute(this, x, new HeadMatrix(weight), KeepIntegers(targets), weights.IsEmpty ? null : KeepFloats(weights), total, LogitBytes, hiddenGradient, weightGradient) / total);
        if (needsHidden || needsWeight)
        {
            var operation = Record<LinearCrossEntropyOperation>(loss);
            (operation.Hidden, operation.Weight, operation.HiddenGradient, operation.WeightGradient) = (hidden, weight, hiddenGradient, weightGradient);
        }

        return loss;
    }

    /// <summary>Computes a part of a model without keeping its results; the backward pass computes them again.</summary>
    /// <param name="inputs">What the part starts from; tensors that it uses beside these may be parameters only.</param>
    /// <param name="body">The part. Keep the delegate: creating one a step allocates.</param>
    /// <remarks><b>Source</b>: T. Chen et al., "Training Deep Nets with Sublinear Memory Cost", 2016.</remarks>
    public Tensor Checkpoint(ReadOnlySpan<Tensor> inputs, CheckpointBody body)
    {
        ArgumentNullException.ThrowIfNull(body);
        var mark = Mark();
        if (!_records)
        {
            var result = body(this, inputs);
            ReleaseFrom(mark, result);
            return result;
        }

        var output = WithoutRecording(inputs, body);
        ReleaseFrom(mark, output);
        if (_tensors.IndexOf(output.Root, mark) < 0)
        {
            return output;
        }

        var operation = Record<CheckpointOperation>(output);
        operation.Body = body;
        operation.SetInputs(inputs);
        return output;
    }

    private Tensor Norm(string name, Tensor x, Tensor? gain, Tensor? bias, float epsilon, bool centres)
    {
        x = AsRows(x);
        var job = new NormJob { Epsilon = epsilon };
        _ = RowArray.TryOf(x, out job.X, out job.Rows, out job.Width);
        ReadOnlySpan<Tensor?> parameters = [gain, bias];
        foreach (var parameter in parameters)
        {
            if (parameter is not null && (parameter.Length != job.Width || !parameter.IsContiguous))
            {
                throw new ArgumentException($"{name}: found an input of shape {x} and a parameter of shape {parameter}, expected a contiguous one of [{job.Width}].", nameof(gain));
            }
        }

        var y = Allocate(x.Shape);
        _ = RowArray.TryOf(y, out job.Y, out _, out _);
        var inverses = Allocate([Math.Max(1, checked((int)job.Rows))]);
        var means = centres ? Allocate([Math.Max(1, (int)job.Rows)]) : null;
        job.Inverses = inverses.UncheckedData;
        job.Means = means is null ? null : means.UncheckedData;
        job.Gain = gain is null ? null : gain.UncheckedData;
        job.Bias = bias is null ? null : bias.UncheckedData;
        KernelTeam.Run<NormForward>(Team, x.Length * 3, &job);
        if (Needs(x, gain, bias))
        {
            var operation = Record<NormOperation>(y);
            (operation.X, operation.Gain, operation.Bias, operation.Means, operation.Inverses) = (x, gain, bias, means, inverses);
        }

        return y;
    }

    private Tensor Gated<TFunction>(string name, Tensor gate, Tensor up)
        where TFunction : struct, IUnaryFunction
    {
        if (!gate.Shape.SequenceEqual(up.Shape))
        {
            throw new ArgumentException($"{name}: found the shapes {gate} and {up}, expected equal ones.", nameof(up));
        }

        (gate, up) = (AsRows(gate), AsRows(up));
        var y = Allocate(gate.Shape);
        var job = default(GatedJob);
        _ = RowArray.TryOf(gate, out job.Gate, out job.Rows, out job.Width);
        _ = RowArray.TryOf(up, out job.Up, out _, out _);
        _ = RowArray.TryOf(y, out job.Out, out _, out _);
        KernelTeam.Run<GatedForward<TFunction>>(Team, y.Length * 8, &job);
        if (Needs(gate, up))
        {
            var operation = Record<GatedOperation<TFunction>>(y);
            (operation.Gate, operation.Up) = (gate, up);
        }

        return y;
    }

    /// <summary>The tensor, or a contiguous copy when its leading axes do not walk as rows.</summary>
    private Tensor AsRows(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return RowArray.TryOf(x, out _, out _, out _) ? x : Contiguous(x);
    }

    private Tensor AsHeads(string name, Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Rank != 4)
        {
            throw new ArgumentException($"{name}: found the shape {x}, expected [B, T, H, D].", nameof(x));
        }

        return x.Strides[3] == 1 || x.Shape[3] == 1 ? x : Contiguous(x);
    }

    private float* KeepFloats(ReadOnlySpan<float> values)
    {
        var kept = Allocate([Math.Max(1, values.Length)]);
        values.CopyTo(new Span<float>(kept.UncheckedData, values.Length));
        return kept.UncheckedData;
    }
}
