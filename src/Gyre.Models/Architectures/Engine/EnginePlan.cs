using System.Runtime.InteropServices;
using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>A recorded forward pass with its work buffers; runs as one fork of the team with barriers between steps.</summary>
/// <remarks>Owns: the buffers. One run at a time.</remarks>
internal sealed unsafe class EnginePlan : IDisposable
{
    private readonly ThreadTeam _team;
    private readonly PlanStep[] _steps;
    private readonly RotaryTable[] _rotaries;
    private readonly IDisposable[] _owned;
    private readonly NativeBuffer _memory;
    private readonly float* _stream;
    private readonly int _streamWidth;
    private GCHandle _self;

    /// <summary>Makes a recording runnable; takes its tables and spaces over.</summary>
    public EnginePlan(ThreadTeam team, Recording recording)
    {
        _team = team;
        _steps = [.. recording.Steps];
        _rotaries = [.. recording.Rotaries];
        _owned = [.. recording.Rotaries, .. recording.Spaces, .. recording.Scratches];
        MaxRows = recording.Limits.MaxRows;
        var places = BufferPlaces.Of(recording);
        _memory = NativeBuffer.OfFloats(places.Length);
        NativeMemory.Clear(_memory.Bytes, (nuint)_memory.LengthBytes);
        var buffers = new nint[places.Offsets.Length];
        for (var i = 0; i < buffers.Length; i++)
        {
            // A norm's result is never stored, so it has no place.
            buffers[i] = places.Offsets[i] < 0 ? 0 : (nint)(_memory.Floats + places.Offsets[i]);
        }

        foreach (var step in _steps)
        {
            step.Bind(buffers);
        }

        _stream = (float*)buffers[recording.Stream.Index];
        _streamWidth = recording.Widths[recording.Stream.Index];
        _self = GCHandle.Alloc(this);
    }

    /// <summary>The most rows of one run.</summary>
    public int MaxRows { get; }

    /// <summary>Sees every layer of an observed run.</summary>
    public LayerObserver? Observer { get; set; }

    /// <summary>Runs every step over the rows of <paramref name="run"/>.</summary>
    /// <param name="run">What to work on.</param>
    /// <param name="sequenceLength">Tokens of the sequence after the whole call, of which this run may be a chunk.</param>
    [HotPath]
    public void Run(ref PlanRun run, int sequenceLength)
    {
        foreach (var rotary in _rotaries)
        {
            rotary.Fill(run.Position, run.Rows, sequenceLength);
        }

        run.Plan = GCHandle.ToIntPtr(_self);
        fixed (PlanRun* state = &run)
        {
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

        _memory.Dispose();
    }

    private static void RunMember(int member, int size, void* state)
    {
        var run = (PlanRun*)state;
        var plan = (EnginePlan)GCHandle.FromIntPtr(run->Plan).Target!; // The plan is running, so its handle is alive.
        var team = plan._team;
        foreach (var step in plan._steps)
        {
            step.Run(run, member, team);
            team.Barrier();
            if (run->IsObserved)
            {
                plan.Observe(run, step, member);
            }
        }
    }

    private void Observe(PlanRun* run, PlanStep step, int member)
    {
        if (step.EndsLayer >= 0)
        {
            if (member == 0)
            {
                Observer?.Invoke(step.EndsLayer, new ReadOnlySpan<float>(_stream, run->Rows * _streamWidth));
            }

            _team.Barrier();
        }
    }
}
