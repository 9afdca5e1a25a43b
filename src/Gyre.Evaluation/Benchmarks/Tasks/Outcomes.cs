using Gyre.Evaluation.Benchmarks.Items;

namespace Gyre.Evaluation.Benchmarks.Tasks;

/// <summary>Outcomes of items.</summary>
internal static class Outcomes
{
    /// <summary>An item's outcome before anything is known of the answer.</summary>
    public static BenchmarkOutcome Begin(BenchmarkItem item) => new()
    {
        Id = item.Id,
        Subject = item.Subject,
        Group = item.Group,
        Tags = Tags(item),
        Right = item.Right,
    };

    /// <summary>The item's tags, and those of its answers as <c>group.0</c>, <c>group.1</c> and so on.</summary>
    private static IReadOnlyDictionary<string, string> Tags(BenchmarkItem item)
    {
        if (item.Choices.All(choice => choice.Tag.Length == 0))
        {
            return item.Tags;
        }

        var tags = new Dictionary<string, string>(item.Tags, StringComparer.Ordinal);
        for (var i = 0; i < item.Choices.Count; i++)
        {
            tags[$"group.{i}"] = item.Choices[i].Tag;
        }

        return tags;
    }
}
