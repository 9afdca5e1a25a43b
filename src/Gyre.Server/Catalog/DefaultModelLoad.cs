using Gyre.Server.Http;

namespace Gyre.Server.Catalog;

/// <summary>Loads the default alias's model when the server starts, beside everything else, and again when the alias file names another.</summary>
internal sealed class DefaultModelLoad(AliasCatalog aliases, ModelPool models)
{
    private readonly Lock _gate = new();
    private Task _running = Task.CompletedTask;
    private ModelAlias? _asked;

    /// <summary>Why the default model cannot answer; null while it loads and once it has.</summary>
    public string? Failure { get; private set; }

    /// <summary>Begins to load the default alias's model when it is not the one that was loaded last; returns at once.</summary>
    /// <remarks>Nobody but a health check may ask for a server that is not ready yet, so the check sets it going.</remarks>
    public void Ensure(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_running.IsCompleted && !ReferenceEquals(_asked, aliases.Current.Default))
            {
                _running = RunAsync(cancellationToken);
            }
        }
    }

    /// <summary>Ends when the model is loaded or has failed to; a failure is kept, not thrown.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            Failure = null;
            _asked = aliases.Current.Default;
            using var lease = await models.GetAsync(_asked, cancellationToken);
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
        }
    }
}
