namespace Gyre.Training.Alignment.Feedback;

/// <summary>A principle with what a model is asked in order to follow it.</summary>
/// <param name="Name">The stable name: lower-case words with dashes.</param>
/// <param name="Rule">The rule, as a sentence; two answers are compared by which follows it better.</param>
/// <param name="Critique">Asks what in an answer goes against the rule.</param>
/// <param name="Revision">Asks for a better answer.</param>
public sealed record ConstitutionPrinciple(string Name, string Rule, string Critique, string Revision);
