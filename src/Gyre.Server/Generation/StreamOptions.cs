using Gyre.Server.Parameters;

namespace Gyre.Server.Generation;

/// <summary>The <c>stream_options</c> parameter.</summary>
internal static class StreamOptions
{
    /// <summary>Whether a stream ends with its usage.</summary>
    public static bool ReadIncludeUsage(RequestReader reader, bool isStreamed)
    {
        if (reader.ReadObject("stream_options", out var found) is not { } options)
        {
            return false;
        }

        options.AllowOnly("include_usage", "include_obfuscation");
        options.ReadBoolean("include_obfuscation");
        if (!isStreamed && found.EnumerateObject().Any())
        {
            reader.Faults.Add("SRV0115", "stream_options", "'stream_options' is set without 'stream'; expected 'stream' to be true beside it.");
        }

        return options.ReadBoolean("include_usage") ?? false;
    }
}
