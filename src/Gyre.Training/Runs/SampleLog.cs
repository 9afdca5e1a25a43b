using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Gyre.Training.Runs;

/// <summary>Keeps the samples of a run: <c>samples.jsonl</c> for programs, <c>samples.md</c> for readers.</summary>
internal sealed class SampleLog
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string _path;
    private readonly string _pagePath;
    private readonly List<TrainingSample> _samples = [];

    /// <summary>Opens the log and drops the samples after <paramref name="lastStep"/>.</summary>
    public SampleLog(string path, string pagePath, int lastStep)
    {
        _path = path;
        _pagePath = pagePath;
        if (File.Exists(path))
        {
            _samples.AddRange(File.ReadLines(path)
                .Where(line => line.EndsWith('}'))
                .Select(line => JsonSerializer.Deserialize<TrainingSample>(line, Json))
                .OfType<TrainingSample>()
                .Where(sample => sample.Step <= lastStep));
        }
    }

    public IReadOnlyList<TrainingSample> Samples => _samples;

    public void Append(IReadOnlyList<TrainingSample> samples)
    {
        _samples.AddRange(samples);
        AtomicFile.WriteText(_path, string.Concat(_samples.Select(sample => JsonSerializer.Serialize(sample, Json) + "\n")));
        var page = new StringBuilder("# Samples over time\n");
        foreach (var step in _samples.GroupBy(sample => sample.Step).OrderByDescending(group => group.Key))
        {
            page.Append($"\n## Step {step.Key}\n");
            foreach (var sample in step)
            {
                page.Append($"\n**{Quote(sample.Prompt)}**\n\n{string.Join('\n', sample.Text.Split('\n').Select(line => "> " + Quote(line)))}\n");
            }
        }

        AtomicFile.WriteText(_pagePath, page.ToString());
    }

    private static string Quote(string text) =>
        text.ReplaceLineEndings(" ").Replace("\\", "\\\\", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
