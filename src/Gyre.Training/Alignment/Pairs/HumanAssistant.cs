using Gyre.Models.Templates;

namespace Gyre.Training.Alignment.Pairs;

/// <summary>Conversations written as one text: <c>"\n\nHuman: … \n\nAssistant: …"</c>.</summary>
internal static class HumanAssistant
{
    private const string Human = "\n\nHuman:";
    private const string Assistant = "\n\nAssistant:";

    /// <summary>Whether a text is such a conversation.</summary>
    public static bool IsOne(string text) => text.StartsWith(Human, StringComparison.Ordinal);

    /// <summary>The turns; a last opening without text is left out, so that a prompt may end with it.</summary>
    /// <exception cref="FormatException">The text does not begin with a person's turn.</exception>
    public static IReadOnlyList<ChatTurn> Parse(string text)
    {
        if (!IsOne(text))
        {
            throw new FormatException("has a conversation that does not begin with '\\n\\nHuman:'");
        }

        var turns = new List<ChatTurn>();
        for (var start = 0; start < text.Length;)
        {
            var isHuman = text.AsSpan(start).StartsWith(Human, StringComparison.Ordinal);
            var from = start + (isHuman ? Human.Length : Assistant.Length);
            var end = Math.Min(Next(text, Human, from), Next(text, Assistant, from));
            var content = text[from..end].Trim();
            if (content.Length > 0 || end < text.Length)
            {
                turns.Add(new ChatTurn(isHuman ? "user" : "assistant", content));
            }

            start = end;
        }

        return turns.Count > 0 ? turns : throw new FormatException("has a conversation without text");
    }

    private static int Next(string text, string mark, int from) =>
        text.IndexOf(mark, from, StringComparison.Ordinal) is >= 0 and var at ? at : text.Length;
}
