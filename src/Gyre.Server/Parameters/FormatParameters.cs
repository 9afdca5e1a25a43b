namespace Gyre.Server.Parameters;

/// <summary>Words about the form of an answer, used by several tables.</summary>
internal static class FormatParameters
{
    public const string TextDescription = "format: only {\"type\":\"text\"}; constrained answers are not built yet.";
}
