using Gyre.Evaluation.Replies;
using Shouldly;
using Xunit;

namespace Gyre.Evaluation.Tests.Replies;

public sealed class ReplyCacheTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-test-").FullName;

    private string FilePath => Path.Combine(_folder, "cache", "replies.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_reply_is_found_again_also_after_opening_the_file_anew()
    {
        var reply = new Reply("über\n\"Tisch\" 𝄞", TimeSpan.FromMilliseconds(12.5), 7, null, "stop");
        using (var cache = ReplyCache.Open(FilePath))
        {
            cache.TryGet(ReplyKey.Of("a", "b"), out _).ShouldBeFalse();
            cache.Add(ReplyKey.Of("a", "b"), reply);
            cache.TryGet(ReplyKey.Of("a", "b"), out var found).ShouldBeTrue();
            found.ShouldBe(reply);
        }

        using var again = ReplyCache.Open(FilePath);
        again.Count.ShouldBe(1);
        again.TryGet(ReplyKey.Of("a", "b"), out var kept).ShouldBeTrue();
        kept.ShouldBe(reply);
        again.TryGet(ReplyKey.Of("ab", ""), out _).ShouldBeFalse();
    }

    [Fact]
    public void Many_replies_of_all_lengths_survive_the_limits_of_buffers()
    {
        static Reply Of(int index) => new(new string((char)('a' + (index % 26)), index % 97 == 0 ? 300_000 + index : index * 3), TimeSpan.FromMilliseconds(index));
        using (var cache = ReplyCache.Open(FilePath))
        {
            for (var i = 0; i < 3000; i++)
            {
                cache.Add(ReplyKey.Of($"{i}"), Of(i));
            }
        }

        using var again = ReplyCache.Open(FilePath);
        again.Count.ShouldBe(3000);
        for (var i = 0; i < 3000; i++)
        {
            again.TryGet(ReplyKey.Of($"{i}"), out var reply).ShouldBeTrue();
            reply.ShouldBe(Of(i));
        }
    }

    [Fact]
    public void A_line_cut_short_anywhere_is_dropped_and_the_others_stay()
    {
        using (var cache = ReplyCache.Open(FilePath))
        {
            cache.Add(ReplyKey.Of("1"), new Reply("first", TimeSpan.Zero));
            cache.Add(ReplyKey.Of("2"), new Reply("second", TimeSpan.Zero));
        }

        var whole = File.ReadAllBytes(FilePath);
        var first = Array.IndexOf(whole, (byte)'\n') + 1;
        for (var length = first; length < whole.Length; length++)
        {
            File.WriteAllBytes(FilePath, whole[..length]);
            using var cache = ReplyCache.Open(FilePath);
            cache.Count.ShouldBe(1);
            cache.Add(ReplyKey.Of("2"), new Reply("again", TimeSpan.Zero));
            cache.TryGet(ReplyKey.Of("1"), out var one).ShouldBeTrue();
            one.Text.ShouldBe("first");
            cache.TryGet(ReplyKey.Of("2"), out var two).ShouldBeTrue();
            two.Text.ShouldBe("again");
        }
    }

    [Fact]
    public void A_damaged_line_is_an_error_that_says_where()
    {
        using (var cache = ReplyCache.Open(FilePath))
        {
            cache.Add(ReplyKey.Of("1"), new Reply("first", TimeSpan.Zero));
        }

        var length = new FileInfo(FilePath).Length;
        File.AppendAllText(FilePath, "{\"kex\":1}\n");
        var error = Should.Throw<EvaluationException>(() => ReplyCache.Open(FilePath));
        error.Code.ShouldBe("EVA0021");
        error.Message.ShouldContain($"byte {length}");

        File.WriteAllText(FilePath, $"{{\"key\":\"{ReplyKey.Of("1")}\",\"text\":5}}\n");
        using var opened = ReplyCache.Open(FilePath);
        Should.Throw<EvaluationException>(() => opened.TryGet(ReplyKey.Of("1"), out _)).Code.ShouldBe("EVA0021");
    }

    [Fact]
    public void A_file_in_use_is_refused_and_says_so()
    {
        using var cache = ReplyCache.Open(FilePath);
        Should.Throw<EvaluationException>(() => ReplyCache.Open(FilePath)).Code.ShouldBe("EVA0020");
    }

    [Fact]
    public void Several_threads_may_add_and_read()
    {
        using var cache = ReplyCache.Open(FilePath);
        Parallel.For(0, 400, index =>
        {
            cache.Add(ReplyKey.Of($"{index % 200}"), new Reply($"{index % 200}", TimeSpan.Zero));
            cache.TryGet(ReplyKey.Of($"{index % 200}"), out var reply).ShouldBeTrue();
            reply.Text.ShouldBe($"{index % 200}");
        });
        for (var i = 0; i < 200; i++)
        {
            cache.TryGet(ReplyKey.Of($"{i}"), out _).ShouldBeTrue();
        }
    }

    [Fact]
    public void Where_a_part_ends_counts_for_the_key()
    {
        ReplyKey.Of("ab", "c").ShouldNotBe(ReplyKey.Of("a", "bc"));
        ReplyKey.Of("ab", "c").ShouldBe(ReplyKey.Of("ab", "c"));

        // sha256 of the four length bytes 01 00 00 00 and "a", first half; by `printf '\x01\x00\x00\x00a' | sha256sum`.
        ReplyKey.Of("a").ToString().ShouldBe("f9f2eff042fb3ba78744d4688e6cd19f");
    }
}
