namespace Gyre.Server.Hosting;

/// <summary>Log entries about the trace writer.</summary>
internal static partial class TraceLog
{
    [LoggerMessage(Level = LogLevel.Warning, Message = "{Sentence}")]
    public static partial void Reported(ILogger log, string sentence);
}
