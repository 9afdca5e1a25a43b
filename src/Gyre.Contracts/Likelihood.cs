namespace Gyre.Contracts;

/// <summary>How likely a model finds a text.</summary>
public sealed record Likelihood
{
    private readonly double _logLikelihood;

    private Likelihood(double logLikelihood, int tokens, bool isGreedy, string reason, bool isTooLong = false) =>
        (_logLikelihood, Tokens, IsGreedy, Reason, IsTooLong) = (logLikelihood, tokens, isGreedy, reason, isTooLong);

    /// <summary>True when there is a number.</summary>
    public bool IsScored => Reason.Length == 0;

    /// <summary>The sum of the tokens' log-probabilities, natural logarithms: 0 or less.</summary>
    /// <exception cref="InvalidOperationException">The text was not scored.</exception>
    public double LogLikelihood => IsScored ? _logLikelihood : throw new InvalidOperationException($"Read a log-likelihood: there is none, because {Reason}. Ask IsScored first.");

    /// <summary>Tokens that were scored; 0 when the text was not.</summary>
    public int Tokens { get; }

    /// <summary>True when each scored token is the model's first choice, the lowest id of equals.</summary>
    public bool IsGreedy { get; }

    /// <summary>Why the text was not scored; empty when it was.</summary>
    public string Reason { get; }

    /// <summary>True when it was not scored because it is longer than what the model reads at once.</summary>
    public bool IsTooLong { get; }

    /// <summary>A scored text.</summary>
    /// <param name="logLikelihood">Finite.</param>
    /// <param name="tokens">0 or more.</param>
    /// <param name="isGreedy">Whether each token is the first choice.</param>
    public static Likelihood Of(double logLikelihood, int tokens, bool isGreedy)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(tokens);
        return double.IsFinite(logLikelihood)
            ? new Likelihood(logLikelihood, tokens, isGreedy, "")
            : throw new ArgumentOutOfRangeException(nameof(logLikelihood), logLikelihood, "A log-likelihood is a finite number; say NotScored when there is none.");
    }

    /// <summary>A text that was not scored.</summary>
    /// <param name="reason">Why, in words for a table; not empty.</param>
    public static Likelihood NotScored(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        return new Likelihood(0, 0, isGreedy: false, reason);
    }

    /// <summary>A text of more tokens than the model reads at once.</summary>
    /// <param name="tokens">Tokens of context and continuation.</param>
    /// <param name="limit">The most that the model reads.</param>
    public static Likelihood TooLong(int tokens, int limit) =>
        new(0, 0, isGreedy: false, $"it has {tokens} tokens and the model reads at most {limit}", isTooLong: true);
}
