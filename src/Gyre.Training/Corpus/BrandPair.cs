using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>A request for a product text, a text that keeps the brand guide, and one that breaks a rule of it.</summary>
/// <param name="Row">The request, with the attributes among its facts; its reference is the chosen text.</param>
/// <param name="Chosen">Keeps every rule.</param>
/// <param name="Rejected">Breaks one rule.</param>
/// <param name="Broken">The rule that it breaks, of <see cref="BrandVoice.Rules"/>.</param>
public sealed record BrandPair(DatasetRow Row, string Chosen, string Rejected, string Broken);
