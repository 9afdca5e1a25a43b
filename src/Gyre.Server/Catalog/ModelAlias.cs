using Gyre.Models;
using Gyre.Models.Generation;

namespace Gyre.Server.Catalog;

/// <summary>The stable name an application calls, and what answers for it.</summary>
/// <param name="Name">The name.</param>
/// <param name="Model">The model's reference: <c>default</c>, a name in the data folder's <c>models</c>, or a path.</param>
/// <param name="System">The system prompt put before conversations that bring none; empty for none.</param>
/// <param name="Options">The parameters used where a request brings none.</param>
/// <param name="MaxTokens">The token limit used where a request brings none; null for the endpoint's own.</param>
/// <param name="Description">A sentence for people; empty for none.</param>
internal sealed record ModelAlias(
    string Name,
    string Model,
    string System,
    GenerationOptions Options,
    int? MaxTokens,
    string Description)
{
    /// <summary>
    /// The alias as a model understands it: one that writes answers to sources does so by its own search and up to its
    /// own limit, where alias and request name no temperature and no limit.
    /// </summary>
    public ModelAlias For(LanguageModel model) => model.SequenceToSequence is null
        ? this
        : this with
        {
            Options = Options.Temperature == new GenerationOptions().Temperature ? Options with { Temperature = 0 } : Options,
            MaxTokens = MaxTokens ?? model.DefaultMaxTokens,
        };

    /// <summary>The model's reference, with a relative path taken from the data folder.</summary>
    public string ModelIn(string dataFolder) =>
        !Path.IsPathRooted(Model) && Model.AsSpan().ContainsAny('/', '\\') ? Path.Combine(dataFolder, Model) : Model;
}
