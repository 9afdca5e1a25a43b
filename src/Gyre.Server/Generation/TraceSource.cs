using System.Diagnostics;
using Gyre.Observability;

namespace Gyre.Server.Generation;

/// <summary>The source of this server's activities.</summary>
/// <remarks>
/// A type of its own, because the web framework takes any registered <see cref="ActivitySource"/> for its own requests.
/// One a server, so that servers in one process do not record each other's requests.
/// </remarks>
internal sealed class TraceSource : IDisposable
{
    public ActivitySource Activities { get; } = new(GenAiVocabulary.SourceName);

    public void Dispose() => Activities.Dispose();
}
