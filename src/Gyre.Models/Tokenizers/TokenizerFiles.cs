namespace Gyre.Models.Tokenizers;

/// <summary>Reads the files of a tokenizer within limits.</summary>
internal static class TokenizerFiles
{
    /// <summary>A whole file.</summary>
    /// <remarks>Errors: RUN0100 when it cannot be read, RUN0101 when it is too large.</remarks>
    public static byte[] Read(string path, int maxBytes)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 1);
            return Read(stream, maxBytes, $"the size in bytes of '{path}'");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw TokenizerErrors.Unreadable(path, exception);
        }
    }

    /// <summary>A whole stream.</summary>
    /// <remarks>Errors: RUN0101 when it is longer than the limit.</remarks>
    public static byte[] Read(Stream stream, int maxBytes, string what)
    {
        using var copy = new MemoryStream(stream.CanSeek ? (int)Math.Clamp(stream.Length - stream.Position, 0, maxBytes) : 0);
        var buffer = new byte[81920];
        while (stream.Read(buffer) is var read and > 0)
        {
            if (copy.Length + read > maxBytes)
            {
                throw TokenizerErrors.TooLarge(what, copy.Length + read, maxBytes);
            }

            copy.Write(buffer, 0, read);
        }

        return copy.ToArray();
    }
}
