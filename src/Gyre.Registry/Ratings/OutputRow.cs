namespace Gyre.Registry.Ratings;

/// <summary>A row of <c>rating_outputs</c>.</summary>
internal sealed record OutputRow
{
    public required long Item { get; init; }

    public required string Candidate { get; init; }

    public required string Text { get; init; }

    public required string Trace { get; init; }
}
