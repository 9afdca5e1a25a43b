namespace Gyre.Training.Curation.Synthesis;

/// <summary>What a model is asked to write.</summary>
public enum SynthesisMethod
{
    /// <summary>New instructions in the manner of some seeds, then an answer to each (self-instruct).</summary>
    Instructions,

    /// <summary>Each seed's prompt in other words; the answer stays.</summary>
    Paraphrase,

    /// <summary>A question that a seed's text answers, and the answer from it.</summary>
    Questions,

    /// <summary>An answer to each seed's prompt.</summary>
    Answers,
}
