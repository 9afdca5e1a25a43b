using System.Runtime.Intrinsics.X86;
using Gyre.Tensors;

namespace Gyre.Models.Architectures.Engine;

/// <summary>
/// Hands out the items of one step after another to whoever is free. A step ends when its items are done, not when
/// every member has been there: a member whose core another process took holds up nobody, unless it holds items.
/// </summary>
/// <remarks>Two words on cache lines of their own: step and items claimed; items done.</remarks>
[HotPath]
internal sealed unsafe class WorkLedger : IDisposable
{
    private const int LineLongs = 16;
    private const int PausesBeforeYield = 512;

    private readonly NativeBuffer _memory = new(4 * LineLongs * sizeof(long));
    private readonly long* _claimed;
    private readonly long* _done;

    public WorkLedger()
    {
        _claimed = (long*)_memory.Bytes + LineLongs;
        _done = (long*)_memory.Bytes + (2 * LineLongs);
    }

    /// <summary>The step that is worked on, and how many of its items are claimed.</summary>
    public long Claimed => Volatile.Read(ref *_claimed);

    public static int StepOf(long claimed) => (int)(claimed >> 32);

    public static int ItemsOf(long claimed) => (int)claimed;

    /// <summary>Opens a step; everything done before is visible to whoever sees it.</summary>
    public void Open(int step)
    {
        *_done = 0;
        Volatile.Write(ref *_claimed, (long)step << 32);
    }

    /// <summary>Claims the items up to <paramref name="end"/> if nobody has claimed any since <paramref name="claimed"/> was read.</summary>
    public bool TryClaim(long claimed, int end) =>
        Interlocked.CompareExchange(ref *_claimed, ((long)StepOf(claimed) << 32) | (uint)end, claimed) == claimed;

    /// <summary>Reports items as done; true for the member that did the last of them.</summary>
    public bool Finish(int count, int items) => Interlocked.Add(ref *_done, count) == items;

    /// <summary>Waits a moment for <see cref="Claimed"/> to change.</summary>
    public void Wait(long claimed)
    {
        for (var i = 0; i < PausesBeforeYield; i++)
        {
            if (Claimed != claimed)
            {
                return;
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

        // The member waited for may need this core.
        Thread.Yield();
    }

    public void Dispose() => _memory.Dispose();
}
