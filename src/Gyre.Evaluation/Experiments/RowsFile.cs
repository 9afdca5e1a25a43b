using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gyre.Evaluation.Experiments;

/// <summary>Writes a line a row: the row's id, and each candidate's answer and scores, for looking at single examples.</summary>
internal sealed class RowsFile : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly string _path;
    private readonly FileStream _stream;
    private readonly Utf8JsonWriter _writer;

    private RowsFile(string path, FileStream stream) => (_path, _stream, _writer) = (path, stream, new Utf8JsonWriter(stream, Options));

    /// <summary>Begins the file anew under a name of its own; <see cref="Commit"/> gives it its place.</summary>
    public static RowsFile Create(string path)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!); // A full path to a file has a folder.
            return new RowsFile(path, new FileStream(path + ".partial", FileMode.Create, FileAccess.Write, FileShare.Read, 1 << 16));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unusable(path, error);
        }
    }

    public void Write(RowOutcome outcome, ExperimentPlan plan)
    {
        try
        {
            _writer.Reset(_stream);
            _writer.WriteStartObject();
            _writer.WriteString("id", outcome.Row.Id);
            _writer.WriteString("task", outcome.Row.Task);
            _writer.WriteString("prompt", outcome.Row.Prompt);
            _writer.WriteString("reference", outcome.Row.Reference);
            WriteParts(outcome, plan);
            _writer.WriteStartObject("candidates");
            for (var i = 0; i < plan.Candidates.Count; i++)
            {
                _writer.WritePropertyName(plan.Candidates[i].Name);
                Write(outcome.Candidates[i], plan);
            }

            _writer.WriteEndObject();
            _writer.WriteEndObject();
            _writer.Flush();
            _stream.WriteByte((byte)'\n');
        }
        catch (IOException error)
        {
            throw Unusable(_path, error);
        }
    }

    public void Commit()
    {
        try
        {
            _stream.Flush(flushToDisk: true);
            Dispose();
            File.Move(_path + ".partial", _path, overwrite: true);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unusable(_path, error);
        }
    }

    public void Dispose()
    {
        if (_stream.CanWrite)
        {
            _writer.Dispose();
            _stream.Dispose();
        }
    }

    private static EvaluationException Unusable(string path, Exception error) => new(
        "EVA0012", $"Writing the rows of an experiment failed: {error.Message} File: {path}. Check the path, its permissions and the free space; replies are kept, so the next run goes on.", error);

    /// <summary>The parts that the row belongs to, so that rows of a part can be found again; the task stands in the row anyway.</summary>
    private void WriteParts(RowOutcome outcome, ExperimentPlan plan)
    {
        if (plan.Segments.All(key => key.Name == "task"))
        {
            return;
        }

        _writer.WriteStartObject("segments");
        foreach (var key in plan.Segments.Where(key => key.Name != "task").DistinctBy(key => key.Name))
        {
            _writer.WriteString(key.Name, key.Of(outcome.Row));
        }

        _writer.WriteEndObject();
    }

    private void Write(CandidateOutcome outcome, ExperimentPlan plan)
    {
        _writer.WriteStartObject();
        if (outcome.Error is { } error)
        {
            _writer.WriteString("error", error);
        }

        if (outcome.Reply is { } reply)
        {
            _writer.WriteString("output", reply.Text);
            _writer.WriteNumber("milliseconds", Math.Round(reply.Duration.TotalMilliseconds, 3));
            if (reply.Trace is { } trace)
            {
                _writer.WriteString("trace", trace);
            }

            if (reply.Passages is { } passages)
            {
                _writer.WriteStartArray("passages");
                foreach (var passage in passages)
                {
                    _writer.WriteStringValue(passage);
                }

                _writer.WriteEndArray();
            }
        }

        _writer.WriteStartObject("scores");
        for (var i = 0; i < plan.Scorers.Count; i++)
        {
            if (outcome.Scores[i] is not { } score)
            {
                continue;
            }

            _writer.WriteStartObject(plan.Scorers[i].Scorer.Name);
            if (score.Value is { } value)
            {
                _writer.WriteNumber("value", value);
            }

            if (score.Reason.Length > 0)
            {
                _writer.WriteString("reason", score.Reason);
            }

            _writer.WriteEndObject();
        }

        _writer.WriteEndObject();
        _writer.WriteEndObject();
    }
}
