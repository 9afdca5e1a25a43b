using Gyre.Evaluation.Replies;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Replies;

public sealed class ReplyPlacesTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(500)]
    [InlineData(5_000)]
    [InlineData(50_000)]
    public void Every_line_is_found_wherever_room_was_made(int reserved)
    {
        var places = new ReplyPlaces();
        for (var i = 0; i < 5_000; i++)
        {
            if (i == 100)
            {
                places.Reserve(reserved);
            }

            places.Add(ReplyKey.Of($"{i}"), i);
        }

        places.Count.ShouldBe(5_000);
        for (var i = 0; i < 5_000; i++)
        {
            places.Find(ReplyKey.Of($"{i}")).ShouldContain(i);
        }

        Enumerable.Range(0, 1_000).Sum(i => places.Find(ReplyKey.Of($"none {i}")).Count()).ShouldBeLessThan(10);
    }

    [Fact]
    public void Keys_that_share_their_mark_are_all_offered_also_at_the_end_of_the_table()
    {
        var places = new ReplyPlaces();
        foreach (var high in new uint[] { 1, 2, 3 })
        {
            places.Add(new ReplyKey(new UInt128(high, uint.MaxValue)), high);
        }

        places.Add(new ReplyKey(UInt128.Zero), 7);
        places.Find(new ReplyKey(new UInt128(2, uint.MaxValue))).ShouldBe([1, 2, 3]);
        places.Find(new ReplyKey(UInt128.Zero)).ShouldBe([7]);
        places.Reserve(4_000);
        places.Find(new ReplyKey(new UInt128(3, uint.MaxValue))).Order().ShouldBe([1, 2, 3]);
    }
}
