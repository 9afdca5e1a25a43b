namespace Gyre.Registry.Ratings;

/// <summary>A row of <c>rating_items</c>.</summary>
internal sealed record ItemRow
{
    public const string Columns = "id AS Id, number AS Number, row_id AS RowId, task AS Task, prompt AS Prompt, reference AS Reference, context AS Context";

    public required long Id { get; init; }

    public required long Number { get; init; }

    public required string RowId { get; init; }

    public required string Task { get; init; }

    public required string Prompt { get; init; }

    public required string Reference { get; init; }

    public required string Context { get; init; }
}
