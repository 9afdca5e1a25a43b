using System.Runtime.InteropServices;
using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>A recorded forward pass with its work buffers; runs as one fork of the team, which shares out the items of one step after another.</summary>
/// <remarks>Owns: the buffers. One run at a time.</remarks>
internal sealed unsafe class EnginePlan : IDisposable
{
    /// <summary>A sixteenth of a member's part.</summary>
    private const int FewestPart = 16;

    private readonly ThreadTeam _team;
    private readonly PlanStep[] _steps;
    private readonly RotaryTable[] _rotaries;
    private readonly AttentionWork[] _attention;
    private readonly IDisposable[] _owned;
    private readonly NativeBuffer _memory;
    private readonly WorkLedger _ledger;
    private readonly (nint Place, int Width)[] _layers;
    private GCHandle _self;

    /// <summary>Makes a recording runnable; takes its tables and spaces over.</summary>
    public EnginePlan(ThreadTeam team, Recording recording)
    {
        _team = team;
        _ledger = new WorkLedger(team.Size);
        _steps = [.. recording.Steps];
        _rotaries = [.. recording.Rotaries];
        _attention = [.. recording.Attention];
        _owned =
        [
            .. recording.Rotaries, .. recording.Spaces, .. recording.Attention, .. recording.RowScratches, .. recording.Constants, .. recording.Biases,
            recording.Adapters,
        ];
        Adapters = recording.Adapters;
        SharedInputs = [.. recording.SharedInputs];
        MaxRows = recording.Limits.MaxRows;
        var places = BufferPlaces.Of(recording);
        _memory = NativeBuffer.OfFloats(places.Length);
        NativeMemory.Clear(_memory.Bytes, (nuint)_memory.LengthBytes);
        var buffers = new nint[places.Offsets.Length];
        for (var i = 0; i < buffers.Length; i++)
        {
            // A value that is only described (a norm that its readers apply) has no place.
            buffers[i] = places.Offsets[i] < 0 ? 0 : (nint)(_memory.Floats + places.Offsets[i]);
        }

        foreach (var step in _steps)
        {
            step.Bind(buffers);
        }

        _layers = [.. recording.LayerOutputs.Select(value => (buffers[value.Index], recording.Widths[value.Index]))];
        _self = GCHandle.Alloc(this);
    }

    /// <summary>The most rows of one run.</summary>
    public int MaxRows { get; }

    /// <summary>Room for adapters; grown between runs.</summary>
    public AdapterSpace Adapters { get; }

    /// <summary>The indexes of the weights that are multiplied with one input.</summary>
    public IReadOnlyList<int[]> SharedInputs { get; }

    /// <summary>Sees every layer of an observed run.</summary>
    public LayerObserver? Observer { get; set; }

    /// <summary>Sees the input rows of matrix products of an observed run of several rows, in the order of the plan.</summary>
    public InputObserver? InputObserver { get; set; }

    /// <summary>Runs every step over the rows of <paramref name="run"/>.</summary>
    /// <param name="run">What to work on.</param>
    [HotPath]
    public void Run(ref PlanRun run)
    {
        run.Plan = GCHandle.ToIntPtr(_self);
        fixed (PlanRun* state = &run)
        {
            foreach (var rotary in _rotaries)
            {
                rotary.Fill(state);
            }

            foreach (var work in _attention)
            {
                work.Divide(state);
            }

            _ledger.Begin(NextStep(state, 0));
            _team.Run(&RunMember, state);
        }
    }

    public void Dispose()
    {
        if (_self.IsAllocated)
        {
            _self.Free();
        }

        foreach (var owned in _owned)
        {
            owned.Dispose();
        }

        _ledger.Dispose();
        _memory.Dispose();
    }

    private static void RunMember(int member, int size, void* state)
    {
        var run = (PlanRun*)state;
        var plan = (EnginePlan)GCHandle.FromIntPtr(run->Plan).Target!; // The plan is running, so its handle is alive.
        try
        {
            plan.Work(run, member, size);
        }
        catch
        {
            // Nobody may wait for what this member claimed.
            plan._ledger.Open(plan._steps.Length);
            throw;
        }
    }

    /// <summary>Does items of whichever step is open until there are no more steps.</summary>
    private void Work(PlanRun* run, int member, int size)
    {
        var steps = _steps;
        var current = new StepItems(-1, 0, 1);
        var (isFirst, hasWaited) = (false, false);
        while (true)
        {
            var index = _ledger.Step;
            if (index >= steps.Length)
            {
                return;
            }

            if (index != current.Index)
            {
                current = new StepItems(index, steps[index].Items(run), steps[index].Grain);
                (isFirst, hasWaited) = (true, false);
            }

            // The last few items are left to their owner, unless it takes longer for them than it should.
            var fewest = hasWaited ? 1 : Math.Max(2, current.Count / (FewestPart * size));
            if (!_ledger.TryTake(current, member, out var begin, out var end)
                && !_ledger.TryHelp(current, member, fewest, out begin, out end))
            {
                if (hasWaited)
                {
                    _ledger.Wait(index);
                }

                hasWaited = hasWaited || !_ledger.WaitBriefly(index);
                continue;
            }

            steps[index].Run(run, begin, end, member, isFirst);
            isFirst = false;
            if (_ledger.Finish(end - begin, current.Count))
            {
                Observe(run, index, member);
                _ledger.Open(NextStep(run, index + 1));
            }
        }
    }

    /// <summary>The first step from an index on that has something to do.</summary>
    private int NextStep(PlanRun* run, int index)
    {
        while (index < _steps.Length && _steps[index].Items(run) == 0)
        {
            index++;
        }

        return index;
    }

    private void Observe(PlanRun* run, int index, int member)
    {
        if (run->IsObserved && InputObserver is { } inputs && _steps[index] is EncodeStep encode)
        {
            encode.Input.Observe(run, member, inputs);
        }

        if (run->IsObserved && _steps[index].EndsLayer >= 0)
        {
            var layer = _steps[index].EndsLayer;
            Observer?.Invoke(layer, new ReadOnlySpan<float>((float*)_layers[layer].Place, run->Rows * _layers[layer].Width));
        }
    }
}
