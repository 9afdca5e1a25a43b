using System.Diagnostics.CodeAnalysis;

namespace Gyre.Server.Catalog;

/// <summary>The aliases of one reading of the alias file.</summary>
/// <param name="DefaultName">The alias that answers where none is named.</param>
/// <param name="Aliases">The default first, then by name.</param>
/// <param name="ReadAt">When the file was read.</param>
internal sealed record AliasSet(string DefaultName, IReadOnlyList<ModelAlias> Aliases, DateTimeOffset ReadAt)
{
    public ModelAlias Default => Aliases[0];

    /// <summary>An adapter as an alias of the default one's model.</summary>
    public ModelAlias AdapterAlias(string name) => Default with { Name = name, Options = Default.Options with { Adapter = name } };

    public bool TryGet(string name, [NotNullWhen(true)] out ModelAlias? alias)
    {
        alias = Aliases.FirstOrDefault(candidate => candidate.Name == name);
        return alias is not null;
    }
}
