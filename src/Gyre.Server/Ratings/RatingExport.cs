using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gyre.Registry.Ratings;

namespace Gyre.Server.Ratings;

/// <summary>A campaign's ratings as a file that datasets, judges and spreadsheets read.</summary>
/// <remarks>
/// The columns <c>id</c>, <c>prompt</c> and <c>reference</c> make it a dataset. Answers stand in <c>rating_NAME</c>, for pairs in
/// <c>preferred</c> (first, second, tie) beside the rater's own word in <c>rating_preference</c>, so that
/// <c>gyre judge FILE --people COLUMN</c> takes them.
/// </remarks>
public static class RatingExport
{
    private static readonly JsonWriterOptions JsonOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>JSON Lines: an object a line.</summary>
    /// <param name="results">What the campaign gave.</param>
    /// <param name="byItem">True for a line an item with what its raters say together; false for a line a rating.</param>
    public static IEnumerable<string> JsonLines(RatingResults results, bool byItem)
    {
        ArgumentNullException.ThrowIfNull(results);
        foreach (var row in Rows(results, byItem))
        {
            var buffer = new System.Buffers.ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer, JsonOptions))
            {
                writer.WriteStartObject();
                foreach (var (name, value) in row)
                {
                    writer.WritePropertyName(name);
                    switch (value)
                    {
                        case string text:
                            writer.WriteStringValue(text);
                            break;
                        case int number:
                            writer.WriteNumberValue(number);
                            break;
                        case double number:
                            writer.WriteNumberValue(number);
                            break;
                        case bool flag:
                            writer.WriteBooleanValue(flag);
                            break;
                        case IReadOnlyList<string> texts:
                            writer.WriteStartArray();
                            foreach (var text in texts)
                            {
                                writer.WriteStringValue(text);
                            }

                            writer.WriteEndArray();
                            break;
                        default:
                            writer.WriteNullValue();
                            break;
                    }
                }

                writer.WriteEndObject();
            }

            yield return Encoding.UTF8.GetString(buffer.WrittenSpan) + "\n";
        }
    }

    /// <summary>CSV as RFC 4180 has it, with a head line; several reasons stand in one value, parted by semicolons.</summary>
    /// <param name="results">What the campaign gave.</param>
    /// <param name="byItem">As for <see cref="JsonLines"/>.</param>
    public static IEnumerable<string> Csv(RatingResults results, bool byItem)
    {
        ArgumentNullException.ThrowIfNull(results);
        var isFirst = true;
        foreach (var row in Rows(results, byItem))
        {
            if (isFirst)
            {
                yield return string.Join(',', row.Select(column => column.Name)) + "\r\n";
                isFirst = false;
            }

            yield return string.Join(',', row.Select(column => Quoted(column.Value))) + "\r\n";
        }
    }

    private static IEnumerable<List<(string Name, object? Value)>> Rows(RatingResults results, bool byItem) => byItem
        ? results.Records.Where(record => !record.IsRepeat).GroupBy(record => record.ItemNumber).OrderBy(group => group.Key).Select(group => ItemRow(results, [.. group]))
        : results.Records.Select(record => RatingRow(results, record));

    private static List<(string Name, object? Value)> RatingRow(RatingResults results, RatingRecord record)
    {
        var row = Head($"{record.ItemNumber}/{record.Rater}{(record.IsRepeat ? "/repeat" : "")}", record.Item);
        row.AddRange(("rater", record.Rater), ("number", record.Number), ("is_repeat", record.IsRepeat));
        if (results.Campaign.Rubric.Form == RatingForm.Pairs)
        {
            row.AddRange(("left", record.LeftPlace == 0 ? RatingRecord.First : RatingRecord.Second), ("preferred", Preferred(record.Value(RatingQuestion.Preference))));
        }

        row.AddRange([.. results.Campaign.Rubric.Questions.Select(question => ($"rating_{question.Name}", (object?)record.Value(question.Name)))]);
        row.AddRange(
            ("reasons", record.Answer.Reasons),
            ("comment", record.Answer.Comment),
            ("given_at", Time(record.GivenAt)),
            ("rated_at", Time(record.RatedAt)),
            ("seconds", Math.Round((record.RatedAt - record.GivenAt).TotalSeconds, 3)),
            ("revisions", record.Revisions));
        return row;
    }

    private static List<(string Name, object? Value)> ItemRow(RatingResults results, RatingRecord[] records)
    {
        var row = Head(records[0].ItemNumber.ToString(CultureInfo.InvariantCulture), records[0].Item);
        row.Add(("ratings", records.Length));
        foreach (var question in results.Campaign.Rubric.Questions)
        {
            var consensus = RatingConsensus.Of(records, question);
            if (question.Kind == RatingQuestionKind.Preference)
            {
                row.Add(("preferred", Preferred(consensus ?? "")));
            }

            row.Add(($"rating_{question.Name}", consensus));
            if (question.Kind == RatingQuestionKind.Scale)
            {
                row.Add(($"mean_{question.Name}", Math.Round(records.Average(record => double.Parse(record.Value(question.Name), CultureInfo.InvariantCulture)), 6)));
                continue;
            }

            foreach (var label in RaterAgreement.LabelsOf(question).Names)
            {
                row.Add(($"count_{question.Name}_{label}", records.Count(record => record.Value(question.Name) == label)));
            }
        }

        return row;
    }

    private static List<(string Name, object? Value)> Head(string id, RatingItem item)
    {
        List<(string, object?)> row = [("id", id), ("row", item.Row), ("task", item.Task), ("prompt", item.Prompt), ("reference", item.Reference), ("context", item.Context)];
        if (item.Outputs.Count == 1)
        {
            row.AddRange(("candidate", item.Outputs[0].Candidate), ("output", item.Outputs[0].Text), ("trace", item.Outputs[0].Trace));
        }
        else
        {
            row.AddRange(
                ("first_candidate", item.Outputs[0].Candidate), ("first", item.Outputs[0].Text), ("first_trace", item.Outputs[0].Trace),
                ("second_candidate", item.Outputs[1].Candidate), ("second", item.Outputs[1].Text), ("second_trace", item.Outputs[1].Trace));
        }

        return row;
    }

    private static void AddRange(this List<(string Name, object? Value)> row, params ReadOnlySpan<(string Name, object? Value)> columns)
    {
        foreach (var column in columns)
        {
            row.Add(column);
        }
    }

    private static string Preferred(string preference) => preference == RatingQuestion.BothBad ? RatingQuestion.Tie : preference;

    private static string Time(DateTimeOffset time) => time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static string Quoted(object? value)
    {
        var text = value switch
        {
            null => "",
            IReadOnlyList<string> texts => string.Join("; ", texts),
            bool flag => flag ? "true" : "false",
            _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
        };
        return text.AsSpan().IndexOfAny(",\"\r\n ") < 0 ? text : "\"" + text.Replace("\"", "\"\"", StringComparison.Ordinal) + "\"";
    }
}
