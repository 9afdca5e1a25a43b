using System.Diagnostics;
using System.Text;
using Gyre.Training.Corpus;

namespace Gyre.Training.Tests.Corpus;

/// <summary>Prints samples and statistics to look at; run it with <c>-showliveoutput</c>.</summary>
public class CorpusSampleTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_task_has_training_samples_to_look_at()
    {
        var corpus = new ShopCorpus(7);
        var seen = ShopTasks.All.ToDictionary(task => task, _ => 0, StringComparer.Ordinal);
        foreach (var example in corpus.Training(0, 5000).Where(example => seen[example.Task]++ < 3))
        {
            output.WriteLine($"== {example.Task}  {example.Family}  ({example.Subject})");
            foreach (var turn in example.Turns)
            {
                turn.Content.ShouldNotBeNullOrWhiteSpace();
                (turn.Content.Contains("{v}") || turn.Content.Contains("{it}") || turn.Content.Contains("{a}")).ShouldBeFalse(turn.Content);
                output.WriteLine($"[{turn.Role}] {turn.Content}");
            }
        }

        seen.Values.ShouldAllBe(count => count >= 3);
    }

    [Fact]
    public void Every_task_has_held_out_samples_to_look_at()
    {
        foreach (var row in new ShopCorpus(7).HeldOut(3))
        {
            output.WriteLine($"== {row.Id}  {row.Family}  ({row.Subject})\n{row.Prompt}\n-> {row.Reference}");
            row.Prompt.ShouldNotBeNullOrWhiteSpace();
            row.Reference.ShouldNotBeNullOrWhiteSpace();
        }
    }

    [Fact]
    public void Statistics_of_the_corpus_can_be_read()
    {
        var watch = Stopwatch.StartNew();
        var examples = new ShopCorpus(7).Training(0, 20_000).ToArray();
        var rate = examples.Length / watch.Elapsed.TotalSeconds;
        var words = new HashSet<string>(StringComparer.Ordinal);
        output.WriteLine($"{rate:0} examples/s");
        foreach (var group in examples.GroupBy(example => example.Task, StringComparer.Ordinal))
        {
            var bytes = group.Average(example => (double)Encoding.UTF8.GetByteCount(ShopChatFormat.Render(example)));
            var answers = group.Average(example => (double)example.Turns.Where(turn => turn.Role == "assistant").Sum(turn => turn.Content.Length));
            output.WriteLine($"{group.Key,-14} {group.Count(),6} examples  {bytes / 3.5,6:0} tokens  {answers / 3.5,6:0} of them answers  {group.Average(example => example.Turns.Count),4:0.0} turns");
        }

        foreach (var turn in examples.SelectMany(example => example.Turns))
        {
            words.UnionWith(turn.Content.Split([' ', '\n', ',', '.', '"', ':', ';', '?', '!', '/', '|', '{', '}'], StringSplitOptions.RemoveEmptyEntries));
        }

        var longest = examples.Max(example => Encoding.UTF8.GetByteCount(ShopChatFormat.Render(example)));
        output.WriteLine($"{words.Count} different words; longest example {longest / 3.5:0} tokens");
        longest.ShouldBeLessThan(1700, "an example must fit a context of 512 tokens");
    }
}
