namespace Gyre.Training.Alignment.Pairs;

/// <summary>A conversation and an answer as token ids.</summary>
/// <param name="Prompt">What the model reads.</param>
/// <param name="Answer">What it is to have written, its end token included.</param>
internal sealed record EncodedAnswer(int[] Prompt, int[] Answer)
{
    /// <summary>Tokens of both.</summary>
    public int Length => Prompt.Length + Answer.Length;
}
