using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Gyre.Evaluation.Reports;

namespace Gyre.Evaluation.Selection;

/// <summary>The record of a choice in a folder: the text for people, the numbers for programs, and who signed.</summary>
/// <remarks>
/// Signatures are only ever added: each has the digests of the numbers, of the text before and after it, and of the signature before it, so that
/// whatever is changed later is noticed at the next one. A signed record is not written anew.
/// </remarks>
public static class DecisionRecord
{
    /// <summary>The text.</summary>
    public const string TextName = "decision.md";

    /// <summary>The numbers.</summary>
    public const string NumbersName = "selection.json";

    /// <summary>Who signed: a line each.</summary>
    public const string SignaturesName = "signatures.jsonl";

    private const int MostBytes = 64 << 20;
    private const int MostReason = 10_000;
    private const int MostName = 200;
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);
    private static readonly JsonSerializerOptions OneLine = new(SelectionFile.Options) { WriteIndented = false };

    /// <summary>Writes text and numbers.</summary>
    /// <param name="folder">The folder; created when it is not there.</param>
    /// <param name="result">What was found.</param>
    /// <param name="clock">Dates the record.</param>
    /// <exception cref="EvaluationException">EVA0045: a file cannot be written. EVA0130: the record there is signed.</exception>
    public static void Write(string folder, SelectionResult result, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(result);
        ArgumentNullException.ThrowIfNull(clock);
        RequireUnsigned(folder);
        var at = clock.GetUtcNow();
        var text = DecisionMarkdown.Write(result, at);
        ReportFile.WriteText(Path.Combine(folder, TextName), writer => writer.Write(text));
        ReportFile.WriteText(Path.Combine(folder, NumbersName), writer => writer.Write(SelectionFile.Write(result, at, Digest(Utf8.GetBytes(text))) + "\n"));
    }

    /// <summary>Refuses a folder whose record is signed; for those who would work long before they write.</summary>
    /// <exception cref="EvaluationException">EVA0130: the record there is signed.</exception>
    public static void RequireUnsigned(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (new FileInfo(Path.Combine(folder, SignaturesName)) is { Exists: true, Length: > 0 })
        {
            throw new EvaluationException("EVA0130", $"Writing a decision record failed: the one in '{folder}' is signed, and signed records do not change. Choose another folder with --out.");
        }
    }

    /// <summary>Adds a person's signature to a record.</summary>
    /// <param name="folder">The record's folder.</param>
    /// <param name="candidate">What is accepted.</param>
    /// <param name="by">Who accepts it.</param>
    /// <param name="reason">Why.</param>
    /// <param name="clock">Dates the signature.</param>
    /// <exception cref="EvaluationException">
    /// EVA0131: there is no record, or it cannot be read. EVA0132: it was changed after it was written or signed. EVA0133: the candidate is not in it, or is out.
    /// EVA0134: name or reason are missing or too long. EVA0045: it cannot be written.
    /// </exception>
    public static DecisionSignature Sign(string folder, string candidate, string by, string reason, TimeProvider clock)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(clock);
        Require("the candidate", candidate, MostName);
        Require("the name of who signs", by, MostName);
        Require("the reason", reason, MostReason);
        var numbers = ReadBytes(Path.Combine(folder, NumbersName));
        var text = ReadBytes(Path.Combine(folder, TextName));
        var (chosen, document, unknown) = ReadNumbers(numbers, candidate, folder);
        try
        {
            using var file = new FileStream(Path.Combine(folder, SignaturesName), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            var lines = ReadLines(file, folder);
            text = Verify(folder, lines, numbers, text, document);
            var before = Digest(text);
            var signature = new DecisionSignature(clock.GetUtcNow().ToUniversalTime(), by.Trim(), candidate, reason.Trim(), chosen, unknown, Digest(numbers), lines.Count == 0 ? "" : Digest(lines[^1]), before, "");
            byte[] signed = [.. text, .. Utf8.GetBytes(DecisionMarkdown.Write(signature, before))];
            signature = signature with { After = Digest(signed) };
            file.Seek(0, SeekOrigin.End);
            file.Write(Utf8.GetBytes(JsonSerializer.Serialize(signature, OneLine) + "\n"));
            file.Flush(flushToDisk: true);
            ReportFile.Write(Path.Combine(folder, TextName), stream => stream.Write(signed));
            return signature;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException("EVA0045", $"Signing a decision record failed: {error.Message} Folder: {folder}. Check its permissions and the free space.", error);
        }
    }

    /// <summary>The text as it should be: what the last signature left. One that a sign was interrupted on gets its end now.</summary>
    private static byte[] Verify(string folder, List<byte[]> lines, byte[] numbers, byte[] text, string document)
    {
        var previous = "";
        DecisionSignature? last = null;
        foreach (var line in lines)
        {
            last = Parse(line, folder);
            if (last.Previous != previous || last.Selection != Digest(numbers))
            {
                throw Changed(folder, last.Previous == previous ? NumbersName : SignaturesName);
            }

            previous = Digest(line);
        }

        var found = Digest(text);
        if (last is not null && found == last.Before)
        {
            byte[] whole = [.. text, .. Utf8.GetBytes(DecisionMarkdown.Write(last, last.Before))];
            return Digest(whole) == last.After ? whole : throw Changed(folder, SignaturesName);
        }

        return found == (last?.After ?? document) ? text : throw Changed(folder, TextName);
    }

    private static (string? Chosen, string Document, IReadOnlyList<string> Unknown) ReadNumbers(byte[] numbers, string candidate, string folder)
    {
        try
        {
            using var json = JsonDocument.Parse(numbers, new JsonDocumentOptions { MaxDepth = 16, AllowDuplicateProperties = false });
            var root = json.RootElement;
            if (root.GetProperty("format").GetString() != SelectionFile.Format)
            {
                throw new FormatException($"its format is not '{SelectionFile.Format}'.");
            }

            JsonElement[] candidates = [.. root.GetProperty("candidates").EnumerateArray()];
            var found = candidates.FirstOrDefault(one => one.GetProperty("name").GetString() == candidate);
            if (found.ValueKind == JsonValueKind.Undefined)
            {
                throw new EvaluationException("EVA0133", $"Signing a decision record failed: '{candidate}' is no candidate of it; expected one of {string.Join(", ", candidates.Select(one => one.GetProperty("name").GetString()))}. Folder: {folder}. Correct the name.");
            }

            JsonElement[] limits = [.. found.GetProperty("limits").EnumerateArray()];
            string[] NamesOf(string verdict) => [.. limits.Where(limit => limit.GetProperty("verdict").GetString() == verdict).Select(limit => limit.GetProperty("name").GetString() ?? "")];
            var missed = NamesOf("notMet");
            return missed.Length == 0
                ? (root.GetProperty("chosen").GetString(), root.GetProperty("document").GetString() ?? "", NamesOf("unknown"))
                : throw new EvaluationException("EVA0133", $"Signing a decision record failed: '{candidate}' does not keep {string.Join(", ", missed)}. Folder: {folder}. Accept another, or change the limits in the recipe and decide anew.");
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or KeyNotFoundException or FormatException)
        {
            throw new EvaluationException("EVA0131", $"Reading a decision record failed: {error.Message} File: {Path.Combine(folder, NumbersName)}. Run 'gyre select RECIPE --out' anew, into another folder.", error);
        }
    }

    private static DecisionSignature Parse(byte[] line, string folder)
    {
        try
        {
            return JsonSerializer.Deserialize<DecisionSignature>(line, OneLine) is { Unknown: not null } signature ? signature : throw Changed(folder, SignaturesName);
        }
        catch (JsonException)
        {
            throw Changed(folder, SignaturesName);
        }
    }

    private static List<byte[]> ReadLines(FileStream file, string folder)
    {
        if (file.Length > MostBytes)
        {
            throw Changed(folder, SignaturesName);
        }

        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var lines = new List<byte[]>();
        foreach (var range in bytes.AsSpan().Split((byte)'\n'))
        {
            lines.Add(bytes[range]);
        }

        // Every line ends: what stands behind the last end is nothing.
        return lines[^1].Length == 0 ? lines[..^1] : throw Changed(folder, SignaturesName);
    }

    private static byte[] ReadBytes(string path)
    {
        try
        {
            return new FileInfo(path).Length <= MostBytes ? File.ReadAllBytes(path) : throw new IOException($"It has more than {MostBytes} bytes.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new EvaluationException("EVA0131", $"Reading a decision record failed: {error.Message} File: {path}. Name the folder that 'gyre select RECIPE --out DIR' wrote.", error);
        }
    }

    private static void Require(string what, string value, int most)
    {
        if (string.IsNullOrWhiteSpace(value) || value.Length > most)
        {
            throw new EvaluationException("EVA0134", $"Signing a decision record failed: {what} has {value?.Length ?? 0} characters; expected 1 to {most}. Say who decides, for what and why.");
        }
    }

    private static EvaluationException Changed(string folder, string file) => new(
        "EVA0132", $"Signing a decision record failed: '{file}' is not what was written or signed last. Folder: {folder}. Restore it, or decide anew in another folder.");

    private static string Digest(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
