namespace Gyre.Training.Encoders;

/// <summary>What a model and the baseline reach on held-out questions.</summary>
/// <param name="Model">The model's answers to the questions that are scored.</param>
/// <param name="Lexical">Those of shared words.</param>
/// <param name="Development">The model's answers to the development questions.</param>
/// <param name="LexicalDevelopment">Those of shared words.</param>
/// <param name="LexicalWords">The longest answer of shared words, chosen on the development questions.</param>
internal sealed record AnswersOutcome(AnswerScores Model, AnswerScores Lexical, AnswerScores Development, AnswerScores LexicalDevelopment, int LexicalWords)
{
    /// <summary>The model's threshold of doubt, chosen on the development questions.</summary>
    public double Threshold { get; } = Development.BestThreshold();

    /// <summary>That of shared words, chosen so too.</summary>
    public double LexicalThreshold { get; } = LexicalDevelopment.BestThreshold();
}
