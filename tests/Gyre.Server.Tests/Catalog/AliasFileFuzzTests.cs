using Gyre.Contracts;
using Gyre.Server.Catalog;
using Gyre.Server.Hosting;
using Gyre.TestSupport;

namespace Gyre.Server.Tests.Catalog;

/// <summary>Whatever stands in aliases.yaml, reading it gives a result or a <see cref="ServerException"/> with a documented code.</summary>
public class AliasFileFuzzTests
{
    private const int Rounds = 1000;

    private const string Text =
        """
        default: writer
        aliases:
          other: { model: small }
          writer:
            model: models/big
            description: Writes.
            system: |
              You write.
              Briefly.
            parameters:
              temperature: 0.5
              top_k: 40
              max_tokens: 77
              seed: 7
              stop: [END, "\n\n"]
        """;

    [Fact]
    public void Changed_text_is_refused_or_read()
    {
        var random = new SeededRandom(51);
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            refused += Reads(ChangedYaml.Of(Text, random.NextInt32)) ? 0 : 1;
        }

        refused.ShouldBeInRange(Rounds / 20, Rounds * 19 / 20); // Otherwise the changes would no longer reach both ends.
    }

    /// <summary>Guards a hang: comparing keys visits an alias as often as it is reached, here a billion times.</summary>
    [Fact]
    public void A_key_that_unfolds_to_billions_of_nodes_is_refused_at_once()
    {
        var levels = Enumerable.Range(1, 9).Select(level => $"l{level}: &l{level} [{string.Join(", ", Enumerable.Repeat($"*l{level - 1}", 10))}]");
        var start = Environment.CpuUsage.TotalTime;

        Reads("l0: &l0 x\n" + string.Join('\n', levels) + "\n? *l9\n: value\n").ShouldBeFalse();

        (Environment.CpuUsage.TotalTime - start).ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    /// <summary>Guards the end of the process by a stack overflow.</summary>
    [Theory]
    [InlineData("? &k [*k]\n: v\n")]
    [InlineData("? &k {a: *k}\n: v\n")]
    [InlineData("a: &k {b: *k}\n")]
    public void A_node_within_itself_is_refused(string more) => Reads(Text + "\n" + more).ShouldBeFalse();

    private static bool Reads(string text)
    {
        try
        {
            AliasFile.Parse(text, "aliases.yaml", DateTimeOffset.UnixEpoch);
            return true;
        }
        catch (ServerException error) when (error.Code is "SRV0011" or "SRV0012")
        {
            return false;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException("Text: " + text, error);
        }
    }
}
