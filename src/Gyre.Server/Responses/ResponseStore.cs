using System.Text;
using Gyre.Server.Hosting;
using Gyre.Storage;

namespace Gyre.Server.Responses;

/// <summary>The kept responses; the oldest are removed beyond the limits of number and size.</summary>
/// <remarks>Owns: nothing; the database belongs to the host. Safe for several threads.</remarks>
internal sealed class ResponseStore(Database database, GyreHostOptions options)
{
    private const string Columns = "id AS Id, previous_id AS PreviousId, is_background AS IsBackground, status AS Status, input AS Input, body AS Body";

    /// <summary>The steps that build the table.</summary>
    public static MigrationSet Migrations() => new("server", typeof(ResponseStore).Assembly);

    /// <summary>Keeps a new response.</summary>
    public Task AddAsync(StoredResponse response, CancellationToken cancellationToken) => database.WriteAsync(
        session =>
        {
            session.Execute(
                "INSERT INTO responses (id, previous_id, bytes, is_background, status, input, body) VALUES (@Id, @PreviousId, @Bytes, @IsBackground, @Status, @Input, @Body)",
                new { response.Id, response.PreviousId, Bytes = SizeOf(response), IsBackground = response.IsBackground ? 1 : 0, response.Status, response.Input, response.Body });
            return Trim(session);
        },
        cancellationToken);

    /// <summary>Changes a kept response; one that was deleted meanwhile stays so.</summary>
    public Task UpdateAsync(StoredResponse response, CancellationToken cancellationToken) => database.WriteAsync(
        session => session.Execute(
            "UPDATE responses SET status = @Status, body = @Body, bytes = @Bytes WHERE id = @Id",
            new { response.Id, response.Status, response.Body, Bytes = SizeOf(response) }),
        cancellationToken);

    /// <summary>A response by its id, or null.</summary>
    public Task<StoredResponse?> FindAsync(string id, CancellationToken cancellationToken) =>
        database.ReadAsync(session => Find(session, id), cancellationToken);

    /// <summary>Removes a response; false when there is none of that id.</summary>
    public Task<bool> DeleteAsync(string id, CancellationToken cancellationToken) =>
        database.WriteAsync(session => session.Execute("DELETE FROM responses WHERE id = @Id", new { Id = id }) > 0, cancellationToken);

    /// <summary>A response and those before it, the oldest first; <c>Missing</c> names the first that is not there.</summary>
    public Task<(IReadOnlyList<StoredResponse> Chain, string? Missing)> ChainAsync(string id, int most, CancellationToken cancellationToken) => database.ReadAsync(
        session =>
        {
            var chain = new List<StoredResponse>();
            for (string? next = id; next is not null && chain.Count < most;)
            {
                if (Find(session, next) is not { } found)
                {
                    return ((IReadOnlyList<StoredResponse>)chain, (string?)next);
                }

                chain.Add(found);
                next = found.PreviousId;
            }

            chain.Reverse();
            return (chain, null);
        },
        cancellationToken);

    private static StoredResponse? Find(DatabaseSession session, string id) =>
        session.QueryFirst<ResponseRow>($"SELECT {Columns} FROM responses WHERE id = @Id", new { Id = id })?.ToStored();

    private static long SizeOf(StoredResponse response) => Encoding.UTF8.GetByteCount(response.Input) + Encoding.UTF8.GetByteCount(response.Body);

    /// <summary>Keeps the newest within the limits, and always the newest of all.</summary>
    private int Trim(DatabaseSession session) => session.Execute(
        """
        DELETE FROM responses WHERE number IN (
            SELECT number FROM (
                SELECT number, ROW_NUMBER() OVER (ORDER BY number DESC) AS rank, SUM(bytes) OVER (ORDER BY number DESC) AS total FROM responses)
            WHERE rank > @Most OR (total > @MostBytes AND rank > 1))
        """,
        new { Most = options.MaxStoredResponses, MostBytes = options.MaxStoredResponseBytes });
}
