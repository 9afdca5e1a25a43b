using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Engine;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Tests.Architectures.Engine;

[Trait("kernel", "true")]
public sealed unsafe class EnginePlanTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_item_is_done_once_and_no_step_begins_before_the_one_before_it_is_done(int members)
    {
        using var team = new ThreadTeam(members);
        var recording = new Recording { Limits = new PlanLimits(4, members) };
        recording.Widths.Add(1);
        int[] sizes = [7, 0, 1, 300, 0, 33, 2];
        CountingStep? before = null;
        foreach (var size in sizes)
        {
            before = new CountingStep(size, before);
            recording.Steps.Add(before);
        }

        using var plan = new EnginePlan(team, recording);
        for (var runs = 1; runs <= 50; runs++)
        {
            var run = new PlanRun { Rows = 1 };
            plan.Run(ref run);
            foreach (var step in recording.Steps.Cast<CountingStep>())
            {
                step.Counts.ShouldAllBe(count => count == runs);
                step.CameTooEarly.ShouldBeFalse();
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_step_that_fails_ends_the_run_with_its_error_and_the_next_run_works(int members)
    {
        using var team = new ThreadTeam(members);
        var recording = new Recording { Limits = new PlanLimits(4, members) };
        recording.Widths.Add(1);
        var (failing, last) = (new CountingStep(40, null) { FailsAt = 17 }, new CountingStep(9, null));
        recording.Steps.AddRange([failing, last]);
        using var plan = new EnginePlan(team, recording);
        Should.Throw<InvalidOperationException>(() => Run(plan)).Message.ShouldBe("item 17");
        last.Counts.ShouldAllBe(count => count == 0);
        failing.FailsAt = -1;
        Run(plan);
        last.Counts.ShouldAllBe(count => count == 1);

        static void Run(EnginePlan plan)
        {
            var run = new PlanRun { Rows = 1 };
            plan.Run(ref run);
        }
    }

    [Fact]
    public void Values_share_a_place_only_when_one_is_no_longer_read()
    {
        var recording = new Recording { Limits = new PlanLimits(4, 1) };
        recording.Widths.AddRange([8, 8, 8, 8]);
        recording.Steps.AddRange([Step([], [0]), Step([0], [1]), Step([1], [2]), Step([0, 2], [3])]);
        var places = BufferPlaces.Of(recording).Offsets;
        places[1].ShouldNotBe(places[0]);
        places[2].ShouldNotBe(places[0]);
        places[2].ShouldNotBe(places[1]);
        places[3].ShouldBe(places[1]);

        static CountingStep Step(int[] inputs, int[] outputs) => new(0, null)
        {
            Reads = [.. inputs.Select(index => new Value(index))],
            Writes = [.. outputs.Select(index => new Value(index))],
        };
    }

    private sealed class CountingStep(int items, CountingStep? before) : PlanStep
    {
        private int _done;

        public int[] Counts { get; } = new int[items];

        public bool CameTooEarly { get; private set; }

        public int FailsAt { get; set; } = -1;

        public Value[] Reads { get; init; } = [];

        public Value[] Writes { get; init; } = [new(0)];

        public override IReadOnlyList<Value> Inputs => Reads;

        public override IReadOnlyList<Value> Outputs => Writes;

        public override void Bind(ReadOnlySpan<nint> buffers)
        {
        }

        public override int Items(PlanRun* run) => items;

        public override void Run(PlanRun* run, int begin, int end, int member, bool isFirst)
        {
            CameTooEarly |= before is not null && Volatile.Read(ref before._done) % Math.Max(1, before.Counts.Length) != 0;
            for (var item = begin; item < end; item++)
            {
                if (item == FailsAt)
                {
                    throw new InvalidOperationException("item " + item);
                }

                Interlocked.Increment(ref Counts[item]);
                Interlocked.Increment(ref _done);
            }
        }
    }
}
