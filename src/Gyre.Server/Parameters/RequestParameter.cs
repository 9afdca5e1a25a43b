namespace Gyre.Server.Parameters;

/// <summary>One row of an endpoint's parameter table: the request check, the OpenAPI document and the docs all read it.</summary>
/// <param name="Name">The parameter's name on the wire.</param>
/// <param name="Support">What the server does with it.</param>
/// <param name="Schema">Its JSON schema, without the description; null for a refused parameter.</param>
/// <param name="Description">What it does, with range and default; for a refused one, why and what to do instead.</param>
/// <param name="IsRequired">True when a request without it is refused.</param>
internal sealed record RequestParameter(
    string Name,
    ParameterSupport Support,
    string? Schema,
    string Description,
    bool IsRequired = false);
