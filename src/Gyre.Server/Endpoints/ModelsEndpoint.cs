using Gyre.Models.Encoders;
using Gyre.Server.Catalog;
using Gyre.Server.Http;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>GET <c>/v1/models</c> and <c>/v1/models/{model}</c>.</summary>
internal sealed class ModelsEndpoint(AliasCatalog aliases, ModelPool models)
{
    public Task ListAsync(HttpContext context)
    {
        var set = aliases.Current;
        return JsonAnswer.WriteAsync(context, new ModelList { Data = [.. set.Aliases.Select(alias => Card(set, alias)), .. aliases.Adapters.Select(name => Card(set, set.AdapterAlias(name)))] }, WireJson.Plain.ModelList);
    }

    public Task GetAsync(HttpContext context)
    {
        var alias = aliases.Resolve(context.GetRouteValue("model") as string ?? "");
        return JsonAnswer.WriteAsync(context, Card(aliases.Current, alias), WireJson.Plain.ModelCard);
    }

    private ModelCard Card(AliasSet set, ModelAlias alias) => new()
    {
        Id = alias.Name,
        Kind = models.KindOf(alias)?.ToText(),
        Created = set.ReadAt.ToUnixTimeSeconds(),
        Parent = set.TryGet(alias.Name, out _) ? null : set.DefaultName,
    };
}
