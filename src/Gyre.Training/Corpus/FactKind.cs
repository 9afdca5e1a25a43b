namespace Gyre.Training.Corpus;

/// <summary>One kind of fact (a colour, a return period, an order number): its values and every way to say and ask it.</summary>
/// <param name="key">The name used in cards and as a JSON key.</param>
/// <param name="label">The noun phrase used in questions.</param>
/// <param name="values">Where its values come from.</param>
internal sealed class FactKind(string key, string label, ValuePool values)
{
    /// <summary>The name used in cards and as a JSON key.</summary>
    public string Key { get; } = key;

    /// <summary>The noun phrase used in questions, for example <c>return period</c>.</summary>
    public string Label { get; } = label;

    /// <summary>Where its values come from.</summary>
    public ValuePool Values { get; } = values;

    /// <summary>Whole sentences that state the fact, with <c>{v}</c> for the value.</summary>
    public required Wordings Notes { get; init; }

    /// <summary>Questions whose answer is the value, with <c>{it}</c> for what is asked about.</summary>
    public required Wordings Questions { get; init; }

    /// <summary>Verb phrases for descriptions; empty for facts that no description mentions.</summary>
    public string[] Phrases { get; init; } = [];

    /// <summary>The fact behind a noun, for example <c>in {v}</c>; empty where <see cref="Phrases"/> is.</summary>
    public string Attribute { get; init; } = "";
}
