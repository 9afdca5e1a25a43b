namespace Gyre.Server.OpenApi;

/// <summary>A parameter in a path or a query.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsInPath">True for the path, false for the query.</param>
/// <param name="Schema">Its JSON schema.</param>
/// <param name="Description">What it does.</param>
internal sealed record PlaceParameter(string Name, bool IsInPath, string Schema, string Description);
