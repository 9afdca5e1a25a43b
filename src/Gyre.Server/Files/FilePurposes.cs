namespace Gyre.Server.Files;

/// <summary>What a file may be kept for.</summary>
internal static class FilePurposes
{
    public const string FineTune = "fine-tune";

    /// <summary>Written by the server; callers cannot send such files.</summary>
    public const string FineTuneResults = "fine-tune-results";

    /// <summary>What callers may name.</summary>
    public static IReadOnlyList<string> Sent { get; } = [FineTune, "batch", "assistants", "vision", "user_data", "evals"];
}
