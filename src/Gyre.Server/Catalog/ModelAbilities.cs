using Gyre.Models;
using Gyre.Server.Http;

namespace Gyre.Server.Catalog;

/// <summary>Says which models can do what a request asks for.</summary>
internal sealed class ModelAbilities(AliasCatalog aliases, ModelPool models)
{
    private const int MostNamed = 20;

    /// <summary>The refusal of a request whose model cannot do what it asks for; names the loaded ones that can.</summary>
    public ApiException Lacking(ModelAlias alias, string lack, Func<LanguageModel, bool> can, string others)
    {
        var able = aliases.Current.Aliases.Where(other => models.Find(other) is { } model && can(model)).Select(other => other.Name).Take(MostNamed).ToList();
        return ApiException.Invalid(
            "SRV0122",
            $"The model of '{alias.Name}' {lack}; {(able.Count > 0 ? $"of the loaded ones, {string.Join(", ", able)} do" : $"no loaded model does. Add an alias of one {others} to aliases.yaml")}.",
            "model");
    }
}
