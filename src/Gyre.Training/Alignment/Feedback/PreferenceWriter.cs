using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gyre.Training.Alignment.Pairs;
using Gyre.Training.Runs;

namespace Gyre.Training.Alignment.Feedback;

/// <summary>Writes preference pairs as <see cref="AlignmentFile.ReadPairs"/> reads them, each with its source.</summary>
public static class PreferenceWriter
{
    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes a file as a whole; one that is there is replaced.</summary>
    /// <remarks>Errors: TRN0408 it cannot be written; what was there is intact then.</remarks>
    public static void Write(string path, IReadOnlyList<PreferencePair> pairs)
    {
        ArgumentNullException.ThrowIfNull(pairs);
        var text = new StringBuilder();
        foreach (var pair in pairs)
        {
            text.Append(JsonSerializer.Serialize(
                new { prompt = pair.Prompt.Select(turn => new { role = turn.Role, content = turn.Content }), chosen = pair.Chosen, rejected = pair.Rejected, margin = pair.Margin, source = pair.Source }, Json)).Append('\n');
        }

        try
        {
            AtomicFile.WriteText(path, text.ToString());
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException("TRN0408", $"Writing preferences failed: '{path}' cannot be written ({error.Message.TrimEnd('.')}). Check the path, its permissions and the free space.", error);
        }
    }
}
