using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Gyre.Evaluation.Judges.Forms;

/// <summary>A reason, then one of several choices.</summary>
internal sealed class VerdictForm(Choices choices) : IReplyForm<Verdict>
{
    private static readonly string[] Names = ["verdict", "choice", "rating", "score", "answer", "winner", "decision", "result"];

    public static VerdictForm YesNo { get; } = new(Choices.YesNo);

    public string Shape => $$"""{"reason": "one or two sentences", "verdict": {{choices.Shape}}}""";

    public JsonElement Schema(int maxTextLength) => ReplyJson.ToElement(ReplyJson.Object(("reason", ReplyJson.Text(maxTextLength)), ("verdict", choices.Schema)));

    public bool TryRead(JsonElement reply, [NotNullWhen(true)] out Verdict? value, out string fault)
    {
        value = null;
        fault = $"\"verdict\" was missing or not {choices.Shape}";
        if (!choices.TryRead(ReplyJson.Text(ReplyJson.Member(reply, Names)), out var choice))
        {
            return false;
        }

        value = new Verdict(choice, ReplyJson.Reason(reply));
        return true;
    }

    public bool IsSame(Verdict one, Verdict other) => one.Choice == other.Choice;

    public bool TryReadText(string text, [NotNullWhen(true)] out Verdict? value)
    {
        value = choices.TryReadText(text, out var choice) ? new Verdict(choice, ReplyJson.Cut(text)) : null;
        return value is not null;
    }
}
