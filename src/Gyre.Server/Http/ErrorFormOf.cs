namespace Gyre.Server.Http;

/// <summary>Endpoint metadata: the form of a route's errors; routes without it use <see cref="ErrorForm.OpenAi"/>.</summary>
/// <param name="Form">The form.</param>
internal sealed record ErrorFormOf(ErrorForm Form);
