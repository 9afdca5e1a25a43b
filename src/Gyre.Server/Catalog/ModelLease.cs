using Gyre.Models;

namespace Gyre.Server.Catalog;

/// <summary>A model that stays loaded until the lease is disposed.</summary>
internal sealed class ModelLease(PooledModel pooled, LanguageModel model) : IDisposable
{
    private int _isDisposed;

    public LanguageModel Model => model;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            pooled.EndUse();
        }
    }
}
