using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Gyre.Tensors.Threading;

/// <summary>
/// A counter that threads wait on: they spin briefly, then park. Advancing it costs one interlocked operation while
/// nobody is parked.
/// </summary>
/// <remarks>
/// How long is "briefly" adapts. Where recent waits were short, spinning is worth up to <see cref="MostSpinTicks"/>;
/// where they were long, usually because the one waited for has lost its core to another process, a spinning waiter
/// only keeps that core busy, and parks soon.
/// </remarks>
internal sealed class TeamSignal
{
    /// <summary>Pauses between two looks at the clock: one or two microseconds.</summary>
    private const int PausesPerRound = 64;

    /// <summary>The longest spin: covers the gap between two kernels, or between two tokens.</summary>
    private static readonly long MostSpinTicks = Stopwatch.Frequency / 15_000;

    /// <summary>The shortest: about what parking and waking cost.</summary>
    private static readonly long LeastSpinTicks = Stopwatch.Frequency / 250_000;

    private readonly object _park = new();
    private Padded _fields;

    /// <summary>The current count.</summary>
    public int Value => Volatile.Read(ref _fields.Value);

    /// <summary>Adds one and wakes whoever is parked.</summary>
    public void Advance()
    {
        Interlocked.Increment(ref _fields.Value);
        WakeParked();
    }

    /// <summary>Returns when the count differs from <paramref name="seen"/>.</summary>
    public void WaitWhile(int seen)
    {
        for (var i = 0; i < PausesPerRound; i++)
        {
            if (Volatile.Read(ref _fields.Value) != seen)
            {
                return;
            }

            Pause();
        }

        WaitLonger(seen);
    }

    private static void Pause()
    {
        if (X86Base.IsSupported)
        {
            X86Base.Pause();
        }
        else if (ArmBase.IsSupported)
        {
            ArmBase.Yield();
        }
        else
        {
            Thread.SpinWait(1);
        }
    }

    private void WaitLonger(int seen)
    {
        var start = Stopwatch.GetTimestamp();
        var spinTicks = Math.Clamp(Volatile.Read(ref _fields.SpinTicks), LeastSpinTicks, MostSpinTicks);
        while (Stopwatch.GetTimestamp() - start < spinTicks)
        {
            for (var i = 0; i < PausesPerRound; i++)
            {
                if (Volatile.Read(ref _fields.Value) != seen)
                {
                    return;
                }

                Pause();
            }
        }

        Park(seen);

        // Waiters may overwrite each other's opinion; any of them will do.
        var wasShort = Stopwatch.GetTimestamp() - start < MostSpinTicks;
        Volatile.Write(ref _fields.SpinTicks, wasShort ? spinTicks + (spinTicks / 2) : spinTicks / 2);
    }

    private void Park(int seen)
    {
        // The increment is a full fence: either the advancing thread sees a parked waiter, or this one sees the new count.
        Interlocked.Increment(ref _fields.Parked);
        lock (_park)
        {
            while (Volatile.Read(ref _fields.Value) == seen)
            {
                Monitor.Wait(_park);
            }
        }

        Interlocked.Decrement(ref _fields.Parked);
    }

    private void WakeParked()
    {
        if (Volatile.Read(ref _fields.Parked) == 0)
        {
            return;
        }

        lock (_park)
        {
            Monitor.PulseAll(_park);
        }
    }

    /// <summary>Each counter on cache lines of its own (two, because neighbours are fetched in pairs).</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Padded
    {
        [FieldOffset(128)]
        public int Value;

        [FieldOffset(256)]
        public int Parked;

        [FieldOffset(264)]
        public long SpinTicks;
    }
}
