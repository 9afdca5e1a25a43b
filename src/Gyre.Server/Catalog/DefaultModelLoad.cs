using Gyre.Server.Http;

namespace Gyre.Server.Catalog;

/// <summary>Loads the default alias's model when the server starts, beside everything else.</summary>
internal sealed class DefaultModelLoad(AliasCatalog aliases, ModelPool models)
{
    /// <summary>Why the default model cannot answer; null while it loads and once it has.</summary>
    public string? Failure { get; private set; }

    /// <summary>Ends when the model is loaded or has failed to; a failure is kept, not thrown.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            await models.GetAsync(aliases.Current.Default, cancellationToken);
            Failure = null;
        }
        catch (ApiException error)
        {
            Failure = error.Message;
        }
        catch (OperationCanceledException)
        {
            Failure = "The server is stopping.";
        }
        catch (Exception error)
        {
            Failure = "The default model failed to load: " + error.Message;
            throw;
        }
    }
}
