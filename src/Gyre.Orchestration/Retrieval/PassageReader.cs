using System.Globalization;
using System.Text;

namespace Gyre.Orchestration.Retrieval;

/// <summary>Reads passages from a file or a folder: text and Markdown are cut, JSON lines are passages as they are.</summary>
/// <remarks>
/// Of a folder every <c>.md</c>, <c>.markdown</c>, <c>.txt</c> and <c>.jsonl</c> file below it is read, in the order of their paths; other files, hidden
/// files and folders and links are passed over. A passage of a text is called <c>PATH#N</c>, N from 1, with the path below the folder.
/// A line of a <c>.jsonl</c> file is <c>{"id": "…", "text": "…", "document": "…"}</c>; without a document the file's path stands for it; other keys are passed over.
/// <para>Texts are UTF-8, with a mark of UTF-16 or UTF-32 at their beginning those.</para>
/// </remarks>
public static class PassageReader
{
    private static readonly string[] TextEndings = [".md", ".markdown", ".txt"];

    /// <summary>Reads all passages of a file or a folder.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="options">How, and how much at most.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="OrchestrationException">
    /// ORC0001: it cannot be read. ORC0002: a file is no text. ORC0003: a bound of <paramref name="options"/> is passed. ORC0004: a line of JSON lines has a fault.
    /// ORC0005: two passages have one id. ORC0006: the limits of the splitter. ORC0007: nothing readable is there.
    /// </exception>
    public static async Task<IReadOnlyList<Passage>> ReadAsync(string path, PassageReaderOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        ArgumentNullException.ThrowIfNull(options);
        options.Splitter.Require();
        var (root, files) = Find(path, options);
        var passages = new List<Passage>();
        var places = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var name = Path.GetRelativePath(root, file).Replace('\\', '/');
            var text = Decode(await ReadBytesAsync(file, options.MostFileBytes, cancellationToken), file);
            var found = IsJsonLines(file) ? PassageLines.Read(text, name, file) : Cut(text, name, options.Splitter);
            foreach (var passage in found)
            {
                if (!places.TryAdd(passage.Id, file))
                {
                    throw new OrchestrationException("ORC0005", $"Reading passages failed: two have the id '{passage.Id}', in {places[passage.Id]} and {file}; expected every id once. Give them different ids.");
                }

                passages.Add(passage);
                if (passages.Count > options.MostPassages)
                {
                    throw new OrchestrationException("ORC0003", $"Reading passages failed: there are more than {options.MostPassages}. File: {file}. Read fewer files, or cut them into longer passages.");
                }
            }
        }

        return passages.Count > 0 ? passages : throw new OrchestrationException("ORC0007", $"Reading passages failed: {files.Count} file(s) hold no text. Path: {path}. Name a file or folder with text.");
    }

    /// <summary>Cuts a text into passages as those of a file are.</summary>
    /// <param name="text">The text.</param>
    /// <param name="document">What the passages call it.</param>
    /// <param name="options">How long they are.</param>
    public static IEnumerable<Passage> Cut(string text, string document, TextSplitterOptions options)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(document);
        var slices = TextSplitter.Split(text, options);
        return slices.Select((slice, i) => new Passage(string.Create(CultureInfo.InvariantCulture, $"{document}#{i + 1}"), document, text.Substring(slice.Start, slice.Length), slice.Start));
    }

    private static bool IsJsonLines(string file) => Path.GetExtension(file).Equals(".jsonl", StringComparison.OrdinalIgnoreCase);

    private static bool IsReadable(string file) => IsJsonLines(file) || TextEndings.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase);

    private static (string Root, IReadOnlyList<string> Files) Find(string path, PassageReaderOptions options)
    {
        if (!Directory.Exists(path))
        {
            return IsReadable(path)
                ? (Path.GetDirectoryName(Path.GetFullPath(path)) ?? path, [Path.GetFullPath(path)])
                : throw new OrchestrationException("ORC0007", $"Reading passages failed: '{path}' is neither a folder nor a .md, .markdown, .txt or .jsonl file. Name one, or convert the file to text.");
        }

        var root = Path.GetFullPath(path);
        var files = new List<string>();
        try
        {
            // Links are passed over: a link to a folder above would be a way without end.
            var below = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.System | FileAttributes.ReparsePoint, IgnoreInaccessible = false };
            foreach (var file in Directory.EnumerateFiles(root, "*", below).Where(IsReadable))
            {
                files.Add(file);
                if (files.Count > options.MostFiles)
                {
                    throw new OrchestrationException("ORC0003", $"Reading passages failed: the folder has more than {options.MostFiles} files of text. Folder: {root}. Name a smaller folder.");
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OrchestrationException("ORC0001", $"Reading passages failed: {error.Message} Folder: {root}. Check its permissions.", error);
        }

        files.Sort(StringComparer.Ordinal);
        return files.Count > 0 ? (root, files) : throw new OrchestrationException("ORC0007", $"Reading passages failed: the folder has no .md, .markdown, .txt or .jsonl file. Folder: {root}. Name another folder.");
    }

    private static async Task<byte[]> ReadBytesAsync(string file, long most, CancellationToken cancellationToken)
    {
        try
        {
            var length = new FileInfo(file).Length;
            return length <= most
                ? await File.ReadAllBytesAsync(file, cancellationToken)
                : throw new OrchestrationException("ORC0003", $"Reading passages failed: the file has {length} bytes, at most {most} are expected. File: {file}. Split the file, or raise the limit.");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new OrchestrationException("ORC0001", $"Reading passages failed: {error.Message} File: {file}. Check the path and its permissions.", error);
        }
    }

    private static string Decode(byte[] bytes, string file)
    {
        var (encoding, mark) = bytes switch
        {
            [0xFF, 0xFE, 0, 0, ..] => (new UTF32Encoding(bigEndian: false, byteOrderMark: true, throwOnInvalidCharacters: true), 4),
            [0, 0, 0xFE, 0xFF, ..] => (new UTF32Encoding(bigEndian: true, byteOrderMark: true, throwOnInvalidCharacters: true), 4),
            [0xFF, 0xFE, ..] => (new UnicodeEncoding(bigEndian: false, byteOrderMark: true, throwOnInvalidBytes: true), 2),
            [0xFE, 0xFF, ..] => (new UnicodeEncoding(bigEndian: true, byteOrderMark: true, throwOnInvalidBytes: true), 2),
            [0xEF, 0xBB, 0xBF, ..] => ((Encoding)new UTF8Encoding(false, throwOnInvalidBytes: true), 3),
            _ => (new UTF8Encoding(false, throwOnInvalidBytes: true), 0),
        };
        try
        {
            var text = encoding.GetString(bytes.AsSpan(mark));
            var nul = text.IndexOf('\0', StringComparison.Ordinal);
            return nul < 0 ? text : throw new OrchestrationException("ORC0002", $"Reading passages failed: a NUL stands at character {nul + 1}, so the file is no text. File: {file}. Convert it to text.");
        }
        catch (DecoderFallbackException error)
        {
            throw new OrchestrationException("ORC0002", $"Reading passages failed: the bytes at {mark + error.Index} are not {encoding.WebName}. File: {file}. Save the file as UTF-8.", error);
        }
    }
}
