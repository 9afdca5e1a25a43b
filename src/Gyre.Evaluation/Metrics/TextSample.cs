namespace Gyre.Evaluation.Metrics;

/// <summary>A text to measure, and what it is compared with.</summary>
/// <param name="Candidate">What a model wrote; may be empty.</param>
/// <param name="References">Texts that would have been right; none for metrics of the text alone.</param>
public readonly record struct TextSample(string Candidate, IReadOnlyList<string> References)
{
    /// <summary>A text with one reference.</summary>
    public TextSample(string candidate, string reference)
        : this(candidate, [reference])
    {
    }
}
