namespace Gyre.Server.Http;

/// <summary>The error families that clients of the wire format know.</summary>
internal static class ErrorTypes
{
    public const string InvalidRequest = "invalid_request_error";
    public const string NotFound = "not_found_error";
    public const string RateLimit = "rate_limit_error";
    public const string Server = "server_error";
    public const string Permission = "permission_error";
}
