using System.IO.Compression;
using System.Text;
using Gyre.Evaluation;
using Gyre.Evaluation.Datasets;

namespace Gyre.Training.Translation;

/// <summary>Reads pairs from a table or from two text files, with limits on the length of a line and the bytes of a packed file.</summary>
internal static class SentenceFiles
{
    private const int MostLineCharacters = 1 << 20;
    private const long MostUnpackedBytes = 1L << 34;

    /// <summary>A name that no column has: rows get their number as id.</summary>
    private const string NoColumn = "\u0001";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The pairs in the order of the files; pairs with an empty side are left out and counted.</summary>
    /// <remarks>Errors: TRN0550 a file is missing, damaged, not UTF-8, lacks a column, or the files have unequal numbers of lines.</remarks>
    public static (List<SentencePair> Pairs, int Empty) Read(PairFileRecipe files)
    {
        var pairs = new List<SentencePair>();
        var empty = 0;
        try
        {
            foreach (var (source, target) in files.Table.Length > 0 ? Table(files) : Lines(files))
            {
                if (source.Length == 0 || target.Length == 0)
                {
                    empty++;
                }
                else
                {
                    pairs.Add(new SentencePair(source, target));
                }
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or InvalidDataException or DecoderFallbackException or EvaluationException)
        {
            throw new TrainingException("TRN0550", $"Reading the pairs failed: {error.Message.TrimEnd('.')}. Files: {string.Join(", ", files.Files)}. Check the paths and column names of 'data', and that the files are whole and UTF-8.", error);
        }

        return (pairs, empty);
    }

    private static IEnumerable<(string Source, string Target)> Table(PairFileRecipe files)
    {
        var columns = new DatasetColumns
        {
            Id = NoColumn, Prompt = files.SourceColumn, Reference = NoColumn, Task = NoColumn, Subject = NoColumn, Family = NoColumn,
            Facts = new Dictionary<string, string>(StringComparer.Ordinal) { ["target"] = files.TargetColumn },
        };
        return DatasetFile.Open(files.Table, columns).Read().Select(row => (row.Prompt.Trim(), row.Facts.GetValueOrDefault("target", "").Trim()));
    }

    private static IEnumerable<(string Source, string Target)> Lines(PairFileRecipe files)
    {
        using var sources = Open(files.SourceFile);
        using var targets = Open(files.TargetFile);
        for (var line = 1L; ; line++)
        {
            var (source, target) = (ReadLine(sources, files.SourceFile, line), ReadLine(targets, files.TargetFile, line));
            if (source is null && target is null)
            {
                yield break;
            }

            if (source is null || target is null)
            {
                throw new InvalidDataException($"'{(source is null ? files.SourceFile : files.TargetFile)}' ends after {line - 1} lines and the other file goes on; expected line i of one to be the translation of line i of the other");
            }

            yield return (source.Trim(), target.Trim());
        }
    }

    private static StreamReader Open(string path)
    {
        var file = File.OpenRead(path);
        return new StreamReader(path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new BoundedGzip(file, MostUnpackedBytes) : file, Strict);
    }

    /// <summary>The next line, or null at the end; no more of an endless line is held than the limit.</summary>
    private static string? ReadLine(StreamReader reader, string path, long line)
    {
        var text = new StringBuilder();
        for (var next = reader.Read(); ; next = reader.Read())
        {
            if (next < 0)
            {
                return text.Length == 0 ? null : text.ToString();
            }

            if (next == '\n')
            {
                return text.ToString();
            }

            if (text.Length == MostLineCharacters)
            {
                throw new InvalidDataException($"line {line} of '{path}' has more than {MostLineCharacters} characters; expected a sentence a line");
            }

            text.Append((char)next);
        }
    }

    /// <summary>A gzip stream that unfolds to so many bytes at most.</summary>
    private sealed class BoundedGzip(Stream packed, long limit) : Stream
    {
        private readonly GZipStream _unpacked = new(packed, CompressionMode.Decompress);
        private long _read;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override int Read(byte[] buffer, int offset, int count)
        {
            var read = _unpacked.Read(buffer, offset, count);
            _read += read;
            return _read <= limit ? read : throw new InvalidDataException($"the packed file holds more than {limit} bytes");
        }

        public override void Flush() => _unpacked.Flush();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            _unpacked.Dispose(); // And with it the file.
            base.Dispose(disposing);
        }
    }
}
