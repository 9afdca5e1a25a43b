using Gyre.Contracts;
using Gyre.Training.Recipes;
using Gyre.TestSupport;

namespace Gyre.Training.Tests.Recipes;

/// <summary>Whatever stands in a training recipe, reading it gives a result or a <see cref="TrainingException"/> with a documented code.</summary>
public class TrainingRecipeFuzzTests
{
    private const int Rounds = 1000;

    private static readonly string Text = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "recipes", "tiny-story.yaml"));

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
            TrainingRecipe.Parse(text, "recipe.yaml");
            return true;
        }
        catch (TrainingException error) when (error.Code is "TRN0002" or "TRN0003")
        {
            return false;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException("Text: " + text, error);
        }
    }
}
