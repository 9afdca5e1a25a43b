using Gyre.Models.Generation;

namespace Gyre.Server.Generation;

/// <summary>The wire's words for why a generation ended.</summary>
internal static class FinishReasons
{
    public static string Name(FinishReason reason) => reason == FinishReason.Length ? "length" : "stop";
}
