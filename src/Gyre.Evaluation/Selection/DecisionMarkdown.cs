using System.Globalization;
using System.Text;
using Gyre.Evaluation.Reports;

namespace Gyre.Evaluation.Selection;

/// <summary>The record of a decision as Markdown.</summary>
/// <remarks>Names and sentences from outside are escaped: no mark, mention, link or tag of theirs works.</remarks>
internal static class DecisionMarkdown
{
    public static string Write(SelectionResult result, DateTimeOffset at)
    {
        var recipe = result.Recipe;
        var text = new StringBuilder();
        void Line(string line) => text.Append(line).Append('\n');
        void Head(string head) => text.Append("\n## ").Append(head).Append("\n\n");
        void List(IEnumerable<string> items, string none)
        {
            string[] all = [.. items];
            foreach (var item in all.Length == 0 ? [none] : all)
            {
                Line($"- {Words(item)}");
            }
        }

        Line($"# Decision: {Words(recipe.Name)}\n");
        Line($"- Date: {at.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}");
        Line("- Status: proposed. A person decides; signatures stand at the end.");
        Line($"- Decides: {(recipe.DecidedBy.Length == 0 ? "not said" : Words(recipe.DecidedBy))}");
        Line($"- Recipe: sha256 `{recipe.Digest}`");
        Head("Context");
        Line(Words(recipe.UseCase.Trim()));
        Line($"\nServed with {MetricText.Count(recipe.Serving.ContextTokens)} tokens a request and {MetricText.Count(recipe.Serving.Parallel)} at once, keys and values as {recipe.Serving.Cache}.");
        Head("What the evidence says");
        Line($"**{Words(result.Headline)}**\n");
        List(result.Reasons, "Nothing else.");
        Head("Options");
        Options(result, Line);
        Head("Limits");
        Limits(result, Line);
        Head("Objectives");
        Objectives(result, Line);
        Head("How much depends on the weights");
        Sensitivity(result, Line);
        if (result.Notes.Count > 0)
        {
            Head("What people said");
            List(result.Notes.Select(note => $"{note.Candidate}, {note.By}{(note.Rating is { } rating ? $", {note.Criterion} {rating.ToString("0.##", CultureInfo.InvariantCulture)}" : "")}{(note.Text.Length > 0 ? $": {note.Text}" : "")}"), "");
        }

        Head("Consequences");
        List(result.Consequences, "Nobody named any, and no other candidate that may be chosen is better on an objective.");
        Head("What is not known");
        List(result.Missing, "Nothing that the recipe asks for is missing.");
        Head("Open questions");
        List(recipe.OpenQuestions, "None were named.");
        Head("Evidence");
        Line("| evidence | of | file | sha256 | what |\n|---|---|---|---|---|");
        foreach (var source in result.Sources)
        {
            Line($"| {Words(source.Name)} ({source.Kind}) | {(source.Candidate is { } candidate ? Words(candidate) : "all")} | {MarkdownText.Code(source.Origin, isCell: true)} | `{source.Digest}` | {Words(source.Description)} |");
        }

        Head("How it was computed");
        Line(string.Create(CultureInfo.InvariantCulture, $"A candidate that misses a limit is out; one with something unknown cannot be chosen. A score is (value − worst) ÷ (best − worst), cut off at 0 and 1. The value is the mean of the scores by their weights. Intervals are carried at {recipe.Confidence * 100:0.##} %; errors count as normal and independent between objectives; the first is compared with each rival on the same samples where the evidence has them, corrected for the number of rivals. Weights: {recipe.WeightDraws} draws, seed {recipe.Seed}."));
        return text.ToString();
    }

    /// <summary>What a signature adds to the end.</summary>
    public static string Write(DecisionSignature signature, string before)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\n## Signed {signature.Time}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"**{Words(signature.By)} accepts {Words(signature.Candidate)}.** {Words(signature.Reason)}\n\n");
        text.Append(CultureInfo.InvariantCulture, $"The evidence {(signature.Chosen is null ? "chooses none" : signature.Chosen == signature.Candidate ? "chooses the same" : $"chooses {Words(signature.Chosen)}")}.");
        if (signature.Unknown.Count > 0)
        {
            text.Append(CultureInfo.InvariantCulture, $" Not known to be kept at the time: {Words(string.Join(", ", signature.Unknown))}.");
        }

