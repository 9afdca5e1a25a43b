namespace Gyre.Training.Finetuning;

/// <summary>What becomes of an example that is longer than a row.</summary>
public enum LongExamples
{
    /// <summary>The run does not start; each is named.</summary>
    Refuse,

    /// <summary>It is left out, and counted.</summary>
    Drop,

    /// <summary>It is cut into pieces that fit; for continued pretraining on texts.</summary>
    Cut,
}
