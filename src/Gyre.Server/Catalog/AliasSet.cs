using System.Diagnostics.CodeAnalysis;

namespace Gyre.Server.Catalog;

/// <summary>The aliases of one reading of the alias file.</summary>
/// <param name="DefaultName">The alias that answers where none is named.</param>
/// <param name="Aliases">The default first, then by name.</param>
/// <param name="ReadAt">When the file was read.</param>
internal sealed record AliasSet(string DefaultName, IReadOnlyList<ModelAlias> Aliases, DateTimeOffset ReadAt)
{
    public ModelAlias Default => Aliases[0];

    /// <summary>An adapter as an alias of another one's model; null when there is no such alias.</summary>
    /// <param name="name">The adapter.</param>
    /// <param name="parent">The alias that it belongs to; null for the default one.</param>
    public ModelAlias? AdapterAlias(string name, string? parent) =>
        parent is null ? Of(Default, name) : TryGet(parent, out var alias) ? Of(alias, name) : null;

    public bool TryGet(string name, [NotNullWhen(true)] out ModelAlias? alias)
    {
        alias = Aliases.FirstOrDefault(candidate => candidate.Name == name);
        return alias is not null;
    }

    private static ModelAlias Of(ModelAlias alias, string adapter) => alias with { Name = adapter, Options = alias.Options with { Adapter = adapter } };
}
