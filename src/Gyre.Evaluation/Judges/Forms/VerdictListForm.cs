using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gyre.Evaluation.Judges.Forms;

/// <summary>A yes or no for each of several numbered items, in their order.</summary>
internal sealed partial class VerdictListForm(int count) : IReplyForm<IReadOnlyList<Verdict>>
{
    private static readonly string[] Names = ["verdicts", "verdict", "answers", "results", "items"];

    public string Shape => $$"""{"verdicts": [{"reason": "one sentence", "verdict": "yes" or "no"}, …]}, with {{count}} {{(count == 1 ? "verdict" : "verdicts in the order of the items")}}""";

    public JsonElement Schema(int maxTextLength) => ReplyJson.ToElement(ReplyJson.Object(
        ("verdicts", ReplyJson.List(ReplyJson.Object(("reason", ReplyJson.Text(maxTextLength)), ("verdict", Choices.YesNo.Schema)), count, count))));

    public bool TryRead(JsonElement reply, [NotNullWhen(true)] out IReadOnlyList<Verdict>? value, out string fault)
    {
        value = null;
        var list = reply.ValueKind == JsonValueKind.Array ? reply : ReplyJson.Member(reply, Names) ?? default;
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() != count)
        {
            fault = list.ValueKind == JsonValueKind.Array ? $"it had {list.GetArrayLength()} verdicts and not {count}" : "\"verdicts\" was missing or no list";
            return false;
        }

        var found = new List<Verdict>(count);
        foreach (var item in list.EnumerateArray())
        {
            var isObject = item.ValueKind == JsonValueKind.Object;
            if (!Choices.YesNo.TryRead(ReplyJson.Text(isObject ? ReplyJson.Member(item, "verdict", "answer", "supported", "value") : item), out var choice))
            {
                fault = $"verdict {found.Count + 1} was not \"yes\" or \"no\"";
                return false;
            }

            found.Add(new Verdict(choice, isObject ? ReplyJson.Reason(item) : ""));
        }

        (value, fault) = (found, "");
        return true;
    }

    public bool IsSame(IReadOnlyList<Verdict> one, IReadOnlyList<Verdict> other) => one.Select(verdict => verdict.Choice).SequenceEqual(other.Select(verdict => verdict.Choice));

    public bool TryReadText(string text, [NotNullWhen(true)] out IReadOnlyList<Verdict>? value)
    {
        value = null;
        var found = new List<Verdict>(count);
        foreach (Match line in Numbered().Matches(text))
        {
            if (line.Groups["number"].Value != (found.Count + 1).ToString(CultureInfo.InvariantCulture) || !Choices.YesNo.TryRead(line.Groups["rest"].Value, out var choice))
            {
                return false;
            }

            found.Add(new Verdict(choice, ReplyJson.Cut(line.Groups["rest"].Value)));
        }

        value = found.Count == count && count > 0 ? found : null;
        return value is not null;
    }

    [GeneratedRegex(@"^[ \t]{0,8}(?<number>\d{1,3})[.):][ \t]{0,8}(?<rest>[^\n]{1,2000})$", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Numbered();
}
