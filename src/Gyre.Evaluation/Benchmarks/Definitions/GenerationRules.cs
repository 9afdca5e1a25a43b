using System.Text.RegularExpressions;
using Gyre.Evaluation.Benchmarks.Items;

namespace Gyre.Evaluation.Benchmarks.Definitions;

/// <summary>An answer that a model writes.</summary>
/// <param name="MaxTokens">The most tokens.</param>
/// <param name="Stop">Texts that end it.</param>
/// <param name="Temperature">0 for the likeliest.</param>
/// <param name="Samples">How many answers to an item.</param>
/// <param name="Extraction">How the answer is found in the text.</param>
/// <param name="Pattern">For extraction by pattern.</param>
/// <param name="Check">How it is judged.</param>
/// <param name="References">Wanted answers.</param>
/// <param name="ReferenceExtraction">How they are found in the references.</param>
/// <param name="Skills">What a judge rates; none for other checks.</param>
/// <param name="SkillsOf">The path of the skills that an item wants; empty for all.</param>
internal sealed record GenerationRules(
    int MaxTokens, IReadOnlyList<string> Stop, double Temperature, int Samples, string Extraction, Regex? Pattern, string Check, IReadOnlyList<TextTemplate> References, string ReferenceExtraction,
    IReadOnlyList<SkillRule> Skills, string SkillsOf);
