namespace Gyre.Server.Responses;

/// <summary>A row of the table <c>responses</c>.</summary>
internal sealed class ResponseRow
{
    public string Id { get; set; } = "";

    public string? PreviousId { get; set; }

    public long IsBackground { get; set; }

    public string Status { get; set; } = "";

    public string Input { get; set; } = "";

    public string Body { get; set; } = "";

    public StoredResponse ToStored() => new()
    {
        Id = Id,
        PreviousId = PreviousId,
        IsBackground = IsBackground != 0,
        Status = Status,
        Input = Input,
        Body = Body,
    };
}
