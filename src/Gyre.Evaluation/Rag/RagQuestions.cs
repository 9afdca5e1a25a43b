using System.Globalization;
using System.Text;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Judges.Forms;

namespace Gyre.Evaluation.Rag;

/// <summary>The steps that metrics of retrieval share: taking a text apart into claims, and asking which of them hold.</summary>
internal static class RagQuestions
{
    public const int MostClaims = 64;

    /// <summary>Verdicts are asked for this many claims at once: few enough to stay in step, many enough not to send the passages for each.</summary>
    public const int ClaimsPerCall = 8;

    public static Task<JudgeAnswer<IReadOnlyList<string>>> ClaimsAsync(JudgeModel judge, string question, string tag, string text, CancellationToken cancellationToken) => judge.AskAsync(
        new JudgeQuestion<IReadOnlyList<string>>(
            [("question", question), (tag, text)],
            $"Take the {tag} apart into its claims: short statements of fact that can be checked one by one and stand without the others, with names in place of pronouns. Leave out greetings, opinions about the question and remarks that something is unknown.",
            new TextListForm("claims", MostClaims)),
        cancellationToken);

    /// <summary>How many of the claims the passages support, with those that they do not.</summary>
    public static async Task<JudgeAnswer<Support>> SupportAsync(JudgeModel judge, IReadOnlyList<string> claims, IReadOnlyList<string> passages, CancellationToken cancellationToken)
    {
        var (supported, unsupported) = (0, new List<string>());
        foreach (var part in claims.Chunk(ClaimsPerCall))
        {
            var sections = Passages(passages);
            sections.Add(("claims", Numbered(part)));
            var answer = await judge.AskAsync(
                new JudgeQuestion<IReadOnlyList<Verdict>>(
                    sections, $"For each of the {part.Length} claims: does it follow from the passages alone? What is merely likely, or known from elsewhere, does not. Say yes or no for each, in their order.", new VerdictListForm(part.Length)),
                cancellationToken);
            if (!answer.IsRead)
            {
                return new JudgeAnswer<Support>(null, answer.Reason);
            }

            for (var i = 0; i < part.Length; i++)
            {
                if (answer.Value[i].Choice == "yes")
                {
                    supported++;
                }
                else
                {
                    unsupported.Add(part[i]);
                }
            }
        }

        return new JudgeAnswer<Support>(new Support(supported, unsupported), null);
    }

    public static List<(string Tag, string Text)> Passages(IReadOnlyList<string> passages) =>
        [.. passages.Select((passage, i) => (string.Create(CultureInfo.InvariantCulture, $"passage{i + 1}"), passage))];

    public static string Numbered(IReadOnlyList<string> items)
    {
        var text = new StringBuilder();
        for (var i = 0; i < items.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "" : "\n")}{i + 1}. ").Append(items[i].ReplaceLineEndings(" "));
        }

        return text.ToString();
    }

    public sealed record Support(int Supported, IReadOnlyList<string> Unsupported);
}
