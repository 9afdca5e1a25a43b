using System.Text;
using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>Pairs of product texts made from the brand guide: functions of seed and index.</summary>
/// <remarks>Products, values and wordings of held-out pairs occur in no training pair, of whatever seed.</remarks>
public sealed class BrandPreferences
{
    private static readonly string[] OtherOpenings =
        ["Discover the {v}.", "Here is the {v} for you.", "The {v} is here.", "We think you will like the {v}.", "Say hello to the {v}.", "In short: the {v}."];

    private static readonly string[] OtherClosings = ["", "You will love it.", "A timeless choice.", "You deserve the best.", "Fun is included."];
    private static readonly string[] OtherPrices = ["is yours for {v}", "sells for {v}"];
    private readonly SeededRandom _root;

    /// <summary>The pairs of a seed.</summary>
    public BrandPreferences(ulong seed)
    {
        Seed = seed;
        _root = new SeededRandom(seed).Fork("brand");
    }

    /// <summary>The seed.</summary>
    public ulong Seed { get; }

    /// <summary>The first training pairs; more of them begin with fewer.</summary>
    public IReadOnlyList<BrandPair> Training(int count) => Draw(count, Split.Train, "train");

    /// <summary>The first held-out pairs.</summary>
    public IReadOnlyList<BrandPair> HeldOut(int count) => Draw(count, Split.HeldOut, "held-out");

    private List<BrandPair> Draw(int count, Split split, string name)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1_000_000);
        var pairs = new List<BrandPair>(count);
        for (var i = 0; i < count; i++)
        {
            var random = _root.Fork($"{name}/{i}");
            var broken = BrandVoice.Rules[i % BrandVoice.Rules.Count];
            var needsPrice = broken == BrandVoice.Price || random.NextInt32(2) == 0;
            var thing = needsPrice
                ? DescribeTask.DrawProduct(random, split, random.NextInt32(1, 4), TradeFacts.Price)
                : DescribeTask.DrawProduct(random, split, random.NextInt32(2, 5));
            var (prompt, family) = DescribeTask.Ask(random, split, thing);
            var phrases = thing.Facts.Skip(1).Select(fact => fact.Kind == TradeFacts.Price
                ? Thing.Fill(BrandVoice.PriceForm, fact.Value)
                : Thing.Fill(random.Pick(fact.Kind.Phrases), fact.Value)).ToArray();
            var chosen = Write(Thing.Fill(BrandVoice.OpeningForm, thing.Name), phrases, BrandVoice.ClosingLine);
            var row = new DatasetRow($"brand-{Seed}-{name}-{i:00000}", ShopTasks.Describe, prompt, chosen, DescribeTask.Attributes(thing), family, thing.Subject);
            pairs.Add(new BrandPair(row, chosen, Break(random, thing, phrases, chosen, broken), broken));
        }

        return pairs;
    }

    /// <summary>The same text with one rule broken.</summary>
    private static string Break(SeededRandom random, Thing thing, string[] phrases, string chosen, string rule)
    {
        var opening = Thing.Fill(BrandVoice.OpeningForm, thing.Name);
        switch (rule)
        {
            case BrandVoice.Opening:
                return Write(Thing.Fill(random.Pick(OtherOpenings), thing.Name), phrases, BrandVoice.ClosingLine);
            case BrandVoice.Calm:
                return random.NextInt32(2) == 0
                    ? Write(opening, phrases, "")[..^1] + "! " + BrandVoice.ClosingLine
                    : Write(opening, phrases, "You will love it! " + BrandVoice.ClosingLine);
            case BrandVoice.Price:
                var price = thing.Facts.Single(fact => fact.Kind == TradeFacts.Price).Value;
                return chosen.Replace(Thing.Fill(BrandVoice.PriceForm, price), Thing.Fill(random.Pick(OtherPrices), price), StringComparison.Ordinal);
            case BrandVoice.Closing:
                return Write(opening, phrases, random.Pick(OtherClosings));
            default:
                // A price that were left out would break two rules.
                int[] others = [.. Enumerable.Range(0, phrases.Length).Where(i => thing.Facts[i + 1].Kind != TradeFacts.Price)];
                var left = random.Pick(others);
                return Write(opening, [.. phrases.Where((_, i) => i != left)], BrandVoice.ClosingLine);
        }
    }

    private static string Write(string opening, string[] phrases, string closing)
    {
        var text = new StringBuilder(opening);
        for (var i = 0; i < phrases.Length; i += 2)
        {
            var (subject, phrase) = ("It", phrases[i]);
            if (i > 0)
            {
                (subject, phrase) = phrase.StartsWith("is ", StringComparison.Ordinal) ? ("It is also", phrase[3..]) : ("It also", phrase);
            }

            text.Append(' ').Append(subject).Append(' ').Append(phrase);
            if (i + 1 < phrases.Length)
            {
                text.Append(" and ").Append(phrases[i + 1]);
            }

            text.Append('.');
        }

        return closing.Length == 0 ? text.ToString() : text.Append(' ').Append(closing).ToString();
    }
}
