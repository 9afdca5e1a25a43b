using System.Diagnostics;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Gyre.Tensors.Kernels;

namespace Gyre.Tensors.Threading;

/// <summary>
/// A fixed team of threads that runs one body on every member at once and returns when all are done (fork and join).
/// </summary>
/// <remarks>
/// Member 0 is the calling thread; the others are background threads that live until the team is disposed. Waiting
/// members spin for some tens of microseconds and then park, so an idle team costs nothing and a team whose core was
/// taken by another process does not burn the time that process would need to finish.
/// <para><b>Owns</b> its threads and the packing buffers of the matrix kernels run on it; dispose it when done.
/// Several threads may use one team: their runs are taken one after another. Several teams may exist.</para>
/// <para><b>Cost</b>: no allocation per run; a hot hand-over takes well under a microsecond.</para>
/// </remarks>
public sealed unsafe class ThreadTeam : IDisposable
{
    private const int MaxMembers = 1024;

    private readonly Lock _runGate = new();
    private readonly TeamSignal _fork = new();
    private readonly TeamSignal _join = new();
    private readonly TeamSignal _barrier = new();
    private readonly Thread[] _workers;
    private readonly Exception?[] _errors;
    private readonly GemmWorkspace[] _workspaces;
    private readonly GCHandle _handle;
    private Arrivals _arrivals;
    private delegate*<int, int, void*, void> _body;
    private void* _state;
    private Action<int>? _each;
    private int _eachCount;
    private int _callerId;
    private volatile bool _failed;
    private volatile bool _disposed;

    /// <summary>Starts a team.</summary>
    /// <param name="threads">Members including the caller; 1 means every body runs inline.</param>
    public ThreadTeam(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(threads, MaxMembers);
        Size = threads;
        _handle = GCHandle.Alloc(this);
        Handle = GCHandle.ToIntPtr(_handle);
        _errors = new Exception?[threads];
        _workspaces = new GemmWorkspace[threads];
        for (var i = 0; i < threads; i++)
        {
            _workspaces[i] = new GemmWorkspace();
        }

        _workers = new Thread[threads - 1];
        for (var i = 0; i < _workers.Length; i++)
        {
            var member = i + 1;
            _workers[i] = new Thread(() => Work(member)) { IsBackground = true, Name = "gyre-team-" + member };
        }

        foreach (var worker in _workers)
        {
            worker.Start();
        }
    }

    /// <summary>The number of members, the caller included.</summary>
    public int Size { get; }

    /// <summary>A value that a body's state can carry, because a pointer cannot lead to an object; see <see cref="FromHandle"/>.</summary>
    public nint Handle { get; }

    /// <summary>The team whose <see cref="Handle"/> a body's state carries; valid while that team is not disposed.</summary>
    public static ThreadTeam FromHandle(nint handle) => (ThreadTeam)GCHandle.FromIntPtr(handle).Target!; // A team's handle always has its team as target.

    /// <summary>
    /// Runs <paramref name="body"/> once per member, at the same time, and returns when every member has returned.
    /// </summary>
    /// <param name="body">Receives the member (0 … size − 1), the size and <paramref name="state"/>.</param>
    /// <param name="state">Passed through; usually the address of a struct on the caller's stack.</param>
    /// <remarks>
    /// <b>Errors</b>: the exception of the lowest failing member is thrown again here, with its stack; members waiting
    /// in <see cref="Barrier"/> are released when another fails. <see cref="InvalidOperationException"/> when called
    /// from inside a body of the same team.
    /// <para><b>Cost</b>: no allocation.</para>
    /// </remarks>
    [HotPath]
    public void Run(delegate*<int, int, void*, void> body, void* state)
    {
        Enter(body, state, Size);
    }

    /// <summary>Runs a body on member 0 only, as a team of one, with the team's buffers and under its turn.</summary>
    [HotPath]
    internal void RunAlone(delegate*<int, int, void*, void> body, void* state) => Enter(body, state, 1);

    /// <summary>The packing buffers of a member; to be used inside a body only.</summary>
    internal GemmWorkspace Workspace(int member) => _workspaces[member];

