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
        return JsonAnswer.WriteAsync(context, new ModelList { Data = [.. set.Aliases.Concat(aliases.Adapters).Select(alias => Card(set, alias))] }, WireJson.Plain.ModelList);
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
        Parent = aliases.ParentOf(alias.Name),
    };
}
