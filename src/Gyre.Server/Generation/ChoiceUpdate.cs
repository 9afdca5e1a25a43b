using Gyre.Models.Generation;

namespace Gyre.Server.Generation;

/// <summary>One update of one of a request's choices.</summary>
/// <param name="Choice">The choice's number, from 0.</param>
/// <param name="Update">What it gained.</param>
internal readonly record struct ChoiceUpdate(int Choice, GenerationUpdate Update);