    /// <summary>
    /// Calls <paramref name="body"/> for 0 … <paramref name="count"/> − 1, split into equal runs of neighbours.
    /// </summary>
    /// <remarks>
    /// For code that is not hot: the delegate usually allocates. Which member handles an index depends on the team's
    /// size, so a body writes only what belongs to its index.
    /// <para><b>Errors</b>: as <see cref="Run"/>.</para>
    /// </remarks>
    public void For(int count, Action<int> body)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentNullException.ThrowIfNull(body);
        RefuseNesting();
        lock (_runGate)
        {
            _each = body;
            _eachCount = count;
            try
            {
                ForkAndJoin(Size);
            }
            finally
            {
                _each = null;
            }
        }
    }

    /// <summary>Waits, inside a body, until every member of the team has arrived here.</summary>
    /// <remarks>
    /// All members must call it the same number of times.
    /// <para><b>Errors</b>: when another member's body threw, this throws too and <see cref="Run"/> reports the cause.</para>
    /// </remarks>
    [HotPath]
    public void Barrier()
    {
        if (Size == 1)
        {
            return;
        }

        var seen = _barrier.Value;
        if (Interlocked.Increment(ref _arrivals.AtBarrier) == Size)
        {
            _arrivals.AtBarrier = 0;
            _barrier.Advance();
        }
        else if (!_failed)
        {
            _barrier.WaitWhile(seen);
        }

        if (_failed)
        {
            ThrowAbandoned();
        }
    }

    /// <summary>The part of <paramref name="count"/> items that belongs to a member when they are split evenly.</summary>
    /// <returns>The first item and the item after the last.</returns>
    public static (int Begin, int End) Slice(int count, int member, int size)
    {
        Debug.Assert(count >= 0 && member >= 0 && member < size, "A slice needs a member of the team.");
        return ((int)((long)count * member / size), (int)((long)count * (member + 1) / size));
    }

    /// <summary>Stops the threads and waits for them; a running body is finished first.</summary>
    public void Dispose()
    {
        RefuseNesting();
        lock (_runGate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            _fork.Advance();
        }

        foreach (var worker in _workers)
        {
            worker.Join();
        }

        foreach (var workspace in _workspaces)
        {
            workspace.Dispose();
        }

        _handle.Free();
    }

    private void Enter(delegate*<int, int, void*, void> body, void* state, int members)
    {
        if (body == null)
        {
            throw new ArgumentNullException(nameof(body));
        }

        RefuseNesting();
        lock (_runGate)
        {
            _body = body;
            _state = state;
            ForkAndJoin(members);
        }
    }

    private void ForkAndJoin(int members)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        Volatile.Write(ref _callerId, Environment.CurrentManagedThreadId);
        if (members > 1)
        {
            var joined = _join.Value;
            _arrivals.AtBarrier = 0;
            _arrivals.Running = Size - 1;
            _fork.Advance();
            RunMember(0, members);
            _join.WaitWhile(joined);
        }
        else
        {
            RunMember(0, 1);
        }

        Volatile.Write(ref _callerId, 0);
        if (_failed)
        {
            RethrowFirst();
        }
    }

    private void Work(int member)
    {
        var seen = 0;
        while (true)
        {
            _fork.WaitWhile(seen);
            seen++;
            if (_disposed)
            {
                return;
            }

            RunMember(member, Size);
            if (Interlocked.Decrement(ref _arrivals.Running) == 0)
            {
                _join.Advance();
            }
        }
    }

    private void RunMember(int member, int size)
    {
        try
        {
            var each = _each;
            if (each is null)
            {
                _body(member, size, _state);
                return;
            }

            var (begin, end) = Slice(_eachCount, member, size);
            for (var i = begin; i < end; i++)
            {
                each(i);
            }
        }
        catch (Exception error)
        {
            // Nothing is lost: the caller throws it again after the join.
            _errors[member] = error;
            _failed = true;
            _barrier.Advance();
        }
    }

    private void RefuseNesting()
    {
        var id = Environment.CurrentManagedThreadId;
        var inside = Volatile.Read(ref _callerId) == id;
        foreach (var worker in _workers)
        {
            inside |= worker.ManagedThreadId == id;
        }

        if (inside)
        {
            throw new InvalidOperationException(
                "Run a body on a thread team: called from inside a body of the same team, expected a call from outside. Use Barrier() between the steps of one body, or another team.");
        }
    }

    private void RethrowFirst()
    {
        _failed = false;
        ExceptionDispatchInfo? first = null;
        for (var i = 0; i < _errors.Length; i++)
        {
            var error = _errors[i];
            _errors[i] = null;
            if (error is not null && (first is null || first.SourceException is TeamAbandonedException))
            {
                first = ExceptionDispatchInfo.Capture(error);
            }
        }

        first?.Throw();
    }

    private static void ThrowAbandoned() => throw new TeamAbandonedException();

    /// <summary>Counters that all members write, away from the fields that they only read.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 384)]
    private struct Arrivals
    {
        [FieldOffset(128)]
        public int AtBarrier;

        [FieldOffset(256)]
        public int Running;
    }

    /// <summary>Unwinds a member that waited for one whose body threw; never leaves the team.</summary>
    private sealed class TeamAbandonedException() : Exception("Another member of the team failed before this barrier.");
}
