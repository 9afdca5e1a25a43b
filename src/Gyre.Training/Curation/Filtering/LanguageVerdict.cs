namespace Gyre.Training.Curation.Filtering;

/// <summary>Which language a text seems to be in.</summary>
/// <param name="Language">
/// The code (<c>en</c>); <c>und-Cyrl</c> and the like for a script that several languages share; empty when the text has too few letters to tell.
/// </param>
/// <param name="Probability">How much more likely the language is than the others that are known, 0 to 1; 1 when the script alone decides.</param>
public readonly record struct LanguageVerdict(string Language, double Probability);
