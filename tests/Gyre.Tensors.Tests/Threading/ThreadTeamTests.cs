using Gyre.Tensors.Threading;

namespace Gyre.Tensors.Tests.Threading;

public unsafe class ThreadTeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_member_runs_once_per_run(int threads)
    {
        using var team = new ThreadTeam(threads);
        var counts = stackalloc int[threads];
        for (var round = 0; round < 200; round++)
        {
            team.Run(&CountMember, counts);
        }

        for (var member = 0; member < threads; member++)
        {
            counts[member].ShouldBe(200);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void A_barrier_separates_the_steps_of_a_body(int threads)
    {
        using var team = new ThreadTeam(threads);
        var state = new BarrierState { Team = team };
        for (var round = 0; round < 20; round++)
        {
            team.For(threads, state.Step);
        }

        state.Early.ShouldBe(0);
        state.Arrived.ShouldBe(threads * 20 * 50);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void For_visits_each_index_once(int threads)
    {
        using var team = new ThreadTeam(threads);
        var seen = new int[101];
        team.For(seen.Length, i => Interlocked.Increment(ref seen[i]));

        seen.ShouldAllBe(count => count == 1);
        team.For(0, _ => throw new InvalidOperationException("No index to visit."));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    public void An_exception_in_a_body_reaches_the_caller_and_the_team_works_on(int failing)
    {
        using var team = new ThreadTeam(3);
        var error = Should.Throw<FormatException>(() => team.For(3, i =>
        {
            if (i == failing)
            {
                throw new FormatException("member " + i);
            }
        }));

        error.Message.ShouldBe("member " + failing);
        var visited = 0;
        team.For(30, _ => Interlocked.Increment(ref visited));
        visited.ShouldBe(30);
    }

    [Fact]
    public void A_failing_member_releases_those_at_the_barrier()
    {
        using var team = new ThreadTeam(3);
        for (var round = 0; round < 50; round++)
        {
            Should.Throw<FormatException>(() => team.For(3, i =>
            {
                if (i == 1)
                {
                    throw new FormatException("before the barrier");
                }

                team.Barrier();
            }));
        }

        var visited = 0;
        team.For(3, _ =>
        {
            team.Barrier();
            Interlocked.Increment(ref visited);
        });
        visited.ShouldBe(3);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Running_from_inside_a_body_is_refused(int member)
    {
        using var team = new ThreadTeam(2);
        var error = Should.Throw<InvalidOperationException>(() => team.For(2, i =>
        {
            if (i == member)
            {
                team.For(1, _ => { });
            }
        }));

        error.Message.ShouldContain("inside a body of the same team");
    }

    [Fact]
    public void Two_teams_may_nest_and_two_callers_take_turns()
    {
        using var outer = new ThreadTeam(2);
        using var inner = new ThreadTeam(2);
        var visited = 0;
        outer.For(2, _ =>
        {
            for (var i = 0; i < 200; i++)
            {
                inner.For(10, _ => Interlocked.Increment(ref visited));
            }
        });

        visited.ShouldBe(4000);
    }

    [Fact]
    public void Runs_do_not_allocate()
    {
        using var team = new ThreadTeam(2);
        var before = stackalloc long[2];
        var after = stackalloc long[2];
        var counts = stackalloc int[2];
        team.Run(&AllocatedByMember, before);
        team.Run(&AllocatedByMember, before);
        for (var i = 0; i < 1000; i++)
        {
            team.Run(&CountMember, counts);
        }

        team.Run(&AllocatedByMember, after);
        after[0].ShouldBe(before[0]);
        after[1].ShouldBe(before[1]);
    }

    [Fact]
    public void A_parked_team_wakes_again()
    {
        using var team = new ThreadTeam(3);
        var counts = stackalloc int[3];
        for (var round = 0; round < 10; round++)
        {
            Thread.Sleep(2);
            team.Run(&CountMember, counts);
        }

        counts[2].ShouldBe(10);
    }

    [Fact]
    public void A_disposed_team_refuses_to_run()
    {
        var team = new ThreadTeam(2);
        team.Dispose();
        team.Dispose();
        Should.Throw<ObjectDisposedException>(() => team.For(1, _ => { }));
    }

    private static void CountMember(int member, int size, void* state) => ((int*)state)[member]++;

    private static void AllocatedByMember(int member, int size, void* state) => ((long*)state)[member] = GC.GetAllocatedBytesForCurrentThread();

    private sealed class BarrierState
    {
        public required ThreadTeam Team { get; init; }

        public int Arrived;

        public int Early;

        public void Step(int index)
        {
            for (var i = 0; i < 50; i++)
            {
                var after = Interlocked.Increment(ref Arrived);
                Team.Barrier();
                var all = (after + Team.Size - 1) / Team.Size * Team.Size;
                if (Volatile.Read(ref Arrived) < all)
                {
                    Interlocked.Increment(ref Early);
                }

                Team.Barrier();
            }
        }
    }
}
