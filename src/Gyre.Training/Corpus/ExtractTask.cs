using System.Text;
using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>Free text and a list of keys in, compact JSON with these keys in this order out.</summary>
internal sealed class ExtractTask : IShopTask
{
    private static readonly World[] Worlds = [TradeFacts.Products, OrderFacts.Orders, TradeFacts.Products, OrderFacts.Orders, StoreFacts.Stores];

    private static readonly Wordings Requests = new("extract",
        [
            "Extract {k} as JSON.\n\n{c}", "Extract these keys as JSON: {k}\n\n{c}", "Give me {k} as JSON.\n\nText: {c}", "{c}\n\nExtract {k} as JSON.",
            "Turn this text into JSON with the keys {k}.\n\n{c}", "Text: {c}\n\nWrite JSON with these keys: {k}", "Return JSON with the keys {k}.\n{c}",
            "Read the text and return {k} as JSON.\n\n{c}", "Text:\n{c}\n\nKeys: {k}\nAnswer with JSON.", "JSON keys: {k}\n\n{c}", "Please extract {k} from this text as JSON.\n\n{c}",
            "Keys: {k}\nText: {c}\nJSON:", "Find {k} in the text and write JSON.\n\n{c}", "Please write the values of {k} as JSON.\n\nText: {c}",
        ],
        [
            "Please extract {k} as JSON.\n\n{c}", "Read the text and write JSON with the keys {k}.\n\n{c}", "Text:\n{c}\n\nPlease return {k} as JSON.",
            "Find {k} in this text and return JSON.\n\n{c}", "Keys: {k}\n\nExtract them as JSON from this text.\n\n{c}",
        ]);

    /// <inheritdoc/>
    public string Name => ShopTasks.Extract;

    /// <inheritdoc/>
    public TaskSample Draw(SeededRandom random, Split split)
    {
        var world = random.Pick(Worlds);
        string text;
        string family;
        Thing thing;
        if (split == Split.Train && world.Name == TradeFacts.Products.Name && random.NextInt32(3) == 0)
        {
            thing = DescribeTask.DrawProduct(random, split, random.NextInt32(2, 7));
            text = DescribeTask.WriteAny(random, thing);
            family = "description";
        }
        else
        {
            thing = world.Draw(random, split, random.NextInt32(2, 7));
            text = thing.WriteNote(random, split, out family);
        }

        var wanted = thing.Facts.ToArray();
        random.Shuffle<Fact>(wanted);
        wanted = wanted[..random.NextInt32(2, Math.Min(5, wanted.Length) + 1)];
        var (request, requestFamily) = Requests.Pick(random, split);
        var prompt = request
            .Replace("{k}", string.Join(", ", wanted.Select(fact => fact.Kind.Key)), StringComparison.Ordinal)
            .Replace("{c}", text, StringComparison.Ordinal);
        return new TaskSample($"{requestFamily}+{family}", thing.Subject, prompt, WriteJson(wanted));
    }

    /// <summary>Compact JSON; keys and values of this corpus hold nothing that JSON would have to escape.</summary>
    private static string WriteJson(IReadOnlyList<Fact> facts)
    {
        var json = new StringBuilder("{");
        for (var i = 0; i < facts.Count; i++)
        {
            json.Append(i == 0 ? "\"" : ",\"").Append(facts[i].Kind.Key).Append("\":\"").Append(facts[i].Value).Append('"');
        }

        return json.Append('}').ToString();
    }
}
