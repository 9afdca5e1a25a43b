namespace Gyre.Server.OpenApi;

/// <summary>What the OpenAPI document says of the routes of datasets.</summary>
internal static class DatasetTexts
{
    private const string Management = "Management";
    private const string Text = "{\"type\":\"string\"}";
    private const string Lines = "{\"id\":\"1\",\"prompt\":\"What is a scarf?\",\"reference\":\"Something warm.\"}\n";
    private static readonly PlaceParameter Name = new("name", IsInPath: true, Text, "The dataset.");
    private static readonly PlaceParameter Version = new("version", IsInPath: true, Text, "A number, a label, latest, or sha256: with the digest's beginning.");

    public static OperationText List { get; } = new("listDatasets", Management, "List datasets", "Every dataset with its newest version.") { Errors = [500] };

    public static OperationText Versions { get; } = new("listDatasetVersions", Management, "List a dataset's versions", "Newest first. Versions never change.")
    {
        Parameters = [Name],
        Errors = [400, 404, 500],
    };

    public static OperationText Show { get; } = new("getDatasetVersion", Management, "Show a version of a dataset", "Its columns, and the chain of versions that its rows came through.")
    {
        Parameters = [Name, Version],
        Errors = [400, 404, 500],
    };

    public static OperationText Rows { get; } = new("listDatasetRows", Management, "List rows of a version", "In their order, or only those in which a text is found. One call looks through 100,000 rows at most and says where the next begins.")
    {
        Parameters =
        [
            Name,
            Version,
            new("first", IsInPath: false, """{"type":"integer","minimum":0,"default":0}""", "The first row to look at, from 0; the value of next continues."),
            new("limit", IsInPath: false, """{"type":"integer","minimum":1,"maximum":1000,"default":50}""", "The most rows."),
            new("text", IsInPath: false, Text, "Only rows in which a value holds this text, whatever the case of its letters."),
        ],
        Errors = [400, 404, 500],
    };

    public static OperationText Upload { get; } = new("addDatasetVersion", Management, "Add a version to a dataset", "Keeps the rows of the body as a version. Every fault in them is told, and then nothing is added. Rows that the dataset has already are the version that they were. Columns that are no part of a row are kept as facts.")
    {
        Bodies =
        [
            ("application/x-ndjson", Lines), ("application/jsonl", Lines), ("text/csv", "id,prompt,reference\n1,What is a scarf?,Something warm.\n"), ("text/tab-separated-values", "prompt\treference\nWhat is a scarf?\tSomething warm.\n"),
        ],
        Parameters =
        [
            Name,
            new("licence", IsInPath: false, Text, "Under what licence the rows may be used."),
            new("note", IsInPath: false, Text, "Anything else to be said of the version."),
            new("file", IsInPath: false, Text, "The name of the file that the rows are from."),
            new("by", IsInPath: false, Text, "Who adds them."),
            .. new[] { "id", "prompt", "reference", "task", "subject", "family" }.Select(part => new PlaceParameter(part, IsInPath: false, Text, $"The column that is the row's {part}, where it is called otherwise.")),
        ],
        Errors = [400, 404, 413, 415, 500],
    };
}
