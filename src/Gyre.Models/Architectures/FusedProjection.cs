namespace Gyre.Models.Architectures;

/// <summary>Linear layers of one input that a file stores as one tensor.</summary>
/// <param name="Module">The module's name in Hugging Face files.</param>
/// <param name="Gguf">The tensor's name in GGUF files, without its last part.</param>
/// <param name="Inputs">Columns.</param>
/// <param name="HasBias">Whether there is a bias, stored in the same order.</param>
/// <param name="Deviation">Standard deviation of initial weights.</param>
internal sealed record FusedProjection(string Module, string Gguf, int Inputs, bool HasBias, float Deviation)
{
    /// <summary>The Hugging Face tensor has inputs first (GPT-2's Conv1D). GGUF files never do.</summary>
    public bool IsTransposed { get; init; }

    /// <summary>
    /// The Hugging Face tensor has, for one key–value head after another, its queries, its key and its value; otherwise
    /// all queries, all keys, all values, as GGUF files always have them.
    /// </summary>
    public bool IsGrouped { get; init; }
}
