using System.Globalization;
using Gyre.Orchestration.Retrieval;
using Gyre.TestSupport;

namespace Gyre.Orchestration.Tests.Retrieval;

/// <summary>A collection in SMART's form: documents, queries, and which documents people judged how relevant.</summary>
internal sealed record TestCollection(IReadOnlyList<Passage> Documents, IReadOnlyDictionary<string, string> Queries, IReadOnlyDictionary<string, IReadOnlyDictionary<string, int>> Judgements)
{
    public static TestCollection Adi() => Read("adi", "ADI.ALL", "ADI.QRY", "ADI.REL", fields => (fields[0], fields[1], 1));

    public static TestCollection Medline() => Read("medline", "MED.ALL", "MED.QRY", "MED.REL", fields => (fields[0], fields[2], 1));

    /// <summary>Queries are numbered by their place in the file; the judgements are those put into trec_eval's form, 1 (least) to 4.</summary>
    public static TestCollection Cranfield() => Read("cranfield", "cran.all.1400", "cran.qry", "QRelsCorrectedforTRECeval", fields => (fields[0], fields[2], int.Parse(fields[3], CultureInfo.InvariantCulture)));

    private static TestCollection Read(string name, string documents, string queries, string judgements, Func<string[], (string Query, string Document, int Grade)> judge)
    {
        string Place(string file) => TestData.Require($"data/retrieval-{name}/{file}");
        var passages = Records(Place(documents), "TW").Where(record => record.Text.Length > 0).Select(record => new Passage(record.Id, record.Id, record.Text)).ToList();
        var asked = Records(Place(queries), "W").Select((record, i) => (Number: (i + 1).ToString(CultureInfo.InvariantCulture), record.Text));
        var judged = File.ReadLines(Place(judgements))
            .Select(line => line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length >= 3)
            .Select(judge)
            .GroupBy(one => one.Query)
            .ToDictionary(group => group.Key, group => (IReadOnlyDictionary<string, int>)group.GroupBy(one => one.Document).ToDictionary(same => same.Key, same => same.Max(one => one.Grade)));
        return new TestCollection(passages, asked.ToDictionary(query => query.Number, query => query.Text), judged);
    }

    /// <summary>Records begin with <c>.I NUMBER</c>; sections with a dot and a letter.</summary>
    private static List<(string Id, string Text)> Records(string path, string sections)
    {
        var records = new List<(string Id, List<string> Lines)>();
        var isWanted = false;
        foreach (var line in File.ReadLines(path))
        {
            if (line.StartsWith(".I", StringComparison.Ordinal))
            {
                records.Add((line[2..].Trim(), []));
                isWanted = false;
            }
            else if (line.TrimEnd() is ['.', >= 'A' and <= 'Z'])
            {
                isWanted = sections.Contains(line[1], StringComparison.Ordinal);
            }
            else if (isWanted)
            {
                records[^1].Lines.Add(line.TrimEnd());
            }
        }

        return [.. records.Select(record => (record.Id, string.Join('\n', record.Lines).Trim()))];
    }
}
