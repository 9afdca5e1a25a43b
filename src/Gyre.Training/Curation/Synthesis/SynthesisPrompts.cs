using System.Text;

namespace Gyre.Training.Curation.Synthesis;

/// <summary>What a model is asked, and what of its reply is taken.</summary>
internal static class SynthesisPrompts
{
    private const string Label = "Task";
    private static readonly string[] Labels = ["task", "instruction", "request", "question", "rewritten request", "answer"];
    private static readonly string[] Refusals = ["i cannot", "i can't", "i'm sorry", "i am sorry", "as an ai", "i'm unable", "i am unable", "sorry,"];

    public static string NewInstruction(IReadOnlyList<string> examples)
    {
        var text = new StringBuilder("Below are tasks that people give an assistant. Write one more, unlike the others in subject and form, that can be answered in text alone. Reply with the new task and nothing else.\n\n");
        for (var i = 0; i < examples.Count; i++)
        {
            text.Append($"{Label} {i + 1}: {examples[i].ReplaceLineEndings(" ")}\n");
        }

        return text.Append($"{Label} {examples.Count + 1}:").ToString();
    }

    public static string Paraphrase(string request) => $"Put the request below into other words. Keep its meaning and every name and number. Reply with the new wording and nothing else.\n\nRequest: {request}\n\nNew wording:";

    public static string Question(string passage) => $"Read the passage and write one question that it answers. Reply with the question and nothing else.\n\nPassage: {passage}\n\nQuestion:";

    public static string AnswerFrom(string passage, string question) => $"Answer the question with what the passage says and nothing else.\n\nPassage: {passage}\n\nQuestion: {question}\n\nAnswer:";

    public static string Verdict(string prompt, string answer) => $"Below are a request and an answer to it. Is the answer right, complete and to the point? Reply with yes or no.\n\nRequest: {prompt}\n\nAnswer: {answer}\n\nYes or no:";

    /// <summary>The first thing that a reply says, without the label, number or quotes around it.</summary>
    public static string FirstItem(string reply)
    {
        var text = reply.Trim();
        var end = text.IndexOf($"\n{Label} ", StringComparison.Ordinal);
        text = end > 0 ? text[..end].Trim() : text;
        text = WithoutNumber(text);
        foreach (var label in Labels)
        {
            if (text.StartsWith(label, StringComparison.OrdinalIgnoreCase) && text.IndexOf(':', label.Length) is >= 0 and var colon && colon <= label.Length + 4)
            {
                text = text[(colon + 1)..].Trim();
                break;
            }
        }

        return text.Length > 1 && text[0] is '"' or '“' && text[^1] is '"' or '”' ? text[1..^1].Trim() : text;
    }

    /// <summary>True when a reply declines instead of doing what was asked.</summary>
    public static bool IsRefusal(string reply) => Refusals.Any(refusal => reply.TrimStart().StartsWith(refusal, StringComparison.OrdinalIgnoreCase));

    /// <summary>Yes, no, or null when a reply says neither.</summary>
    public static bool? IsYes(string reply)
    {
        var word = new string([.. reply.TrimStart(' ', '\n', '\t', '*', '"', '\'').TakeWhile(char.IsLetter)]).ToLowerInvariant();
        return word switch { "yes" => true, "no" => false, _ => null };
    }

    private static string WithoutNumber(string text)
    {
        var digits = text.TakeWhile(char.IsAsciiDigit).Count();
        return digits is > 0 and <= 3 && digits + 1 < text.Length && text[digits] is '.' or ')' ? text[(digits + 1)..].Trim() : text;
    }
}
