using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Gyre.Evaluation.Judges.Forms;

/// <summary>A list of texts, which may be empty.</summary>
/// <param name="name">The list's member.</param>
/// <param name="most">The most texts.</param>
internal sealed partial class TextListForm(string name, int most) : IReplyForm<IReadOnlyList<string>>
{
    public string Shape => $$"""{"{{name}}": ["…", "…"]}, with an empty list if there are none""";

    public JsonElement Schema(int maxTextLength) => ReplyJson.ToElement(ReplyJson.Object((name, ReplyJson.List(ReplyJson.Text(maxTextLength), 0, most))));

    public bool TryRead(JsonElement reply, [NotNullWhen(true)] out IReadOnlyList<string>? value, out string fault)
    {
        value = null;
        var list = reply.ValueKind == JsonValueKind.Array ? reply : ReplyJson.Member(reply, name) ?? default;
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() > most)
        {
            fault = list.ValueKind == JsonValueKind.Array ? $"\"{name}\" had {list.GetArrayLength()} texts, and {most} are the most" : $"\"{name}\" was missing or no list";
            return false;
        }

        var found = new List<string>();
        foreach (var item in list.EnumerateArray())
        {
            if (ReplyJson.Text(item.ValueKind == JsonValueKind.Object ? ReplyJson.Member(item, "text", "claim", "statement", "question") : item) is not { } text)
            {
                fault = $"\"{name}\" held something that is no text";
                return false;
            }

            if (!string.IsNullOrWhiteSpace(text))
            {
                found.Add(text.Trim());
            }
        }

        (value, fault) = (found, "");
        return true;
    }

    public bool IsSame(IReadOnlyList<string> one, IReadOnlyList<string> other) => one.SequenceEqual(other);

    public bool TryReadText(string text, [NotNullWhen(true)] out IReadOnlyList<string>? value)
    {
        var found = Bullet().Matches(text).Select(match => match.Groups["rest"].Value.Trim()).Where(rest => rest.Length > 0).ToArray();
        value = found.Length > 0 && found.Length <= most ? found : null;
        return value is not null;
    }

    [GeneratedRegex(@"^[ \t]{0,8}(?:[-*•]|\d{1,3}[.)])[ \t]{1,8}(?<rest>[^\n]{1,2000})$", RegexOptions.Multiline | RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 2000)]
    private static partial Regex Bullet();
}
