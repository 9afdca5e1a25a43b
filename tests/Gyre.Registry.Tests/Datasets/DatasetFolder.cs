using System.Text;
using Gyre.Contracts;
using Gyre.Registry.Datasets;
using Gyre.Storage;

namespace Gyre.Registry.Tests.Datasets;

/// <summary>A data folder of its own, with a clock that goes on by a minute at each look.</summary>
internal sealed class DatasetFolder : IDisposable
{
    private readonly Database _database;

    public DatasetFolder()
    {
        _database = Database.Open(System.IO.Path.Combine(Path, "gyre.db"), [RegistryTables.Migrations()], TimeProvider.System);
        Store = new DatasetStore(_database, Blobs, new Clock());
    }

    public string Path { get; } = Directory.CreateTempSubdirectory("gyre-registry-").FullName;

    public BlobStore Blobs => new(System.IO.Path.Combine(Path, "blobs"));

    public Database Database => _database;

    public DatasetStore Store { get; }

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    public static DatasetSource File => DatasetSource.FromFile("rows.jsonl", new string('0', 64), 10);

    public static DatasetRow Row(int id, string prompt = "p", string family = "", string level = "") =>
        new($"{id}", "answer", prompt, "r", level.Length == 0 ? new Dictionary<string, string>() : new Dictionary<string, string> { ["level"] = level }, family, "");

    public Task<DatasetAdded> AddAsync(string name, params IEnumerable<DatasetRow> rows) =>
        Store.AddAsync(new DatasetAddition { Name = name, Source = File }, rows, Ended);

    public Task<DatasetAdded> AddJsonAsync(string name, params IEnumerable<string> lines) =>
        Store.AddAsync(new DatasetAddition { Name = name, Source = File }, lines.Select(line => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(line)), Ended);

    public async Task<IReadOnlyList<string>> LinesAsync(string reference) =>
        [.. (await ContentAsync(reference)).Read().Select(line => Encoding.UTF8.GetString(line.Span))];

    public async Task<IReadOnlyList<DatasetRow>> RowsAsync(string reference) => [.. (await ContentAsync(reference)).ReadRows()];

    public async Task<DatasetContent> ContentAsync(string reference) =>
        await Store.OpenAsync(await Store.GetAsync(DatasetReference.Parse(reference), Ended), Ended);

    public void Dispose()
    {
        _database.Dispose();
        Directory.Delete(Path, recursive: true);
    }

    private sealed class Clock : TimeProvider
    {
        private int _minutes;

        public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 2, 3, 0, 0, TimeSpan.Zero).AddMinutes(Interlocked.Increment(ref _minutes));
    }
}
