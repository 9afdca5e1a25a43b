using Gyre.Models.Weights;

namespace Gyre.Models.Catalog;

/// <summary>The folder that a model is fetched into, and the record of what is in it.</summary>
internal sealed class PullTarget(string name, string folder, HubReference reference)
{
    private readonly List<PulledFile> _files = [];
    private Dictionary<string, SourceRecord.Entry> _entries = new(StringComparer.Ordinal);
    private bool _isCreated;

    /// <summary>The model's folder.</summary>
    public string Folder => folder;

    /// <summary>Where it comes from.</summary>
    public HubReference Reference => reference;

    /// <summary>The commit that the server named.</summary>
    public string? Commit { get; set; }

    /// <summary>Refuses a folder that holds something else; RUN0049.</summary>
    public void Check()
    {
        if (File.Exists(folder))
        {
            throw CatalogErrors.NameTaken(folder, "a file");
        }

        if (!Directory.Exists(folder))
        {
            return;
        }

        var record = SourceRecord.Read(folder);
        if (record is null && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw CatalogErrors.NameTaken(folder, "files that were not fetched");
        }

        if (record is not null && (record.Source != reference.Source || record.Revision != reference.Revision))
        {
            throw CatalogErrors.NameTaken(folder, record.Source + (record.Revision is null ? "" : "@" + record.Revision));
        }

        _entries = new Dictionary<string, SourceRecord.Entry>(record?.Files ?? [], StringComparer.Ordinal);
    }

    /// <summary>Makes the folder and marks whose it is, once.</summary>
    public void Create()
    {
        if (_isCreated)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CatalogErrors.CannotStore(folder, e.Message, e);
        }

        _isCreated = true;
        WriteRecord();
    }

    /// <summary>Removes a folder that nothing was fetched into.</summary>
    public void RemoveIfEmpty()
    {
        if (_isCreated && _entries.Count == 0 && Directory.EnumerateFileSystemEntries(folder).All(path => Path.GetFileName(path) == SourceRecord.FileName))
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>What an earlier run recorded of a file.</summary>
    public SourceRecord.Entry? Find(string fileName) => _entries.GetValueOrDefault(fileName);

    /// <summary>True when a file still has the content that was recorded.</summary>
    public async Task<bool> HoldsAsync(string fileName, SourceRecord.Entry entry, CancellationToken cancellationToken)
    {
        var file = new FileInfo(Path.Combine(folder, fileName));
        return file.Exists && file.Length == entry.LengthBytes
            && await ModelDigest.HashAsync(file.FullName, cancellationToken) == entry.Sha256;
    }

    /// <summary>Records a finished file.</summary>
    public void Add(string fileName, SourceRecord.Entry entry, bool wasPresent)
    {
        _entries[fileName] = entry;
        _files.Add(new PulledFile(fileName, entry.LengthBytes, entry.Sha256, entry.IsVerified, wasPresent));
        WriteRecord();
    }

    /// <summary>What was fetched.</summary>
    public PullResult Result(string? commit) => new(name, folder, reference.Source, reference.Revision, commit, _files);

    private void WriteRecord()
    {
        try
        {
            new SourceRecord(reference.Source, reference.Revision, Commit, _entries).Write(folder);
        }
        catch (ModelException e) when (e.InnerException is not null)
        {
            throw CatalogErrors.CannotStore(folder, e.InnerException.Message, e.InnerException);
        }
    }
}
