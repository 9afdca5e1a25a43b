using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Gyre.Evaluation.Judges.Forms;

/// <summary>Questions that an answer would answer, a fixed number of them.</summary>
internal sealed class QuestionListForm(int count) : IReplyForm<IReadOnlyList<AskedQuestion>>
{
    public string Shape => $$"""{"questions": [{"question": "…", "noncommittal": "yes" or "no"}, …]}, with {{count}} questions""";

    public JsonElement Schema(int maxTextLength) => ReplyJson.ToElement(ReplyJson.Object(
        ("questions", ReplyJson.List(ReplyJson.Object(("question", ReplyJson.Text(maxTextLength)), ("noncommittal", Choices.YesNo.Schema)), count, count))));

    public bool TryRead(JsonElement reply, [NotNullWhen(true)] out IReadOnlyList<AskedQuestion>? value, out string fault)
    {
        value = null;
        var list = reply.ValueKind == JsonValueKind.Array ? reply : ReplyJson.Member(reply, "questions") ?? default;
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != count)
        {
            fault = list.ValueKind == JsonValueKind.Array ? $"it had {list.GetArrayLength()} questions and not {count}" : "\"questions\" was missing or no list";
            return false;
        }

        var found = new List<AskedQuestion>(count);
        foreach (var item in list.EnumerateArray())
        {
            // 1 and 0 are how some prompts of this kind are answered.
            var flag = ReplyJson.Text(ReplyJson.Member(item, "noncommittal"));
            if (ReplyJson.Text(ReplyJson.Member(item, "question", "text")) is not { } text || string.IsNullOrWhiteSpace(text)
                || !Choices.YesNo.TryRead(flag switch { "1" => "yes", "0" => "no", _ => flag }, out var isNoncommittal))
            {
                fault = $"question {found.Count + 1} had no text, or no \"noncommittal\" of \"yes\" or \"no\"";
                return false;
            }

            found.Add(new AskedQuestion(text.Trim(), isNoncommittal == "yes"));
        }

        (value, fault) = (found, "");
        return true;
    }

    public bool IsSame(IReadOnlyList<AskedQuestion> one, IReadOnlyList<AskedQuestion> other) => one.SequenceEqual(other);

    public bool TryReadText(string text, [NotNullWhen(true)] out IReadOnlyList<AskedQuestion>? value)
    {
        value = null;
        return false;
    }
}
