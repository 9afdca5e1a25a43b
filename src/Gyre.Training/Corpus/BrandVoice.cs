using Gyre.Contracts;
using Gyre.Evaluation;

namespace Gyre.Training.Corpus;

/// <summary>The rules of StyleSprint's brand guide for product texts that can be checked without a judge.</summary>
/// <remarks>
/// A text opens with one form of greeting, has no exclamation mark, gives a price in one form, closes with one line, and
/// mentions every attribute in the words of the catalogue, whatever tone is asked for.
/// </remarks>
public static class BrandVoice
{
    /// <summary>The rule on the first sentence.</summary>
    public const string Opening = "opening";

    /// <summary>The rule against exclamation marks.</summary>
    public const string Calm = "calm";

    /// <summary>The rule on how a price is said.</summary>
    public const string Price = "price";

    /// <summary>The rule on the last sentence.</summary>
    public const string Closing = "closing";

    /// <summary>The rule to mention every attribute.</summary>
    public const string Attributes = "attributes";

    internal const string OpeningForm = "Meet the {v}.";
    internal const string PriceForm = "costs {v}";
    internal const string ClosingLine = "Made for you by StyleSprint.";
    private const string NameKey = FactKeys.AttributePrefix + "name";
    private const string PriceKey = FactKeys.AttributePrefix + "price";

    /// <summary>Every rule's name.</summary>
    public static IReadOnlyList<string> Rules { get; } = [Opening, Calm, Price, Closing, Attributes];

    /// <summary>The rules that a product text breaks; a rule that does not apply to the product is kept.</summary>
    /// <param name="row">The request, with the attributes among its facts.</param>
    /// <param name="text">The product text.</param>
    public static IReadOnlyList<string> Broken(DatasetRow row, string text)
    {
        ArgumentNullException.ThrowIfNull(row);
        ArgumentNullException.ThrowIfNull(text);
        text = text.Trim();
        var broken = new List<string>();
        Check(Opening, !row.Facts.TryGetValue(NameKey, out var name) || text.StartsWith(Thing.Fill(OpeningForm, name), StringComparison.Ordinal));
        Check(Calm, !text.Contains('!', StringComparison.Ordinal));
        Check(Price, !row.Facts.TryGetValue(PriceKey, out var price) || text.Contains(Thing.Fill(PriceForm, price), StringComparison.Ordinal));
        Check(Closing, text.EndsWith(ClosingLine, StringComparison.Ordinal));
        Check(Attributes, row.Facts.Where(fact => fact.Key.StartsWith(FactKeys.AttributePrefix, StringComparison.Ordinal)).All(fact => text.Contains(fact.Value, StringComparison.OrdinalIgnoreCase)));
        return broken;

        void Check(string rule, bool holds)
        {
            if (!holds)
            {
                broken.Add(rule);
            }
        }
    }
}
