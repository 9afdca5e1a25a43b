using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Contracts;

namespace Gyre.Evaluation.Runs;

/// <summary>
/// The results of a run as JSON Lines: a first line that says which run it is, then one line a row, written as rows
/// finish. Opening it again gives back the finished rows; a last line cut short by a crash is dropped.
/// </summary>
internal sealed class ResultsFile : IDisposable
{
    private const int MostLineCharacters = 16 << 20;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly StreamWriter _writer;

    private ResultsFile(StreamWriter writer, IReadOnlyList<RowResult> finished) => (_writer, Finished) = (writer, finished);

    /// <summary>Rows finished by an earlier, interrupted run.</summary>
    public IReadOnlyList<RowResult> Finished { get; }

    /// <summary>A digest of everything that decides the results: model, settings, scorers and rows.</summary>
    public static string Fingerprint(EvaluationRunOptions options, IReadOnlyList<DatasetRow> rows)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var generation = options.Generation;
        Add(options.Model, options.ModelDigest, options.SystemPrompt ?? "", $"{generation.Temperature}|{generation.MaxOutputTokens}|{generation.TopP}|{generation.TopK}|{generation.Seed}|{string.Join('\u001f', generation.StopSequences ?? [])}");
        foreach (var metric in options.Metrics)
        {
            Add(metric.Task, metric.Scorer.Name);
        }

        foreach (var row in rows)
        {
            Add(row.Id, row.Task, row.Prompt, row.Reference, row.Subject);
            foreach (var (key, value) in row.Facts.OrderBy(fact => fact.Key, StringComparer.Ordinal))
            {
                Add(key, value);
            }
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Add(params ReadOnlySpan<string> parts)
        {
            foreach (var part in parts)
            {
                var bytes = Encoding.UTF8.GetBytes(part);
                hash.AppendData(BitConverter.GetBytes(bytes.Length));
                hash.AppendData(bytes);
            }
        }
    }

    /// <summary>Opens or creates the file of a run.</summary>
    /// <exception cref="EvaluationException">EVA0010, EVA0011, EVA0012.</exception>
    public static ResultsFile Open(string path, string fingerprint, string model)
    {
        try
        {
            var finished = new List<RowResult>();
            var validBytes = 0L;
            if (File.Exists(path))
            {
                validBytes = Read(path, fingerprint, finished);
            }
            else if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } folder)
            {
                Directory.CreateDirectory(folder);
            }

            var stream = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
            stream.SetLength(validBytes);
            stream.Seek(0, SeekOrigin.End);
            var file = new ResultsFile(new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false)) { NewLine = "\n" }, finished);
            if (validBytes == 0)
            {
                file.WriteLine(new JsonObject { ["format"] = "gyre-evaluation-1", ["model"] = model, ["fingerprint"] = fingerprint }.ToJsonString(Json));
            }

            return file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException("EVA0012", $"Opening the results file failed: {error.Message} File: {path}. Check the path, its permissions and the free space.", error);
        }
    }

    /// <summary>Appends a row and flushes. The caller makes sure that only one thread writes.</summary>
    public void Append(RowResult result)
    {
        var scores = new JsonObject();
        foreach (var (name, score) in result.Scores)
        {
            scores[name] = new JsonObject { ["value"] = score.Value, ["reason"] = score.Reason };
        }

        WriteLine(new JsonObject
        {
            ["id"] = result.Id,
            ["task"] = result.Task,
            ["output"] = result.Output,
            ["error"] = result.Error,
            ["scores"] = scores,
            ["milliseconds"] = Math.Round(result.Duration.TotalMilliseconds, 3),
            ["outputTokens"] = result.OutputTokens,
        }.ToJsonString(Json));
    }

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();

    private void WriteLine(string line)
    {
        try
        {
            _writer.WriteLine(line);
            _writer.Flush();
        }
        catch (IOException error)
        {
            throw new EvaluationException("EVA0012", $"Writing the results file failed: {error.Message} Free some space and run again; finished rows are kept.", error);
        }
    }

    /// <summary>Reads whole lines and gives the length of the part that is whole.</summary>
    private static long Read(string path, string fingerprint, List<RowResult> finished)
    {
        var bytes = File.ReadAllBytes(path);
        var start = 0;
        for (var line = 1; ; line++)
        {
            var length = bytes.AsSpan(start).IndexOf((byte)'\n');
            if (length < 0)
            {
                // A first line cut short is ours when it begins like one; anything else is not ours to cut.
                return line > 1 || bytes.Length == 0 || IsBegunHeader(bytes)
                    ? start
                    : throw new EvaluationException("EVA0010", $"Resuming an evaluation failed: it is no results file of an evaluation. File: {path}. Choose another results file, or delete this one.");
            }

            if (length > MostLineCharacters || !TryRead(bytes.AsSpan(start, length), line == 1, fingerprint, finished, out var fault))
            {
                throw new EvaluationException("EVA0011", $"Resuming an evaluation failed: line {line} is not a result. File: {path}. Repair or delete the file.");
            }

            if (fault is not null)
            {
                throw new EvaluationException("EVA0010", $"Resuming an evaluation failed: {fault} File: {path}. Choose another results file, or delete this one.");
            }

            start += length + 1;
        }
    }

    private static bool TryRead(ReadOnlySpan<byte> line, bool isFirst, string fingerprint, List<RowResult> finished, out string? fault)
    {
        fault = null;
        try
        {
            var node = JsonNode.Parse(line) as JsonObject;
            if (node is null)
            {
                return false;
            }

            if (isFirst)
            {
                fault = node["format"]?.GetValue<string>() != "gyre-evaluation-1" ? "it is no results file of an evaluation."
                    : node["fingerprint"]?.GetValue<string>() != fingerprint ? "it holds the results of other rows, another model or other settings."
                    : null;
                return true;
            }

            var scores = new Dictionary<string, Score>(StringComparer.Ordinal);
            foreach (var (name, score) in Member(node, "scores").AsObject())
            {
                ArgumentNullException.ThrowIfNull(score);
                var reason = Member(score, "reason").GetValue<string>();
                scores[name] = score["value"] is { } value ? Score.Of(value.GetValue<double>(), reason) : Score.Undefined(reason);
            }

            finished.Add(new RowResult(
                Member(node, "id").GetValue<string>(),
                Member(node, "task").GetValue<string>(),
                node["output"]?.GetValue<string>(),
                node["error"]?.GetValue<string>(),
                scores,
                TimeSpan.FromMilliseconds(Member(node, "milliseconds").GetValue<double>()),
                node["outputTokens"]?.GetValue<long>()));
            return true;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or ArgumentException or OverflowException)
        {
            return false;
        }
    }

    private static bool IsBegunHeader(ReadOnlySpan<byte> bytes)
    {
        var header = "{\"format\":\"gyre-evaluation-"u8;
        return bytes.Length < header.Length ? header.StartsWith(bytes) : bytes.StartsWith(header);
    }

    private static JsonNode Member(JsonNode? node, string name) => node?[name] ?? throw new FormatException($"No '{name}'.");
}
