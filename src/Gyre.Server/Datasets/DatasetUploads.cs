using Gyre.Contracts;
using Gyre.Server.Hosting;

namespace Gyre.Server.Datasets;

/// <summary>Files that callers send, for the time of their reading.</summary>
internal sealed class DatasetUploads
{
    private readonly string _folder;
    private readonly IIdSource _ids;

    public DatasetUploads(DataFolder folder, IIdSource ids)
    {
        _folder = Path.Combine(folder.Path, "uploads");
        _ids = ids;
        if (Directory.Exists(_folder))
        {
            // What a killed server left; this one alone has the data folder.
            Directory.Delete(_folder, recursive: true);
        }
    }

    /// <summary>A path for a file with an ending; the caller deletes what it writes there.</summary>
    public string NewPath(string ending)
    {
        Directory.CreateDirectory(_folder);
        return Path.Combine(_folder, _ids.NewId("upload") + ending);
    }
}
