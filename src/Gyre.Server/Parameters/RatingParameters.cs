using static Gyre.Server.Parameters.ParameterSupport;

namespace Gyre.Server.Parameters;

/// <summary>The parameter tables of <c>/api/ratings</c>.</summary>
internal static class RatingParameters
{
    private const string Answer = """{"type":"object","additionalProperties":{"type":["string","integer","boolean"]}}""";

    private static RequestParameter Rater { get; } = new("rater", Extension, """{"type":"string","minLength":1,"maxLength":80}""", "The name the rater goes by.", IsRequired: true);

    private static RequestParameter Assignment { get; } = new("assignment", Extension, """{"type":"string"}""", "The id of the rater's item.", IsRequired: true);

    private static RequestParameter Values { get; } = new("values", Extension, Answer, "The answer to each question by its name; for pairs preference: left, right, tie or both_bad.", IsRequired: true);

    private static RequestParameter Reasons { get; } = new("reasons", Extension, """{"type":"array","items":{"type":"string"}}""", "Which of the rubric's reasons hold.");

    private static RequestParameter Comment { get; } = new("comment", Extension, """{"type":["string","null"],"maxLength":10000}""", "Why, in the rater's words.");

    public static ParameterTable Create { get; } = new(
        "CreateRatingsRequest",
        "A campaign to make.",
        [
            new("name", Extension, """{"type":"string","minLength":1,"maxLength":64}""", "Its name: letters, digits, '.', '_' and '-'. Raters see it.", IsRequired: true),
            new("rubric", Extension, """{"type":"object"}""", "What raters are asked: form (single, pairs), instructions, questions, reasons, comment. Default: which of two is better, or quality from 1 to 5."),
            new("items", Extension, """{"type":"array","minItems":1,"items":{"type":"object"}}""", "Objects with row (the row's id), prompt, and optionally task, reference, context; outputs: one, or two for pairs, each candidate, text and optionally trace.", IsRequired: true),
            new("raters", Extension, """{"type":["integer","null"],"minimum":1,"maximum":100,"default":2}""", "How many raters each item shall have."),
            new("repeats", Extension, """{"type":["number","null"],"minimum":0,"maximum":0.5,"default":0.1}""", "The share of a rater's items that come a second time, sides swapped."),
            new("seed", Extension, """{"type":["integer","null"],"minimum":0,"default":0}""", "Decides each rater's order, sides and repeats."),
            new("reservation_minutes", Extension, """{"type":["integer","null"],"minimum":1,"maximum":1440,"default":30}""", "How long an item is kept for a rater who does nothing."),
            new("source", Extension, """{"type":["string","null"]}""", "Where the items come from; not shown to raters."),
        ]);

    public static ParameterTable Next { get; } = new("NextRatingRequest", "Who asks.", Rater);

    public static ParameterTable Rate { get; } = new("RateRequest", "A rating, or a changed one.", Rater, Assignment, Values, Reasons, Comment);

    public static ParameterTable Draft { get; } = new("RatingDraftRequest", "What a rater has begun to say.", Rater, Assignment, Values, Reasons, Comment);

    public static ParameterTable Skip { get; } = new(
        "SkipRatingRequest",
        "An item that a rater leaves to others.",
        Rater,
        Assignment,
        new("reason", Extension, """{"type":"string","minLength":1,"maxLength":1000}""", "Why it cannot be rated.", IsRequired: true));
}
