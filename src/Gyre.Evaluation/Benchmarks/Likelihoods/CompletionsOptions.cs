namespace Gyre.Evaluation.Benchmarks.Likelihoods;

/// <summary>How likelihoods are asked of a server with the older completions endpoint.</summary>
public sealed record CompletionsOptions
{
    /// <summary>The model's name there.</summary>
    public required string Model { get; init; }

    /// <summary>The endpoint; beside the client's base address when relative.</summary>
    public Uri Endpoint { get; init; } = new("v1/completions", UriKind.Relative);

    /// <summary>Tokens that each request generates besides: 0, or 1 for servers that refuse 0. What is generated is not counted.</summary>
    public int GeneratedTokens { get; init; }

    /// <summary>Texts of one request, 1 to 64.</summary>
    public int BatchSize { get; init; } = 16;

    /// <summary>Requests in flight at once, 1 to 64.</summary>
    public int Parallelism { get; init; } = 2;

    /// <summary>Times that a request is sent when the server is busy (429, 500, 502, 503, 504) or the connection breaks, 1 to 10.</summary>
    public int Attempts { get; init; } = 3;

    /// <summary>The wait before the second attempt; doubled for each further one, unless the server names one.</summary>
    public TimeSpan FirstWait { get; init; } = TimeSpan.FromSeconds(1);

    internal void Require()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(Model);
        Range(GeneratedTokens, 0, 1, nameof(GeneratedTokens));
        Range(BatchSize, 1, 64, nameof(BatchSize));
        Range(Parallelism, 1, 64, nameof(Parallelism));
        Range(Attempts, 1, 10, nameof(Attempts));
    }

    private static void Range(int value, int least, int most, string name)
    {
        if (value < least || value > most)
        {
            throw new ArgumentOutOfRangeException(name, value, $"Expected {least} to {most}.");
        }
    }
}
