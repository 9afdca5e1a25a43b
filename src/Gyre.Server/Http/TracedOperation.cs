namespace Gyre.Server.Http;

/// <summary>Endpoint metadata: every request to it is traced under this name.</summary>
/// <param name="Name">The operation's name in the conventions, for example <c>chat</c>.</param>
internal sealed record TracedOperation(string Name);
