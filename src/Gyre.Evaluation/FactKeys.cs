namespace Gyre.Evaluation;

/// <summary>The keys under which dataset rows carry what scorers need, in <see cref="Contracts.DatasetRow.Facts"/>.</summary>
public static class FactKeys
{
    /// <summary>Prefix of a value the output must mention: <c>attribute.colour</c>.</summary>
    public const string AttributePrefix = "attribute.";

    /// <summary>Prefix of further wanted answers, beside <see cref="Contracts.DatasetRow.Reference"/>: <c>reference.2</c>.</summary>
    public const string ReferencePrefix = "reference.";

    /// <summary>Prefix of a value that stands in the row's context and that a decline must not offer: <c>context.price</c>.</summary>
    public const string ContextPrefix = "context.";

    /// <summary>
    /// Prefix of a rule that the output must keep: <c>rule.begins</c> and <c>rule.ends</c> with a text, <c>rule.contains.NAME</c> and
    /// <c>rule.lacks.NAME</c> with a text, <c>rule.most_words</c> with a number.
    /// </summary>
    public const string RulePrefix = "rule.";
}
