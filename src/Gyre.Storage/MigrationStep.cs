using System.Security.Cryptography;
using System.Text;

namespace Gyre.Storage;

/// <summary>One step of a room's tables.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Name">The file's name without <c>.sql</c>.</param>
/// <param name="Sql">What it runs, in one transaction.</param>
internal sealed record MigrationStep(int Number, string Name, string Sql)
{
    /// <summary>Tells a changed step from the one that was applied; line endings do not count.</summary>
    public string Digest { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));
}
