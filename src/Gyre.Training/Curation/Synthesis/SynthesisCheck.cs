namespace Gyre.Training.Curation.Synthesis;

/// <summary>How a written record is checked by asking again.</summary>
public enum SynthesisCheck
{
    /// <summary>Not at all: form, length and novelty are checked in any case.</summary>
    None,

    /// <summary>A question is asked again, of the passage where there is one; the second answer must share enough words with the first.</summary>
    RoundTrip,

    /// <summary>A judge says whether the answer is right and helpful; it may be another model.</summary>
    Judge,
}
