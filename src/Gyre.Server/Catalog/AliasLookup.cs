using Gyre.Models.Generation;
using Gyre.Server.Hosting;

namespace Gyre.Server.Catalog;

/// <summary>What the alias file of a data folder says about one name, for programs that run without the server.</summary>
/// <param name="Name">The alias.</param>
/// <param name="Model">The model's reference: <c>default</c>, an installed name or a path.</param>
/// <param name="System">The system prompt for conversations that bring none; empty for none.</param>
/// <param name="Options">The parameters used where the caller names none.</param>
/// <param name="MaxTokens">The token limit used where the caller names none; null for the caller's own.</param>
public sealed record AliasLookup(string Name, string Model, string System, GenerationOptions Options, int? MaxTokens)
{
    /// <summary>Finds an alias; null when the folder has no alias file or the file does not name it.</summary>
    /// <param name="dataFolder">The data folder; need not exist.</param>
    /// <param name="name">The name an application would call.</param>
    /// <param name="clock">Dates the reading.</param>
    /// <remarks>Errors: <see cref="ServerException"/> <c>SRV0010</c>–<c>SRV0012</c> when the file is unreadable or faulty.</remarks>
    public static AliasLookup? Find(string dataFolder, string name, TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        var path = Path.Combine(dataFolder, DataFolder.AliasFileName);
        return File.Exists(path) && AliasFile.Read(path, clock.GetUtcNow()).TryGet(name, out var alias)
            ? new AliasLookup(alias.Name, alias.ModelIn(dataFolder), alias.System, alias.Options, alias.MaxTokens)
            : null;
    }
}
