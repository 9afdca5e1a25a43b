namespace Gyre.Contracts;

/// <summary>A continuation whose likelihood is asked for.</summary>
/// <param name="Context">What stands before; may be empty.</param>
/// <param name="Continuation">What follows; not empty.</param>
public readonly record struct LikelihoodRequest(string Context, string Continuation);
