using System.Security.Cryptography;
using System.Text;

namespace Gyre.Training.Sources;

/// <summary>The tokenizer files of a run: copied or trained once, then always read from the run folder.</summary>
internal static class TokenizerFolder
{
    private static readonly string[] Names =
    [
        "tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "tokenizer.model",
        "vocab.json", "merges.txt", "encoder.json", "vocab.bpe",
    ];

    /// <summary>Copies the tokenizer files that lie at a path.</summary>
    public static void Copy(string path, string destination)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(path) ?? ".";
        var files = Names.Select(name => Path.Combine(folder, name)).Where(File.Exists).ToArray();
        if (files.Length == 0)
        {
            throw new TrainingException("TRN0042", $"Reading the tokenizer failed: '{path}' holds no tokenizer file; expected tokenizer.json, vocab.json with merges.txt, or tokenizer.model. Check tokenizer.path.");
        }

        Directory.CreateDirectory(destination);
        foreach (var file in files)
        {
            File.Copy(file, Path.Combine(destination, Path.GetFileName(file)), overwrite: true);
        }
    }

    /// <summary>SHA-256 over the names and contents of the files.</summary>
    public static string Digest(string folder)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.GetFiles(folder).Order(StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes(Path.GetFileName(file) + "\n"));
            hash.AppendData(File.ReadAllBytes(file));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
