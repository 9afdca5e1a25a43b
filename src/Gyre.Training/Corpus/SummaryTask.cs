using Gyre.Contracts;
using Gyre.Evaluation;

namespace Gyre.Training.Corpus;

/// <summary>A note in, one sentence with its name and three key facts out.</summary>
internal sealed class SummaryTask : IShopTask
{
    private static readonly Wordings Requests = new("summary",
        [
            "Summarise this text in one sentence.\n\n{c}", "{c}\n\nSummarise the text in one sentence.", "Write one sentence about this text.\n\n{c}",
            "Give me a short summary.\n\n{c}", "Sum up this text in one sentence.\n\n{c}", "Text: {c}\n\nSummary in one sentence:", "Please summarise.\n\n{c}",
            "What does this text say in one sentence?\n\n{c}", "Text:\n{c}\n\nWrite a summary of one sentence.", "I need a short summary of this text.\n\n{c}",
        ],
        [
            "Please summarise this text in one sentence.\n\n{c}", "Text:\n{c}\n\nSum up the text in one sentence.", "Give me a summary of this text in one sentence.\n\n{c}",
            "Write a short summary.\n\n{c}",
        ]);

    /// <inheritdoc/>
    public string Name => ShopTasks.Summary;

    /// <inheritdoc/>
    public TaskSample Draw(SeededRandom random, Split split)
    {
        var isProduct = random.NextInt32(3) != 0;
        FactKind[] key = isProduct
            ? [ProductFacts.Colour, ProductFacts.Material, TradeFacts.Price]
            : [StoreFacts.ReturnPeriod, StoreFacts.Shipping, StoreFacts.Hours];
        var thing = (isProduct ? TradeFacts.Products : StoreFacts.Stores).Draw(random, split, random.NextInt32(1, 4), key);
        var text = thing.WriteNote(random, split, out var family);
        var (request, requestFamily) = Requests.Pick(random, split);
        var values = key.Select(kind => thing.Facts.First(fact => fact.Kind == kind).Value).ToArray();
        var summary = isProduct
            ? $"The {thing.Name} comes in {values[0]}, is made of {values[1]} and costs {values[2]}."
            : $"The store in {thing.Name} takes items back for {values[0]}, ships for {values[1]} and is open from {values[2]}.";
        var facts = thing.Facts.Where(fact => fact.Kind == thing.World.Subject || key.Contains(fact.Kind));
        return new TaskSample($"{requestFamily}+{family}", thing.Subject, request.Replace("{c}", text, StringComparison.Ordinal), summary)
        {
            Facts = facts.ToDictionary(fact => FactKeys.AttributePrefix + fact.Kind.Key, fact => fact.Value, StringComparer.Ordinal),
        };
    }
}
