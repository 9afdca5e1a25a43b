using System.Security.Cryptography;
using Gyre.Evaluation.Datasets;
using Gyre.Registry.Datasets;

namespace Gyre.Server.Datasets;

/// <summary>Brings a file of rows into the registry of datasets.</summary>
public static class DatasetImport
{
    /// <summary>Reads a file (JSON Lines, CSV, TSV, plain or gzip), checks it whole, and keeps its rows as a version.</summary>
    /// <param name="store">Where to.</param>
    /// <param name="path">The file; its ending says what it is.</param>
    /// <param name="columns">Which columns make a row.</param>
    /// <param name="addition">What is said of the version; its source is replaced by the file with its SHA-256.</param>
    /// <param name="cancellationToken">Ends the reading; nothing is added then.</param>
    /// <remarks>
    /// Errors: <see cref="Evaluation.EvaluationException"/> <c>EVA0030</c> faults of the content, all of them, <c>EVA0031</c> the file changed
    /// meanwhile, <c>EVA0032</c> it cannot be read; those of <see cref="DatasetStore"/>.
    /// <para>Cost: three passes over the file; some 40 bytes of memory a row for the ids.</para>
    /// </remarks>
    public static async Task<DatasetAdded> AddFileAsync(DatasetStore store, string path, DatasetColumns columns, DatasetAddition addition, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(store);
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(addition);
        var file = await Task.Run(() => DatasetFile.Open(path, columns), cancellationToken);
        var (sha256, length) = await HashAsync(path, cancellationToken);
        var source = DatasetSource.FromFile(addition.Source.Name.Length > 0 ? addition.Source.Name : Path.GetFileName(path), sha256, length, Describe(columns));
        return await store.AddAsync(addition with { Source = source }, file.Read(), cancellationToken);
    }

    /// <summary>A source that only names the file; <see cref="AddFileAsync"/> completes it.</summary>
    public static DatasetSource Unread(string name) => DatasetSource.FromFile(name, "", 0);

    private static async Task<(string Sha256, long LengthBytes)> HashAsync(string path, CancellationToken cancellationToken)
    {
        await using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan | FileOptions.Asynchronous);
        return (Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken)), stream.Length);
    }

    /// <summary>Only what is not as usual.</summary>
    private static string Describe(DatasetColumns columns)
    {
        var usual = new DatasetColumns();
        var parts = new (string Part, string Column, string Usual)[]
        {
            ("id", columns.Id, usual.Id), ("prompt", columns.Prompt, usual.Prompt), ("reference", columns.Reference, usual.Reference),
            ("task", columns.Task, usual.Task), ("subject", columns.Subject, usual.Subject), ("family", columns.Family, usual.Family),
        };
        return string.Join(", ", parts.Where(part => part.Column != part.Usual).Select(part => $"{part.Part}={part.Column}")
            .Concat(columns.Facts.OrderBy(fact => fact.Key, StringComparer.Ordinal).Select(fact => $"facts.{fact.Key}={fact.Value}"))
            .Concat(columns.KeepsOthers ? [] : ["others left out"]));
    }
}
