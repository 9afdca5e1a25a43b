using System.Globalization;
using System.Security.Cryptography;
using Gyre.Contracts;
using Gyre.Evaluation.Experiments;
using Gyre.Evaluation.Reports;
using Gyre.Evaluation.Reports.Examples;
using Gyre.Registry.Experiments;

namespace Gyre.Server.Experiments;

/// <summary>Opens the files of recorded runs, and says plainly when they are not what was recorded.</summary>
/// <remarks>
/// Files are read and never written; indexes of rows lie in the data folder. The four results that were read last are kept, those of more than
/// 16 MiB are read again each time.
/// <para>Owns: nothing but memory. Safe for several threads; one index is built at a time.</para>
/// </remarks>
internal sealed class RunFolders(string indexFolder) : IDisposable
{
    private const int MostFileBytes = 64 << 20;
    private const int MostKeptBytes = 16 << 20;
    private const int MostKept = 4;
    private const string HelmName = "helm.json";
    private readonly SemaphoreSlim _building = new(1);
    private readonly Lock _lock = new();
    private readonly LinkedList<(string Key, string Digest, ExperimentResult Result)> _kept = new();

    /// <summary>The tables of an experiment.</summary>
    public Task<OpenedRun<ExperimentResult>> OpenExperimentAsync(ExperimentEntry entry, CancellationToken cancellationToken) =>
        Task.Run(() => Open(entry, ReadResult), cancellationToken);

    /// <summary>The numbers of a benchmark.</summary>
    public Task<OpenedRun<BenchmarkFile>> OpenBenchmarkAsync(ExperimentEntry entry, CancellationToken cancellationToken) =>
        Task.Run(() => Open(entry, static path => ReadBenchmark(path)), cancellationToken);

    /// <summary>The rows of an experiment, found by their scores; dispose them.</summary>
    /// <exception cref="Evaluation.EvaluationException">EVA0043, EVA0044, EVA0046, EVA0047: the rows or their index.</exception>
    public async Task<ExperimentRows> OpenRowsAsync(ExperimentEntry entry, ExperimentResult result, CancellationToken cancellationToken)
    {
        await _building.WaitAsync(cancellationToken);
        try
        {
            return await Task.Run(() => ExperimentRows.Open(result, RowsOf(entry), IndexOf(entry.Id), cancellationToken), cancellationToken);
        }
        finally
        {
            _building.Release();
        }
    }

    /// <summary>True when the run's folder has rows.</summary>
    public static bool HasRows(ExperimentEntry entry) => File.Exists(RowsOf(entry));

    /// <summary>Removes what was made for a run that is forgotten; its own files stay.</summary>
    public void Forget(string id)
    {
        if (File.Exists(IndexOf(id)))
        {
            File.Delete(IndexOf(id));
        }
    }

    public void Dispose() => _building.Dispose();

    private static string RowsOf(ExperimentEntry entry) => Path.Combine(entry.Run.Folder, ReportFolder.RowsName);

    private static OpenedRun<T> Open<T>(ExperimentEntry entry, Func<string, (string Digest, T Content)> read)
        where T : class
    {
        if (!File.Exists(entry.Path))
        {
            return new OpenedRun<T>(entry, RunState.Missing, $"There is no '{entry.Run.File}' in '{entry.Run.Folder}' any more: the folder was moved or deleted. What was recorded is shown. Put the folder back, or run again.", "SRV0184", null);
        }

        try
        {
            var (digest, content) = read(entry.Path);
            return digest == entry.Run.FileDigest
                ? new OpenedRun<T>(entry, RunState.Unchanged, "", "", content)
                : new OpenedRun<T>(entry, RunState.Changed, $"'{entry.Run.File}' in '{entry.Run.Folder}' is not the file that was recorded: its digest is {digest[..12]}…, recorded was {Clip(entry.Run.FileDigest)}. Another run may have written into the folder. What the file holds now is shown.", "SRV0185", content);
        }
        catch (GyreException error)
        {
            return new OpenedRun<T>(entry, RunState.Unusable, error.Message, error.Code, null);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return new OpenedRun<T>(entry, RunState.Unusable, $"Reading '{entry.Path}' failed: {error.Message} Check the file's permissions.", "SRV0186", null);
        }
    }

    private static byte[] Bytes(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1);
        if (stream.Length > MostFileBytes)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"it has {stream.Length:#,0} bytes, and the server shows files of at most {MostFileBytes:#,0}; the report beside it has all of it."));
        }

        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static (string Digest, BenchmarkFile Content) ReadBenchmark(string path)
    {
        var bytes = Bytes(path);
        var benchmark = BenchmarkFile.Read(bytes, path);

        // A view from seven sides stands beside the folder of its plain run.
        var helm = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(path)) ?? "", HelmName);
        return (Convert.ToHexStringLower(SHA256.HashData(bytes)), File.Exists(helm) && new FileInfo(helm).Length <= MostFileBytes ? benchmark.With(HelmFile.TryRead(Bytes(helm))) : benchmark);
    }

    private static string Clip(string digest) => digest.Length <= 12 ? digest : digest[..12] + "…";

    private (string Digest, ExperimentResult Result) ReadResult(string path)
    {
        var file = new FileInfo(path);
        var key = string.Create(CultureInfo.InvariantCulture, $"{file.Length} {file.LastWriteTimeUtc.Ticks} {path}");
        lock (_lock)
        {
            for (var node = _kept.First; node is not null; node = node.Next)
            {
                if (node.Value.Key == key)
                {
                    _kept.Remove(node);
                    _kept.AddFirst(node);
                    return (node.Value.Digest, node.Value.Result);
                }
            }
        }

        var bytes = Bytes(path);
        var digest = Convert.ToHexStringLower(SHA256.HashData(bytes));
        using var stream = new MemoryStream(bytes, writable: false);
        var result = ResultFile.Read(stream, path);
        if (bytes.Length <= MostKeptBytes)
        {
            lock (_lock)
            {
                _kept.AddFirst((key, digest, result));
                while (_kept.Count > MostKept)
                {
                    _kept.RemoveLast();
                }
            }
        }

        return (digest, result);
    }

    private string IndexOf(string id) => Path.Combine(indexFolder, id + ".rows");
}