        return text.Append(CultureInfo.InvariantCulture, $" The text above has the sha256 `{before}`.\n").ToString();
    }

    private static void Options(SelectionResult result, Action<string> line)
    {
        line("| | candidate | value | interval | limits | model | sha256 of the model |\n|---:|---|---:|---|---|---|---|");
        foreach (var candidate in result.Candidates)
        {
            var interval = candidate.Value is null ? $"between {SelectionText.Score(candidate.Low)} and {SelectionText.Score(candidate.High)}" : $"{SelectionText.Score(candidate.Low)} to {SelectionText.Score(candidate.High)}";
            line($"| {candidate.Rank} | {Words(candidate.Name)} | {(candidate.Value is { } value ? SelectionText.Score(value) : "unknown")} | {interval} | {(candidate.IsOut ? "**out**" : candidate.IsOpen ? "something is unknown" : "all kept")} | {MarkdownText.Code(candidate.Model, isCell: true)} | {(candidate.Digest.Length == 0 ? "unknown" : $"`{candidate.Digest}`")} |");
        }
    }

    private static void Limits(SelectionResult result, Action<string> line)
    {
        if (result.Candidates.All(candidate => candidate.Limits.Count == 0))
        {
            line("The recipe sets none.");
            return;
        }

        line("| limit | demanded | candidate | found | | |\n|---|---|---|---|---|---|");
        foreach (var group in result.Candidates.SelectMany(candidate => candidate.Limits.Select((limit, i) => (candidate, limit, i))).GroupBy(item => item.i))
        {
            foreach (var (candidate, limit, _) in group)
            {
                line($"| {Words(limit.Name)} | {Words(limit.Demand)} | {Words(candidate.Name)} | {Words(limit.Found)} | {Verdict(limit.Verdict)} | {Words(limit.Note)} |");
            }
        }
    }

    private static void Objectives(SelectionResult result, Action<string> line)
    {
        line("| objective | share | looks at | candidate | measured | score | interval of the score |\n|---|---:|---|---|---|---:|---|");
        foreach (var (i, objective) in result.Recipe.Objectives.Index())
        {
            foreach (var candidate in result.Candidates)
            {
                var score = candidate.Scores[i];
                var measured = score.Measurement is { } measurement ? SelectionText.Measured(objective, measurement) : $"unknown: {score.Reason}";
                line($"| {Words(objective.Name)} | {SelectionText.Share(result.Shares[i])} | {SelectionText.Word(objective.Aspect)} | {Words(candidate.Name)} | {Words(measured)} | {(score.Score is { } value ? SelectionText.Score(value) : "")} | {(score is { Low: { } low, High: { } high } && high > low ? $"{SelectionText.Score(low)} to {SelectionText.Score(high)}" : "")} |");
            }
        }
    }

    private static void Sensitivity(SelectionResult result, Action<string> line)
    {
        if (result.Sensitivity is not { } sensitivity)
        {
            line("Fewer than two candidates may be chosen: the weights decide nothing.");
            return;
        }

        line(string.Create(CultureInfo.InvariantCulture, $"How often each is first, in {sensitivity.Draws} draws: around the given weights (each times e^x, x normal with deviation {sensitivity.Spread:0.##}), and over all divisions of the weight.\n"));
        line("| candidate | first near the given weights | first under any weights |\n|---|---:|---:|");
        foreach (var (name, near) in sensitivity.Near)
        {
            line($"| {Words(name)} | {SelectionText.Share(near)} | {SelectionText.Share(sensitivity.Any[name])} |");
        }

        line("\nThe first stays first while one share moves and the others keep their proportions:\n\n| objective | share | from | to |\n|---|---:|---:|---:|");
        foreach (var range in sensitivity.Ranges)
        {
            line($"| {Words(range.Objective)} | {SelectionText.Share(range.Share)} | {SelectionText.Share(range.From)} | {SelectionText.Share(range.To)} |");
        }
    }

    private static string Verdict(LimitVerdict verdict) => verdict switch { LimitVerdict.Met => "met", LimitVerdict.NotMet => "**not met**", _ => "unknown" };

    private static string Words(string text) => MarkdownText.Words(VisibleText.Line(text));
}
