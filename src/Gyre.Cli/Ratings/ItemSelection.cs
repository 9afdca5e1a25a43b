using Gyre.Contracts;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Reports.Examples;
using Gyre.Registry.Ratings;

namespace Gyre.Cli.Ratings;

/// <summary>Makes a campaign's items from an experiment's rows.</summary>
/// <param name="Items">The items, in the rows' order.</param>
/// <param name="Rows">Rows that were taken.</param>
/// <param name="Eligible">Rows in which every candidate has an answer.</param>
/// <param name="Without">Rows left out because one has none.</param>
internal sealed record ItemSelection(IReadOnlyList<RatingItem> Items, int Rows, int Eligible, int Without)
{
    /// <summary>Reads an experiment's folder, or its <c>rows.jsonl</c>, twice: once to count, once for the texts.</summary>
    public static ItemSelection Read(string from, RatingForm form, IReadOnlyList<string>? asked, int? sample, ulong seed)
    {
        var path = Directory.Exists(from) ? Path.Combine(from, ReportFolder.RowsName) : from;
        string[] candidates = [];
        var eligible = new List<int>();
        var number = 0;
        foreach (var row in RecordedRow.Read(path))
        {
            if (number == 0)
            {
                candidates = Choose(row, asked, form, path);
            }

            if (candidates.All(candidate => Find(row, candidate) is not null))
            {
                eligible.Add(number);
            }

            number++;
        }

        if (eligible.Count == 0)
        {
            throw new CliException("CLI0031", $"Making ratings failed: of {number} rows none has an answer of {(candidates.Length == 0 ? "any candidate" : string.Join(" and ", candidates))}. File: {path}. Run the experiment again, or name other candidates.");
        }

        var chosen = eligible.ToArray();
        if (sample is { } most && most < chosen.Length)
        {
            new SeededRandom(seed).Fork("sample").Shuffle<int>(chosen);
            chosen = chosen[..most];
        }

        var wanted = chosen.ToHashSet();
        List<RatingItem> items = [.. RecordedRow.Read(path).Where((_, place) => wanted.Contains(place)).SelectMany(row => ItemsOf(row, candidates, form))];
        return new ItemSelection(items, wanted.Count, eligible.Count, number - eligible.Count);
    }

    private static string[] Choose(RecordedRow row, IReadOnlyList<string>? asked, RatingForm form, string path)
    {
        string[] known = [.. row.Answers.Select(answer => answer.Candidate)];
        string[] chosen = asked is { Count: > 0 } ? [.. asked] : known;
        if (chosen.FirstOrDefault(candidate => !known.Contains(candidate, StringComparer.Ordinal)) is { } unknown)
        {
            throw new CliException("CLI0031", $"Making ratings failed: the experiment has no candidate '{unknown}'; expected some of {string.Join(", ", known)}. File: {path}.");
        }

        return form == RatingForm.Pairs && chosen.Length < 2
            ? throw new CliException("CLI0031", $"Making ratings failed: found {chosen.Length} candidate; expected two or more for pairs. File: {path}. Use --form single, or an experiment with more candidates ({string.Join(", ", known)}).")
            : chosen;
    }

    private static RecordedAnswer? Find(RecordedRow row, string candidate) =>
        row.Answers.Where(answer => answer.Candidate == candidate && answer.Answer.Output is not null).Select(answer => answer.Answer).FirstOrDefault();

    private static IEnumerable<RatingItem> ItemsOf(RecordedRow row, string[] candidates, RatingForm form)
    {
        RatingOutput[] outputs = [.. candidates.Select(candidate => Find(row, candidate) is { Output: { } text } answer ? new RatingOutput(candidate, text, answer.Trace) : throw new InvalidOperationException("The row was found to have all answers just now."))];
        if (form == RatingForm.Single)
        {
            return outputs.Select(output => new RatingItem(row.Id, row.Task, row.Prompt, row.Reference, "", [output]));
        }

        return outputs.Index().SelectMany(first => outputs.Skip(first.Index + 1).Select(second => new RatingItem(row.Id, row.Task, row.Prompt, row.Reference, "", [first.Item, second])));
    }
}
