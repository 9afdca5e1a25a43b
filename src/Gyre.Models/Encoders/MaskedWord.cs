namespace Gyre.Models.Encoders;

/// <summary>A word that may stand in a masked place.</summary>
/// <param name="Id">Its token id.</param>
/// <param name="Token">The vocabulary's own spelling of it.</param>
/// <param name="Probability">How likely it is among all of the vocabulary.</param>
public readonly record struct MaskedWord(int Id, string Token, float Probability);
