using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gyre.Evaluation.Judges.Forms;

/// <summary>Some of the numbers of items, each once; may be none.</summary>
/// <param name="name">The list's member.</param>
/// <param name="count">Items are numbered from 1 to this.</param>
internal sealed class NumberSetForm(string name, int count) : IReplyForm<IReadOnlyList<int>>
{
    public string Shape => $$"""{"{{name}}": [1, …]}, with whole numbers from 1 to {{count}}, and an empty list for none""";

    public JsonElement Schema(int maxTextLength) => ReplyJson.ToElement(ReplyJson.Object(
        (name, ReplyJson.List(new JsonObject { ["enum"] = new JsonArray([.. Enumerable.Range(1, count).Select(number => JsonValue.Create(number))]) }, 0, count))));

    public bool TryRead(JsonElement reply, [NotNullWhen(true)] out IReadOnlyList<int>? value, out string fault)
    {
        value = null;
        var list = reply.ValueKind == JsonValueKind.Array ? reply : ReplyJson.Member(reply, name) ?? default;
        if (list.ValueKind != JsonValueKind.Array)
        {
            fault = $"\"{name}\" was missing or no list";
            return false;
        }

        var found = new SortedSet<int>();
        foreach (var item in list.EnumerateArray())
        {
            if (!int.TryParse(ReplyJson.Text(item), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1 || number > count)
            {
                fault = $"\"{name}\" held something else than whole numbers from 1 to {count}";
                return false;
            }

            found.Add(number);
        }

        (value, fault) = ([.. found], "");
        return true;
    }

    public bool IsSame(IReadOnlyList<int> one, IReadOnlyList<int> other) => one.SequenceEqual(other);

    public bool TryReadText(string text, [NotNullWhen(true)] out IReadOnlyList<int>? value)
    {
        // Numbers in free text may number anything.
        value = null;
        return false;
    }
}
