using System.Net;
using Gyre.Server.Hosting;

namespace Gyre.Server.Http;

/// <summary>
/// Keeps web pages of other sites away from a server on this machine: a loopback server answers to loopback names only,
/// and requests that a browser sends from another site are refused.
/// </summary>
/// <remarks>Guards against DNS rebinding and cross-site WebSockets, which browsers open without asking.</remarks>
internal sealed class HostGuard(GyreHostOptions options)
{
    private readonly bool _isLoopback = IPAddress.TryParse(options.Address, out var address) && IPAddress.IsLoopback(address);

    public void Check(HttpContext context)
    {
        var host = context.Request.Host.Host;
        if (_isLoopback && !IsLoopbackName(host))
        {
            throw new ApiException(
                StatusCodes.Status421MisdirectedRequest,
                ErrorTypes.Permission,
                "SRV0150",
                "This server listens on this machine only and was called by another name; expected localhost or 127.0.0.1. Start it with another address to serve other names.");
        }

        if (context.Request.Headers.Origin is [{ Length: > 0 } origin] && !IsSameOrigin(origin, context.Request.Host))
        {
            throw new ApiException(
                StatusCodes.Status403Forbidden,
                ErrorTypes.Permission,
                "SRV0151",
                "The request comes from a web page of another site; expected this server's own pages, or a program that sends no Origin header.");
        }
    }

    private static bool IsLoopbackName(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || host.EndsWith(".localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));

    private static bool IsSameOrigin(string origin, HostString host) =>
        Uri.TryCreate(origin, UriKind.Absolute, out var uri)
        && uri.Authority.Equals(host.Value, StringComparison.OrdinalIgnoreCase);
}
