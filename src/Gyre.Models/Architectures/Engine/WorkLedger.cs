using System.Diagnostics;
using System.Runtime.Intrinsics.X86;
using Gyre.Tensors;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Architectures.Engine;

/// <summary>
/// Hands out the items of one step after another. Every member has a part of its own, which it takes front to back, so
/// that it reads memory in long runs; a member that is done takes from the back of the others' parts. A step ends when
/// its items are done, not when every member has been there: a member whose core another process took holds up nobody,
/// unless it holds items.
/// </summary>
/// <remarks>
/// Words on cache lines of their own: the open step; its items done; and what is left of each member's part, as
/// step, first item and end. A word of an earlier step stands for a whole part of the open one.
/// </remarks>
[HotPath]
internal sealed unsafe class WorkLedger : IDisposable
{
    private const int LineLongs = 16;
    private const int ItemBits = 24;
    private const int MostItems = (1 << ItemBits) - 1;
    private const int NoStep = (1 << (64 - (2 * ItemBits))) - 1;

    /// <summary>About a microsecond: a little longer than the owner of a few last items needs for them.</summary>
    private const int PausesBeforeLast = 32;
    private const int PausesBeforeYield = 512;

    private readonly int _members;
    private readonly NativeBuffer _memory;
    private readonly long* _step;
    private readonly long* _done;
    private readonly ulong* _parts;

    public WorkLedger(int members)
    {
        _members = members;
        _memory = new NativeBuffer((members + 4L) * LineLongs * sizeof(long));
        _step = (long*)_memory.Bytes + LineLongs;
        _done = (long*)_memory.Bytes + (2 * LineLongs);
        _parts = (ulong*)_memory.Bytes + (3 * LineLongs);
        Begin(0);
    }

    /// <summary>The step that is worked on.</summary>
    public int Step => (int)Volatile.Read(ref *_step);

    /// <summary>Opens the first step of a run; nobody works yet.</summary>
    public void Begin(int step)
    {
        for (var member = 0; member < _members; member++)
        {
            _parts[member * LineLongs] = Pack(NoStep, 0, 0);
        }

        Open(step);
    }

    /// <summary>Opens a step; everything done before is visible to whoever sees it.</summary>
    public void Open(int step)
    {
        Debug.Assert(step < NoStep, "The index of a step fits the word of a part.");
        *_done = 0;
        Volatile.Write(ref *_step, step);
    }

    /// <summary>Reports items as done; true for the member that did the last of them.</summary>
    public bool Finish(int count, int items) => Interlocked.Add(ref *_done, count) == items;

    /// <summary>Takes items of the member's own part: half of what is left, so that others can help at the end; all of it when there are no others.</summary>
    /// <returns>False when nothing is left of it.</returns>
    public bool TryTake(in StepItems step, int member, out int begin, out int end)
    {
        ref var word = ref _parts[member * LineLongs];
        while (true)
        {
            var seen = Volatile.Read(ref word);
            (begin, var last) = Left(seen, step, member);
            end = _members == 1 ? last : begin + Math.Min(last - begin, Math.Max(step.Grain, (last - begin + 1) / 2));
            if (begin >= last)
            {
                return false;
            }

            if (Interlocked.CompareExchange(ref word, Pack(step.Index, end, last), seen) == seen)
            {
                return true;
            }
        }
    }

    /// <summary>Takes the back half of what is left of another member's part.</summary>
    /// <param name="step">The open step.</param>
    /// <param name="member">Who takes.</param>
    /// <param name="fewest">Leave parts alone of which less is left: their owners will be done with them sooner.</param>
    /// <param name="begin">The first item.</param>
    /// <param name="end">The item after the last.</param>
    public bool TryHelp(in StepItems step, int member, int fewest, out int begin, out int end)
    {
        for (var other = 1; other < _members; other++)
        {
            var owner = (member + other) % _members;
            ref var word = ref _parts[owner * LineLongs];
            var seen = Volatile.Read(ref word);
            (var first, end) = Left(seen, step, owner);
            if (end - first >= fewest)
            {
                begin = Math.Max(first, end - Math.Max(step.Grain, (end - first + 1) / 2));
                if (Interlocked.CompareExchange(ref word, Pack(step.Index, first, begin), seen) == seen)
                {
                    return true;
                }
            }
        }

        (begin, end) = (0, 0);
        return false;
    }

    /// <summary>Waits a moment for the step to end; false when it is still open after the time that its last items may take.</summary>
    public bool WaitBriefly(int step) => Spin(step, PausesBeforeLast);

    /// <summary>Waits longer for the step to end, then gives the core away once.</summary>
    public void Wait(int step)
    {
        if (!Spin(step, PausesBeforeYield))
        {
            // The member waited for may need this core.
            Thread.Yield();
        }
    }

    public void Dispose() => _memory.Dispose();

    private static ulong Pack(int step, int begin, int end) => ((ulong)step << (2 * ItemBits)) | ((ulong)begin << ItemBits) | (uint)end;

    /// <summary>What is left of a member's part of a step.</summary>
    private (int Begin, int End) Left(ulong word, in StepItems step, int member)
    {
        var index = (int)(word >> (2 * ItemBits));
        if (index == step.Index)
        {
            return ((int)(word >> ItemBits) & MostItems, (int)word & MostItems);
        }

        // A word of a later step: this one ended while the caller looked on.
        return index > step.Index && index != NoStep ? (0, 0) : Part(step, member);
    }

    private (int Begin, int End) Part(in StepItems step, int member)
    {
        Debug.Assert(step.Count <= MostItems, "The items of a step fit the word of a part.");
        var parts = Math.Min(_members, (step.Count + step.Grain - 1) / step.Grain);
        return member < parts ? ThreadTeam.Slice(step.Count, member, parts) : (0, 0);
    }

    private bool Spin(int step, int pauses)
    {
        for (var i = 0; i < pauses; i++)
        {
            if (Step != step)
            {
                return true;
            }

            if (X86Base.IsSupported)
            {
                X86Base.Pause();
            }
            else
            {
                Thread.SpinWait(1);
            }
        }

        return false;
    }
}
