using Gyre.Contracts;

namespace Gyre.Contracts.Tests;

public class SeededRandomTests
{
    [Fact]
    public void The_sequence_of_a_seed_is_fixed()
    {
        // SplitMix64(0) begins e220a8397b1dcdaf, 6e789e6aa1b965f4, 06c45d188009454f, f88bb8a8724c81ec (published test vector);
        // the first output of xoshiro256++ from that state is rotl(s0 + s3, 23) + s0.
        const ulong S0 = 0xe220a8397b1dcdaf;
        const ulong S3 = 0xf88bb8a8724c81ec;
        var expected = unchecked(System.Numerics.BitOperations.RotateLeft(unchecked(S0 + S3), 23) + S0);

        var random = new SeededRandom(0);

        random.State.ShouldBe((S0, 0x6e789e6aa1b965f4UL, 0x06c45d188009454fUL, S3));
        random.NextUInt64().ShouldBe(expected);
    }

    [Fact]
    public void A_restored_state_continues_the_sequence()
    {
        var random = new SeededRandom(5);
        random.NextUInt64();
        var copy = SeededRandom.Restore(random.State);

        copy.NextUInt64().ShouldBe(random.NextUInt64());
    }

    [Fact]
    public void Forks_depend_on_label_and_state_and_leave_the_parent_alone()
    {
        var random = new SeededRandom(5);
        var before = random.State;

        random.Fork("a").NextUInt64().ShouldBe(random.Fork("a").NextUInt64());
        random.Fork("a").NextUInt64().ShouldNotBe(random.Fork("b").NextUInt64());
        random.State.ShouldBe(before);
    }

    [Fact]
    public void Integers_are_uniform_in_their_range()
    {
        var random = new SeededRandom(9);
        var counts = new int[7];
        for (var i = 0; i < 70_000; i++)
        {
            counts[random.NextInt32(7)]++;
        }

        // Standard deviation of each count is about 93; 5 of them allow 465.
        counts.ShouldAllBe(count => Math.Abs(count - 10_000) < 465);
    }

    [Fact]
    public void Gaussian_numbers_have_mean_zero_and_deviation_one()
    {
        var random = new SeededRandom(13);
        var values = Enumerable.Range(0, 100_000).Select(_ => random.NextGaussian()).ToArray();
        var mean = values.Average();

        mean.ShouldBe(0, 0.016);
        Math.Sqrt(values.Average(value => (value - mean) * (value - mean))).ShouldBe(1, 0.012);
    }

    [Fact]
    public void Shuffling_keeps_every_element()
    {
        var items = Enumerable.Range(0, 100).ToArray();
        new SeededRandom(1).Shuffle<int>(items);

        items.ShouldNotBe(Enumerable.Range(0, 100));
        items.Order().ShouldBe(Enumerable.Range(0, 100));
    }
}
