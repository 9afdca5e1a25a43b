namespace Gyre.Server.Http;

/// <summary>Whose clients a route is for, and so how its errors are written.</summary>
internal enum ErrorForm
{
    /// <summary><c>{"error":{"message","type","param","code"}}</c>.</summary>
    OpenAi,

    /// <summary><c>{"type":"error","error":{"type","message"}}</c>.</summary>
    Messages,
}
