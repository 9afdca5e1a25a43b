using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>A product as people speak of one: "a pale red linen coat with long sleeves, for 49.90 euros".</summary>
/// <param name="Thing">The product with its facts in the order of the text; without a name, its garment stands as the name.</param>
/// <param name="Text">The words.</param>
/// <param name="Family">The family of the form.</param>
internal sealed record ProductMention(Thing Thing, string Text, string Family)
{
    private static readonly (bool Adjectives, string Joint)[] TrainForms = [(false, ", "), (true, ", "), (false, " ")];
    private static readonly (bool Adjectives, string Joint)[] HeldOutForms = [(true, " ")];

    /// <summary>The order in which a speaker would name them.</summary>
    private static readonly FactKind[] Order =
    [
        ProductFacts.Colour, ProductFacts.Material, ProductFacts.Pattern, ProductFacts.Sleeves, ProductFacts.Neckline, ProductFacts.Fit, ProductFacts.Details,
        TradeFacts.Line, TradeFacts.Origin, TradeFacts.Designer, TradeFacts.Sizes, TradeFacts.Season, TradeFacts.Occasion, TradeFacts.Price,
    ];

    /// <summary>Speaks of a product in a form of the split.</summary>
    public static ProductMention Write(SeededRandom random, Split split, Thing product)
    {
        var forms = split == Split.Train ? TrainForms : HeldOutForms;
        var form = random.NextInt32(forms.Length);
        var (adjectives, joint) = forms[form];
        var named = random.NextInt32(2) == 0;
        var given = product.Facts.Skip(1).OrderBy(fact => Array.IndexOf(Order, fact.Kind)).ToArray();
        var before = given.Where(fact => adjectives && IsAdjective(fact)).ToArray();
        var behind = given.Except(before).ToArray();
        var noun = named ? product.Name : Garment(product.Name);
        var head = string.Join(' ', before.Select(fact => fact.Value).Append(noun));
        var text = named ? "the " + head : Thing.Fill("{a} {v}", head);
        for (var i = 0; i < behind.Length; i++)
        {
            text += (i == 0 ? " " : joint) + Thing.Fill(behind[i].Kind.Attribute, behind[i].Value);
        }

        Fact[] facts = [new(product.Facts[0].Kind, noun), .. before, .. behind];
        return new ProductMention(product with { Facts = facts }, text, $"mention.{(split == Split.Train ? 't' : 'h')}{form}");
    }

    private static bool IsAdjective(Fact fact) => fact.Kind == ProductFacts.Colour || fact.Kind == ProductFacts.Material;

    private static string Garment(string name) => ProductFacts.Garments
        .Where(garment => name.EndsWith(" " + ProductFacts.Title(garment), StringComparison.Ordinal))
        .MaxBy(garment => garment.Length)!; // Every product's name ends in a garment.
}
