using System.Text.Json;
using Gyre.Contracts;
using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Replies;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Reports.Examples;

namespace Gyre.Evaluation.Experiments;

/// <summary>A candidate of an earlier experiment: its answers come from that experiment's folder and are scored anew.</summary>
/// <remarks>
/// This is how a gate compares with what was released: nothing of the old candidate has to run. Both sides are scored by
/// the same scorers, so a scorer that changed in between does not look like a change of quality.
/// <para>Owns: the texts of the answers in memory.</para>
/// </remarks>
public sealed class StoredCandidate : ICandidate
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 8 };
    private readonly Dictionary<string, Reply?> _answers;
    private readonly string _folder;

    private StoredCandidate(string name, string folder, CandidateSummary summary, Dictionary<string, Reply?> answers) =>
        (Name, _folder, Digest, _answers) = (name, folder, $"stored {summary.Digest}", answers);

    /// <inheritdoc/>
    public string Name { get; }

    /// <inheritdoc/>
    public string Digest { get; }

    /// <summary>Reads the answers of an experiment.</summary>
    /// <param name="name">What tables call the candidate.</param>
    /// <param name="folder">The experiment's folder, with its <c>result.json</c> and <c>rows.jsonl</c>.</param>
    /// <param name="candidate">Which of its candidates; null for its only one, or its baseline.</param>
    /// <param name="dataset">The rows that are measured on now.</param>
    /// <exception cref="EvaluationException">
    /// EVA0019: it was measured on another dataset version, or has no such candidate. EVA0041–EVA0044, EVA0046: its files.
    /// </exception>
    public static StoredCandidate Open(string name, string folder, string? candidate, IDataset dataset)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(dataset);
        var result = ResultFile.Load(Path.Combine(folder, ReportFolder.ResultName));
        if (result.DatasetDigest != dataset.Digest)
        {
            throw new EvaluationException(
                "EVA0019",
                $"Comparing with an earlier experiment failed: it was measured on '{result.Dataset}' version {TerminalReport.Short(result.DatasetDigest)}, and this one on '{dataset.Name}' version {TerminalReport.Short(dataset.Digest)}. Answers to different rows cannot be compared. Folder: {folder}. Run the earlier candidate on this version.");
        }

        var wanted = candidate ?? result.Baseline;
        var summary = result.Candidates.FirstOrDefault(known => known.Name == wanted)
            ?? throw new EvaluationException("EVA0019", $"Comparing with an earlier experiment failed: it has no candidate '{wanted}'; found {string.Join(", ", result.Candidates.Select(known => known.Name))}. Folder: {folder}. Name one of them.");
        var answers = new Dictionary<string, Reply?>(StringComparer.Ordinal);
        using var lines = new RowLines(Path.Combine(folder, ReportFolder.RowsName));
        while (lines.TryRead(out var line))
        {
            var (id, reply) = Read(line, lines, wanted);
            answers[id] = reply;
        }

        return new StoredCandidate(name, folder, summary, answers);
    }

    /// <inheritdoc/>
    /// <exception cref="EvaluationException">EVA0018: the earlier experiment has no answer to the row.</exception>
    public Task<Reply> AnswerAsync(DatasetRow row, int sample, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(row);
        return _answers.TryGetValue(row.Id, out var reply) && reply is not null
            ? Task.FromResult(reply)
            : throw new EvaluationException("EVA0018", $"Reading a given answer failed: the experiment in '{_folder}' has no answer to the row '{row.Id}'{(reply is null && _answers.ContainsKey(row.Id) ? ", because its call failed" : "")}. Run that experiment again; replies are kept.");
    }

    private static (string Id, Reply? Reply) Read(ReadOnlyMemory<byte> line, RowLines lines, string candidate)
    {
        try
        {
            using var document = JsonDocument.Parse(line, Options);
            var root = document.RootElement;
            var id = root.GetProperty("id").GetString() ?? throw new FormatException("The id is null.");
            var answer = root.GetProperty("candidates").GetProperty(candidate);
            if (!answer.TryGetProperty("output", out var output))
            {
                return (id, null);
            }

            IReadOnlyList<string>? passages = answer.TryGetProperty("passages", out var all) ? [.. all.EnumerateArray().Select(passage => passage.GetString() ?? "")] : null;
            return (id, new Reply(
                output.GetString() ?? "",
                TimeSpan.FromMilliseconds(answer.TryGetProperty("milliseconds", out var took) ? took.GetDouble() : 0),
                Passages: passages,
                Trace: answer.TryGetProperty("trace", out var trace) ? trace.GetString() : null));
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or KeyNotFoundException or OverflowException or ArgumentException)
        {
            throw lines.Damaged($"is not a row with an answer of '{candidate}'; expected one JSON object with the candidates' answers and scores.", error);
        }
    }
}
