using System.Text.Json;

namespace Gyre.Registry.Ratings;

/// <summary>What a rater says of one item.</summary>
/// <param name="Values">The answer to each question by its name; preferences are <c>left</c> or <c>right</c> as the rater saw the outputs.</param>
/// <param name="Reasons">Which of the rubric's reasons hold.</param>
/// <param name="Comment">Free text.</param>
public sealed record RatingAnswer(IReadOnlyDictionary<string, string> Values, IReadOnlyList<string> Reasons, string Comment)
{
    /// <summary>The most characters of a comment.</summary>
    public const int MostCommentLength = 10_000;

    /// <summary>Nothing said yet.</summary>
    public static RatingAnswer Empty { get; } = new(new Dictionary<string, string>(StringComparer.Ordinal), [], "");

    /// <summary>The answer with its sides as outputs: <c>first</c> and <c>second</c>, as kept.</summary>
    internal RatingAnswer Placed(int leftPlace) => Turned(value => value switch
    {
        RatingQuestion.Left => leftPlace == 0 ? RatingRecord.First : RatingRecord.Second,
        RatingQuestion.Right => leftPlace == 0 ? RatingRecord.Second : RatingRecord.First,
        _ => value,
    });

    /// <summary>The kept answer as the rater saw its sides.</summary>
    internal RatingAnswer Seen(int leftPlace) => Turned(value => value switch
    {
        RatingRecord.First => leftPlace == 0 ? RatingQuestion.Left : RatingQuestion.Right,
        RatingRecord.Second => leftPlace == 0 ? RatingQuestion.Right : RatingQuestion.Left,
        _ => value,
    });

    internal string ToJson() => RatingJson.Write(writer =>
    {
        writer.WriteStartObject();
        writer.WriteStartObject("values");
        foreach (var (name, value) in Values.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        RatingJson.Write(writer, "reasons", Reasons);
        writer.WriteString("comment", Comment);
        writer.WriteEndObject();
    });

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    internal static RatingAnswer Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var root = document.RootElement;
        return new RatingAnswer(
            root.GetProperty("values").EnumerateObject().ToDictionary(member => member.Name, member => member.Value.GetString() ?? "", StringComparer.Ordinal),
            [.. root.GetProperty("reasons").EnumerateArray().Select(reason => reason.GetString() ?? "")],
            root.GetProperty("comment").GetString() ?? "");
    }

    private RatingAnswer Turned(Func<string, string> turn) => Values.TryGetValue(RatingQuestion.Preference, out var side)
        ? this with { Values = new Dictionary<string, string>(Values, StringComparer.Ordinal) { [RatingQuestion.Preference] = turn(side) } }
        : this;
}
