using System.ComponentModel;

namespace Gyre.Server.Wire;

/// <summary>How the server is.</summary>
[Description("How the server is.")]
internal sealed record Health
{
    [Description("ok; or, for readiness, loading, failing or draining.")]
    public required string Status { get; init; }

    [Description("What is the matter, when something is.")]
    public string? Reason { get; init; }
}
