using Gyre.Models.Encoders;
using Gyre.Server.Catalog;
using Gyre.Server.Http;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>GET <c>/api/models</c>: the aliases with their models as they stand.</summary>
internal sealed class ManagementModelsEndpoint(AliasCatalog aliases, ModelPool models)
{
    public Task ListAsync(HttpContext context)
    {
        var set = aliases.Current;
        var list = new AliasList
        {
            Data = [.. set.Aliases.Select(alias => View(set, alias))],
            Fault = aliases.Fault is { } fault ? $"{fault.Message} ({fault.Code})" : null,
        };
        return JsonAnswer.WriteAsync(context, list, WireJson.Plain.AliasList);
    }

    private AliasView View(AliasSet set, ModelAlias alias)
    {
        var model = models.Find(alias);
        return new AliasView
        {
            Name = alias.Name,
            IsDefault = alias.Name == set.DefaultName,
            Description = alias.Description.Length > 0 ? alias.Description : null,
            Model = alias.Model,
            Kind = models.KindOf(alias)?.ToText(),
            System = alias.System.Length > 0 ? alias.System : null,
            IsLoaded = model is not null,
            Digest = model?.Digest,
            ContextLength = model?.Decoder.ContextLength,
            VocabularySize = model?.Decoder.VocabularySize,
            HasTemplate = model is null ? null : model.Template is not null,
            Parameters = new AliasView.Defaults
            {
                Temperature = alias.Options.Temperature,
                TopP = alias.Options.TopP,
                TopK = alias.Options.TopK,
                MaxTokens = alias.MaxTokens,
            },
        };
    }
}
