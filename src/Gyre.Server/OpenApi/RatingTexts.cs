using Gyre.Server.Parameters;

namespace Gyre.Server.OpenApi;

/// <summary>What the OpenAPI document says of <c>/api/ratings</c>.</summary>
internal static class RatingTexts
{
    private const string Tag = "Ratings";
    private static readonly PlaceParameter Name = new("name", IsInPath: true, """{"type":"string"}""", "The campaign.");
    private static readonly PlaceParameter Unblind = new("unblind", IsInPath: false, """{"type":"boolean","default":false}""", "True to see results while the campaign is open: they name the candidates. That it was done is kept.");
    private static readonly int[] ActErrors = [400, 404, 409, 413, 415, 500];

    public static OperationText List { get; } = new("listRatings", Tag, "List rating campaigns", "The newest first, with how far they are; nothing of candidates.") { Errors = [500] };

    public static OperationText Create { get; } = new("createRatings", Tag, "Make a rating campaign", "People then rate its items at /ratings/NAME/rate: blind, in an order of their own, with shuffled sides.")
    {
        Request = RatingParameters.Create,
        RequestExample = """{"name":"tone","items":[{"row":"1","prompt":"Describe a red wool scarf.","outputs":[{"candidate":"one","text":"A red scarf."},{"candidate":"two","text":"Soft red wool, warm for winter."}]}]}""",
        Errors = [400, 409, 413, 415, 500],
    };

    public static OperationText Show { get; } = new("getRatings", Tag, "Show a rating campaign", "What raters are asked and how far it is; nothing of candidates.") { Parameters = [Name], Errors = [404, 500] };

    public static OperationText Close { get; } = new("closeRatings", Tag, "Close a rating campaign", "Nobody is given an item of it and nothing said in it changes any more. Results can then be read without unblinding anybody.") { Parameters = [Name], Errors = [404, 500] };

    public static OperationText Next { get; } = new("nextRating", Tag, "Get a rater's next item", "The item before the rater, or a new one, kept for them until the reservation ends.") { Parameters = [Name], Request = RatingParameters.Next, RequestExample = """{"rater":"Ana"}""", Errors = ActErrors };

    public static OperationText Rate { get; } = new("rate", Tag, "Rate an item", "Keeps a rating, or changes an own one; the history keeps what it said before.")
    {
        Parameters = [Name], Request = RatingParameters.Rate, RequestExample = """{"rater":"Ana","assignment":"asg_…","values":{"preference":"left"},"comment":"It answers the question."}""", Errors = ActErrors,
    };

    public static OperationText Skip { get; } = new("skipRating", Tag, "Skip an item", "Leaves an item to others.") { Parameters = [Name], Request = RatingParameters.Skip, RequestExample = """{"rater":"Ana","assignment":"asg_…","reason":"not my language"}""", Errors = ActErrors };

    public static OperationText Undo { get; } = new("undoRating", Tag, "Undo the last rating", "Puts the item that the rater rated or skipped last before them again, with what they said.") { Parameters = [Name], Request = RatingParameters.Next, RequestExample = """{"rater":"Ana"}""", Errors = ActErrors };

    public static OperationText Draft { get; } = new("saveRatingDraft", Tag, "Keep what a rater has begun to say", "Comes back with the item, and keeps the item longer for the rater.")
    {
        Parameters = [Name], Request = RatingParameters.Draft, RequestExample = """{"rater":"Ana","assignment":"asg_…","values":{},"comment":"It answers"}""", Errors = ActErrors,
    };

    public static OperationText Own { get; } = new("listOwnRatings", Tag, "List a rater's ratings", "What a rater rated and skipped, the last first.")
    {
        Parameters = [Name, new("rater", IsInPath: false, """{"type":"string"}""", "The rater's name.")], Errors = [400, 404, 500],
    };

    public static OperationText Results { get; } = new("getRatingResults", Tag, "Show a campaign's results", "By candidate with intervals, side by side, agreement between raters, their own consistency, preference of a side. Names candidates.") { Parameters = [Name, Unblind], Errors = [400, 404, 409, 500] };

    public static OperationText Export { get; } = new("exportRatings", Tag, "Export a campaign's ratings", "A line a rating or an item, as JSON Lines or CSV. Names candidates.")
    {
        Parameters =
        [
            Name,
            Unblind,
            new("format", IsInPath: false, """{"type":"string","enum":["jsonl","csv"],"default":"jsonl"}""", "The form of the file."),
            new("by", IsInPath: false, """{"type":"string","enum":["rating","item"],"default":"rating"}""", "item: one line an item, with what its raters say together."),
        ],
        Errors = [400, 404, 409, 500],
    };
}
