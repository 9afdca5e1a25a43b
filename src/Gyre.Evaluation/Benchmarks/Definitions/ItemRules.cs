using Gyre.Evaluation.Benchmarks.Items;

namespace Gyre.Evaluation.Benchmarks.Definitions;

/// <summary>What identifies and describes an item.</summary>
/// <param name="Id">Its id; <c>{@row}</c> by default.</param>
/// <param name="Subject">The part of the benchmark that it belongs to; may be empty.</param>
/// <param name="Group">Items of one group are judged together; may be empty.</param>
/// <param name="Tags">Further texts that metrics read.</param>
/// <param name="Fields">Texts made of the columns, in order; later ones may use earlier ones.</param>
internal sealed record ItemRules(TextTemplate Id, TextTemplate Subject, TextTemplate Group, IReadOnlyDictionary<string, TextTemplate> Tags, IReadOnlyList<FieldRule> Fields);
