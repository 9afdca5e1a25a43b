namespace Gyre.TestSupport;

/// <summary>Whatever stands in a YAML file that a person writes, reading it gives a result or the room's own error with a documented code.</summary>
/// <param name="next">A seeded random number from 0 up to but without its argument.</param>
public abstract class YamlFuzz(Func<int, int> next)
{
    private const int Rounds = 1000;

    /// <summary>A valid file.</summary>
    protected abstract string Text { get; }

    [Fact]
    public void Changed_text_is_refused_or_read()
    {
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            refused += Reads(ChangedYaml.Of(Text, next)) ? 0 : 1;
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

    /// <summary>Reads a text; throws what the reader throws.</summary>
    protected abstract void Read(string text);

    /// <summary>True for the errors that the reader documents for a faulty file.</summary>
    protected abstract bool IsDocumented(Exception error);

    private bool Reads(string text)
    {
        try
        {
            Read(text);
            return true;
        }
        catch (Exception error) when (IsDocumented(error))
        {
            return false;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException("Text: " + text, error);
        }
    }
}
