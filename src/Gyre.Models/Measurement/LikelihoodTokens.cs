namespace Gyre.Models.Measurement;

/// <summary>A text as tokens, of which those from <paramref name="First"/> on are scored.</summary>
/// <param name="Ids">What goes before and the scored tokens.</param>
/// <param name="First">The first scored token; 1 or more.</param>
internal readonly record struct LikelihoodTokens(int[] Ids, int First)
{
    /// <summary>Tokens that are scored.</summary>
    public int Scored => Ids.Length - First;

    /// <summary>What the model reads before the first prediction that counts.</summary>
    public ReadOnlySpan<int> Before => Ids.AsSpan(0, First - 1);

    /// <summary>What it reads from then on: each token but the last predicts the one behind it.</summary>
    public ReadOnlySpan<int> Read => Ids.AsSpan(First - 1, Scored);

    /// <summary>Tokens that the model reads.</summary>
    public int Length => Ids.Length - 1;
}
