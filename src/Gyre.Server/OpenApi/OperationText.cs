using Gyre.Server.Parameters;

namespace Gyre.Server.OpenApi;

/// <summary>Endpoint metadata: what the OpenAPI document says of a route.</summary>
/// <param name="Id">The operation's id.</param>
/// <param name="Tag">The group it is listed in.</param>
/// <param name="Summary">One line.</param>
/// <param name="Description">What it does.</param>
internal sealed record OperationText(string Id, string Tag, string Summary, string Description)
{
    /// <summary>The request's body; null for none.</summary>
    public ParameterTable? Request { get; init; }

    /// <summary>A request that works as printed.</summary>
    public string? RequestExample { get; init; }

    /// <summary>The content types of a body that is no JSON object, each with one that works as printed; none for <see cref="Request"/> or no body.</summary>
    public IReadOnlyList<(string ContentType, string Example)> Bodies { get; init; } = [];

    /// <summary>The parts of the form that is its body; null for none.</summary>
    public ParameterTable? Form { get; init; }

    /// <summary>Parameters in path and query.</summary>
    public IReadOnlyList<PlaceParameter> Parameters { get; init; } = [];

    /// <summary>The type of one event, where the answer may be a stream of them.</summary>
    public Type? EventType { get; init; }

    /// <summary>The content types of such a stream.</summary>
    public IReadOnlyList<string> EventContentTypes { get; init; } = ["text/event-stream"];

    /// <summary>The form of its errors.</summary>
    public Type ErrorType { get; init; } = typeof(Http.ErrorBody);

    /// <summary>The errors it may answer with.</summary>
    public IReadOnlyList<int> Errors { get; init; } = [];
}
