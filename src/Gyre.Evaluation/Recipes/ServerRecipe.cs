namespace Gyre.Evaluation.Recipes;

/// <summary>A server with OpenAI's chat completions endpoint that answers for a model.</summary>
/// <param name="Url">Its address.</param>
/// <param name="KeyVariable">The environment variable that holds the key; null for none. The key itself never stands in a recipe.</param>
public sealed record ServerRecipe(string Url, string? KeyVariable)
{
    /// <summary>The server that a mapping names by <c>url</c> and <c>api_key_env</c>; null when it names none.</summary>
    internal static ServerRecipe? Read(RecipeMapping item)
    {
        if (!item.Has("url"))
        {
            return null;
        }

        var url = item.Text("url");
        if (url.Length > 0 && !(Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"))
        {
            item.Fault("url", $"'{url}' is no address; expected http://… or https://….");
        }

        return new ServerRecipe(url, item.Has("api_key_env") ? item.Text("api_key_env") : null);
    }
}
