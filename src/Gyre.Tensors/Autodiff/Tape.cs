using System.Runtime.InteropServices;
using Gyre.Tensors.Kernels;
using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Autodiff;

/// <summary>
/// Computes operations on tensors and, when it records, the gradients of a result with respect to every parameter that
/// went into it (reverse mode).
/// </summary>
/// <remarks>
/// A step of training is: operations, <see cref="Backward(Tensor)"/>, <see cref="Reset"/>. Gradients of parameters stay
/// and add up over steps until <see cref="Tensor.ZeroGradient"/>.
/// <para>The results have the same bits for every size of the team.</para>
/// <para><b>Owns</b> every tensor that its operations return, until <see cref="Reset"/>: copy what must live longer, and
/// do not touch a result afterwards, because the object is used again. One thread at a time.</para>
/// <para><b>Cost</b>: after the first step, no managed and no native allocation while shapes repeat. Without recording
/// nothing is kept for a backward pass.</para>
/// </remarks>
public sealed unsafe partial class Tape : IDisposable
{
    private readonly List<Tensor> _tensors = [];
    private readonly Stack<Tensor> _spareTensors = new();
    private readonly List<Operation> _operations = [];
    private readonly Dictionary<Type, Stack<Operation>> _spareOperations = [];
    private bool _records;

    /// <summary>Creates a tape.</summary>
    /// <param name="team">Who computes; not owned.</param>
    /// <param name="pool">Where results and gradients live; not owned.</param>
    /// <param name="isRecording">Whether gradients will be asked for.</param>
    public Tape(ThreadTeam team, TensorPool pool, bool isRecording)
    {
        ArgumentNullException.ThrowIfNull(team);
        ArgumentNullException.ThrowIfNull(pool);
        (Team, Pool, IsRecording, _records) = (team, pool, isRecording, isRecording);
    }

    /// <summary>Who computes.</summary>
    public ThreadTeam Team { get; }

    /// <summary>Where results and gradients live.</summary>
    public TensorPool Pool { get; }

    /// <summary>Whether gradients can be asked for.</summary>
    public bool IsRecording { get; }

    /// <summary>The number of steps recorded and not yet gone back over.</summary>
    public int OperationCount => _operations.Count;

    /// <summary>Computes the gradient of a single number with respect to every parameter that it depends on.</summary>
    /// <param name="loss">A result of this tape with one element.</param>
    /// <remarks>
    /// Gradients of parameters are added to what is there. Uses the record up: a second call needs a new forward pass.
    /// Results stay readable until <see cref="Reset"/>.
    /// <para><b>Errors</b>: <see cref="InvalidOperationException"/> when nothing with a gradient went into the loss;
    /// <see cref="ArgumentException"/> when it has more than one element.</para>
    /// </remarks>
    public void Backward(Tensor loss)
    {
        ArgumentNullException.ThrowIfNull(loss);
        if (loss.Length != 1)
        {
            throw new ArgumentException($"Backward: found a result of shape {loss}, expected one number. Take its sum or mean, or give its gradient.", nameof(loss));
        }

        RequireRecorded(loss);
        GradientOf(loss, out _).Fill(1f);
        RunBackward(0);
    }

    /// <summary>Computes gradients from the given gradient of a result of any shape.</summary>
    /// <param name="output">A result of this tape.</param>
    /// <param name="gradient">The gradient to start from, row-major, one number an element.</param>
    /// <remarks>As <see cref="Backward(Tensor)"/>.</remarks>
    public void Backward(Tensor output, ReadOnlySpan<float> gradient)
    {
        ArgumentNullException.ThrowIfNull(output);
        RequireRecorded(output);
        GradientOf(output, out _).CopyFrom(gradient);
        RunBackward(0);
    }

    /// <summary>Takes back every result and forgets the record.</summary>
    public void Reset()
    {
        foreach (var operation in CollectionsMarshal.AsSpan(_operations))
        {
            Recycle(operation);
        }

        _operations.Clear();
        ReleaseFrom(0, Tensor.None);
    }

    /// <summary>As <see cref="Reset"/>; the team and the pool stay.</summary>
    public void Dispose() => Reset();

    /// <summary>A new contiguous result with undefined contents.</summary>
    internal Tensor Allocate(ReadOnlySpan<int> shape)
    {
        var tensor = NewTensor();
        tensor.InitializeRented(Pool, shape);
        return tensor;
    }

    /// <summary>A tensor object of this tape, not yet initialised.</summary>
    internal Tensor NewTensor()
    {
        var tensor = _spareTensors.TryPop(out var spare) ? spare : new Tensor();
        tensor.IsIntermediate = true;
        _tensors.Add(tensor);
        return tensor;
    }

    /// <summary>Whether an operation on these inputs must be recorded.</summary>
    internal bool Needs(Tensor a) => _records && a.RequiresGradient;

    internal bool Needs(Tensor a, Tensor? b) => _records && (a.RequiresGradient || b is { RequiresGradient: true });

    internal bool Needs(Tensor a, Tensor? b, Tensor? c) => Needs(a, b) || (_records && c is { RequiresGradient: true });

