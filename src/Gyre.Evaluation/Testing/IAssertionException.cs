namespace Gyre.Evaluation.Testing;

/// <summary>By an interface of this name xunit.v3 tells a failed test from one that could not run.</summary>
internal interface IAssertionException;
