using Gyre.Models.Generation;

namespace Gyre.Models.Tests.Generation;

public class StopMatcherTests
{
    [Fact]
    public void Text_before_a_stop_is_kept_and_the_stop_is_not()
    {
        var matcher = new StopMatcher(["END"]);

        matcher.Feed("one E").ShouldBe(("one ", false));
        matcher.Feed("N").ShouldBe(("", false));
        matcher.Feed("D two").ShouldBe(("", true));
    }

    [Fact]
    public void Held_text_is_released_when_it_is_no_stop()
    {
        var matcher = new StopMatcher(["END"]);

        matcher.Feed("E").ShouldBe(("", false));
        matcher.Feed("Nothing").ShouldBe(("ENothing", false));
    }

    [Fact]
    public void The_earliest_of_several_stops_wins()
    {
        new StopMatcher(["world", "lo"]).Feed("hello world").ShouldBe(("hel", true));
    }

    [Fact]
    public void Every_split_of_a_text_gives_the_same_answer()
    {
        const string Text = "aab aaab aaaab rest";
        for (var first = 0; first <= Text.Length; first++)
        {
            for (var second = first; second <= Text.Length; second++)
            {
                var matcher = new StopMatcher(["aaab", "rest"]);
                var shown = "";
                foreach (var part in new[] { Text[..first], Text[first..second], Text[second..] })
                {
                    var (text, isStopped) = matcher.Feed(part);
                    shown += text;
                    if (isStopped)
                    {
                        break;
                    }
                }

                shown.ShouldBe("aab ");
            }
        }
    }

    [Fact]
    public void Flush_returns_what_was_held()
    {
        var matcher = new StopMatcher(["\n\n"]);
        matcher.Feed("line\n").ShouldBe(("line", false));

        matcher.Flush().ShouldBe("\n");
    }
}
