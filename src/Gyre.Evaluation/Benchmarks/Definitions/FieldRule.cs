using System.Text.RegularExpressions;
using Gyre.Evaluation.Benchmarks.Items;

namespace Gyre.Evaluation.Benchmarks.Definitions;

/// <summary>A text made of an item's columns.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">What it is made of.</param>
/// <param name="Replacements">Patterns that are replaced, in order.</param>
/// <param name="CommonPrefix">Two columns whose common beginning, up to a word's end, is the text; empty otherwise.</param>
/// <param name="After">A field whose length is cut off the beginning; empty otherwise.</param>
internal sealed record FieldRule(string Name, TextTemplate Text, IReadOnlyList<(Regex Pattern, string With)> Replacements, IReadOnlyList<string> CommonPrefix, string After);
