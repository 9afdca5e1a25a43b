namespace Gyre.Training.Corpus;

/// <summary>A product of the shop's catalogue.</summary>
/// <param name="Name">Unique in its catalogue.</param>
/// <param name="Attributes">Every attribute by its key (<c>colour</c>, <c>price</c>, …), in a fixed order; the name is not among them.</param>
public sealed record ShopProduct(string Name, IReadOnlyDictionary<string, string> Attributes);
