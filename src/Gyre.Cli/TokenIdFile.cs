using System.Text.Json;

namespace Gyre.Cli;

/// <summary>Reads token ids from a file: a JSON array, or numbers separated by blanks, commas or line ends.</summary>
internal static class TokenIdFile
{
    public static async Task<IReadOnlyList<int>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        string text;
        try
        {
            text = await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException("CLI0003", $"Reading token ids failed: {error.Message} Give a readable file to --prompt-ids.", error);
        }

        try
        {
            return text.TrimStart().StartsWith('[')
                ? JsonSerializer.Deserialize<int[]>(text)!
                : [.. text.Split([' ', '\t', '\r', '\n', ','], StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)];
        }
        catch (Exception error) when (error is JsonException or FormatException or OverflowException)
        {
            throw new CliException("CLI0004", $"Reading token ids from '{path}' failed: {error.Message} Expected a JSON array of integers, or integers separated by blanks.", error);
        }
    }
}
