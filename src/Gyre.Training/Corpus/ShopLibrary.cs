using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>StyleSprint's own catalogue and documents, for retrieval, prompts and demonstrations: functions of a seed.</summary>
/// <remarks>
/// Products and documents are of the held-out split: no conversation of <see cref="ShopCorpus.Training"/> is about them.
/// </remarks>
public sealed class ShopLibrary
{
    private readonly SeededRandom _root;

    /// <summary>Creates the library of a seed.</summary>
    public ShopLibrary(ulong seed) => _root = new SeededRandom(seed).Fork("library");

    /// <summary>The first products of the catalogue; a longer catalogue begins with a shorter one.</summary>
    /// <param name="count">0 to 100,000.</param>
    public IReadOnlyList<ShopProduct> Products(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 100_000);
        var products = new List<ShopProduct>(count);
        var names = new HashSet<string>(StringComparer.Ordinal);
        for (var attempt = 0; products.Count < count; attempt++)
        {
            var thing = TradeFacts.Products.Draw(_root.Fork($"product/{attempt}"), Split.HeldOut, TradeFacts.Products.Kinds.Length);
            var attributes = new OrderedDictionary<string, string>(StringComparer.Ordinal);
            foreach (var kind in TradeFacts.Products.Kinds)
            {
                if (thing.Facts.FirstOrDefault(fact => fact.Kind == kind) is { Kind: not null } fact)
                {
                    attributes.Add(kind.Key, fact.Value);
                }
            }

            if (names.Add(thing.Name))
            {
                products.Add(new ShopProduct(thing.Name, attributes));
            }
        }

        return products;
    }

    /// <summary>The brand guide and the policies on returns, shipping, payment, sizes and service.</summary>
    public IReadOnlyList<ShopDocument> Documents()
    {
        var random = _root.Fork("documents");
        return
        [
            new("brand-guide", "Brand guide",
                "StyleSprint speaks plainly and kindly. Every text is about the customer and the garment, never about us.\n\n"
                + "Mention every attribute that is given, in the words of the catalogue. Never add a material, a price or a promise that the catalogue does not hold.\n\n"
                + "Six tones are used. Friendly: warm and direct, the tone when none is asked for. Elegant: calm, no exclamation marks. Sporty: short and lively. "
                + "Concise: facts only. Playful: light, with a wink. Luxurious: slow and precious.\n\n"
                + "When the information is not there, say so in one sentence and stop. When a request is no business of a clothing shop, refuse politely and offer help with clothes and orders."),
            Policy(random, "returns", "Returns and refunds", "If something does not fit or please, send it back.", StoreFacts.ReturnPeriod, StoreFacts.Refund, StoreFacts.Warranty, StoreFacts.Repair),
            Policy(random, "shipping", "Shipping", "Every order leaves our store the day after it was placed.", StoreFacts.Delivery, StoreFacts.Shipping, StoreFacts.FreeFrom, StoreFacts.Carrier),
            Policy(random, "payment", "Payment and discounts", "Pay as it suits you.", StoreFacts.Payment, StoreFacts.GiftCard, StoreFacts.Discount),
            Policy(random, "service", "Opening hours and service", "We are glad when you visit or call.", StoreFacts.Hours, StoreFacts.Phone, StoreFacts.Boss),
            new("sizes", "Size guide", SizeGuide()),
        ];
    }

    private static ShopDocument Policy(SeededRandom random, string id, string title, string opening, params FactKind[] kinds) =>
        new(id, title, opening + "\n\n" + string.Join("\n\n", kinds.Select(kind =>
            Thing.Fill(random.Pick(kind.Notes.Of(Split.HeldOut)), kind.Values.Draw(random, Split.HeldOut)))));

    private static string SizeGuide()
    {
        string[] letters = ["XS", "S", "M", "L", "XL", "XXL"];
        var lines = letters.Select((letter, i) => $"Size {letter} is number {34 + (2 * i)}: chest {80 + (4 * i)} cm, waist {62 + (4 * i)} cm, hips {86 + (4 * i)} cm.");
        return "Measure yourself without a coat and compare with the lines below. Between two sizes, take the larger one.\n\n" + string.Join("\n\n", lines);
    }
}
