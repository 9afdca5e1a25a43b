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
    private readonly NativeBuffer _memory;
    private readonly nint _hidden;
    private readonly int _hiddenWidth;
    private GCHandle _self;

    private EnginePlan(ThreadTeam team, PlanStep[] steps, RotaryTable[] rotaries, NativeBuffer memory, nint hidden, int hiddenWidth, int maxRows)
    {
        _team = team;
        _steps = steps;
        _rotaries = rotaries;
        _memory = memory;
        _hidden = hidden;
        _hiddenWidth = hiddenWidth;
        MaxRows = maxRows;
        _self = GCHandle.Alloc(this);
    }

    /// <summary>The most rows of one run.</summary>
    public int MaxRows { get; }

    /// <summary>Sees every layer of an observed run.</summary>
    public LayerObserver? Observer { get; set; }

    /// <summary>Bytes of the work buffers.</summary>
    public long WorkBytes => _memory.LengthBytes;

    /// <summary>Gives every value a place, reusing the places of values that are no longer read.</summary>
    /// <param name="team">Runs the steps.</param>
    /// <param name="steps">The steps, in order.</param>
    /// <param name="widths">Width of each value.</param>
    /// <param name="rotaries">The tables that the steps read; ownership moves here.</param>
    /// <param name="stream">The residual stream, which observers see.</param>
    /// <param name="maxRows">The most rows of one run.</param>
    public static EnginePlan Build(
        ThreadTeam team, PlanStep[] steps, IReadOnlyList<int> widths, IEnumerable<RotaryTable> rotaries, Value stream, int maxRows)
    {
        var lastUse = new int[widths.Count];
        for (var s = 0; s < steps.Length; s++)
        {
            foreach (var value in steps[s].Inputs.Concat(steps[s].Outputs))
            {
                lastUse[value.Index] = s;
            }
        }

        var offsets = new long[widths.Count];
        Array.Fill(offsets, -1L);
        var free = new Dictionary<int, Stack<long>>();
        var end = 0L;
        for (var s = 0; s < steps.Length; s++)
        {
            foreach (var value in steps[s].Outputs.Where(value => offsets[value.Index] < 0))
            {
                offsets[value.Index] = Take(widths[value.Index]);
            }

            foreach (var value in steps[s].Inputs.Concat(steps[s].Outputs).Distinct().Where(value => lastUse[value.Index] == s))
            {
                Places(widths[value.Index]).Push(offsets[value.Index]);
            }
        }

        var memory = NativeBuffer.OfFloats(end);
        NativeMemory.Clear(memory.Bytes, (nuint)memory.LengthBytes);
        var buffers = offsets.Select(offset => (nint)(memory.Floats + Math.Max(offset, 0))).ToArray();
        foreach (var step in steps)
        {
            step.Bind(buffers);
        }

        return new EnginePlan(team, steps, [.. rotaries], memory, buffers[stream.Index], widths[stream.Index], maxRows);

        Stack<long> Places(int width)
        {
            if (!free.TryGetValue(width, out var places))
            {
                free[width] = places = new Stack<long>();
            }

            return places;
        }

        long Take(int width)
        {
            if (Places(width).TryPop(out var place))
            {
                return place;
            }

            place = end;
            end += (((long)width * maxRows) + 31) / 16 * 16;
            return place;
        }
    }

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

        foreach (var step in _steps)
        {
            step.Dispose();
        }

        foreach (var rotary in _rotaries)
        {
            rotary.Dispose();
        }

        _memory.Dispose();
    }

    private static void RunMember(int member, int size, void* state)
    {
        var run = (PlanRun*)state;
        var plan = (EnginePlan)GCHandle.FromIntPtr(run->Plan).Target!; // The plan is running, so its handle is alive.
        var steps = plan._steps;
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i].Run(run, member, plan._team);
            plan._team.Barrier();
            if (run->IsObserved)
            {
                plan.Observe(run, steps[i], member);
            }
        }
    }

    private void Observe(PlanRun* run, PlanStep step, int member)
    {
        if (step.EndsLayer >= 0)
        {
            if (member == 0)
            {
                Observer?.Invoke(step.EndsLayer, new ReadOnlySpan<float>((float*)_hidden, run->Rows * _hiddenWidth));
            }

            _team.Barrier();
        }
    }
}
