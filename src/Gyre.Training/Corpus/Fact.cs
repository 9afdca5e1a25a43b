namespace Gyre.Training.Corpus;

/// <summary>A fact: its kind and its value.</summary>
internal readonly record struct Fact(FactKind Kind, string Value);