    /// <summary>Appends a step whose result is <paramref name="output"/>; the caller fills in the rest.</summary>
    internal T Record<T>(Tensor output)
        where T : Operation, new()
    {
        var operation = _spareOperations.TryGetValue(typeof(T), out var stack) && stack.TryPop(out var spare) ? (T)spare : new T();
        operation.Output = output.Root;
        output.Root.MarkRequiresGradient();
        _operations.Add(operation);
        return operation;
    }

    /// <summary>
    /// Where the gradient of an input goes: laid out as the input is. <paramref name="accumulate"/> tells whether to add
    /// to it or to overwrite it.
    /// </summary>
    internal Tensor GradientOf(Tensor input, out bool accumulate)
    {
        var root = input.Root;
        if (root.Gradient is null)
        {
            // A parameter's gradient outlives the tape's step; an intermediate's object and memory come back.
            var fresh = root.IsIntermediate && _spareTensors.TryPop(out var spare) ? spare : new Tensor();
            fresh.InitializeRented(Pool, root.Shape);
            root.Gradient = fresh;
            root.GradientIsZero = true;
        }

        accumulate = !root.GradientIsZero;
        root.GradientIsZero = false;
        if (ReferenceEquals(input, root))
        {
            return root.Gradient;
        }

        if (input.Repeats())
        {
            throw new InvalidOperationException($"Backward: a view of shape {input} repeats elements, which Tensor.Expand made; its gradient would be written twice. Use Tape.Expand.");
        }

        if (!accumulate && input.Length != root.Length)
        {
            root.Gradient.Fill(0f);
            accumulate = true;
        }

        var view = NewTensor();
        view.InitializeGradientView(root.Gradient, input);
        return view;
    }

    /// <summary>
    /// Hands the finished gradient of <paramref name="from"/> on as the first contribution to that of
    /// <paramref name="to"/>, without copying, when both are whole results of this tape of one shape.
    /// </summary>
    internal static bool TryMoveGradient(Tensor from, Tensor to)
    {
        if (!to.IsIntermediate || to.Source is not null || to.Gradient is not null || !from.Shape.SequenceEqual(to.Shape))
        {
            return false;
        }

        to.Gradient = from.Gradient;
        to.GradientIsZero = false;
        from.Gradient = null;
        return true;
    }

    /// <summary>Goes back over the record, last step first, down to a length.</summary>
    internal void RunBackward(int downTo)
    {
        while (_operations.Count > downTo)
        {
            var operation = _operations[^1];
            _operations.RemoveAt(_operations.Count - 1);
            var output = operation.Output;
            if (output.Gradient is { } gradient)
            {
                operation.Backward(this, gradient);
            }

            if (!operation.KeepsGradient)
            {
                ReleaseGradient(output);
            }

            Recycle(operation);
        }
    }

    internal int Mark() => _tensors.Count;

    /// <summary>Takes back every result since a mark but one.</summary>
    internal void ReleaseFrom(int mark, Tensor kept)
    {
        var count = mark;
        for (var i = mark; i < _tensors.Count; i++)
        {
            var tensor = _tensors[i];
            if (ReferenceEquals(tensor, kept) || ReferenceEquals(tensor, kept.Source))
            {
                _tensors[count++] = tensor;
                continue;
            }

            ReleaseGradient(tensor);
            tensor.Release();
            _spareTensors.Push(tensor);
        }

        _tensors.RemoveRange(count, _tensors.Count - count);
    }

    /// <summary>Computes a part without recording it.</summary>
    internal Tensor WithoutRecording(ReadOnlySpan<Tensor> inputs, CheckpointBody body)
    {
        _records = false;
        try
        {
            return body(this, inputs);
        }
        finally
        {
            _records = IsRecording;
        }
    }

    /// <summary>A place for whole numbers that a later step reads: the memory of a float tensor.</summary>
    internal int* KeepIntegers(ReadOnlySpan<int> values)
    {
        var kept = Allocate([Math.Max(1, values.Length)]);
        values.CopyTo(new Span<int>(kept.UncheckedData, values.Length));
        return (int*)kept.UncheckedData;
    }

    private static void RequireRecorded(Tensor result)
    {
        if (!result.RequiresGradient)
        {
            throw new InvalidOperationException($"Backward: the result of shape {result} depends on no tensor that requires a gradient, or the tape does not record. Set RequiresGradient on the parameters and create the tape with recording on.");
        }
    }

    private void ReleaseGradient(Tensor tensor)
    {
        if (tensor.IsIntermediate && tensor.Gradient is { } gradient)
        {
            tensor.Gradient = null;
            gradient.Release();
            _spareTensors.Push(gradient);
        }
    }

    private void Recycle(Operation operation)
    {
        operation.Clear();
        if (!_spareOperations.TryGetValue(operation.GetType(), out var stack))
        {
            _spareOperations.Add(operation.GetType(), stack = new Stack<Operation>());
        }

        stack.Push(operation);
    }

    /// <summary>Runs a kernel over a flat job.</summary>
    private void Run<TKernel>(ref FlatJob job, long workPerElement = 1)
        where TKernel : struct, ITeamKernel
    {
        fixed (FlatJob* state = &job)
        {
            KernelTeam.Run<TKernel>(Team, job.Count * workPerElement, state);
        }
    }
}
