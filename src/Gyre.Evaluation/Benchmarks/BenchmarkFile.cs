using System.Security.Cryptography;
using System.Text.RegularExpressions;
using Gyre.Evaluation.Benchmarks.Definitions;
using Gyre.Evaluation.Benchmarks.Sources;

namespace Gyre.Evaluation.Benchmarks;

/// <summary>A file that a benchmark's items are from.</summary>
/// <param name="Split">The split; <c>prompt</c> for a file of introductions.</param>
/// <param name="Name">The path inside the folder, with <c>/</c>.</param>
/// <param name="Length">Bytes.</param>
/// <param name="Digest">SHA-256, in lower-case hexadecimal.</param>
public sealed partial record BenchmarkFile(string Split, string Name, long Length, string Digest)
{
    /// <summary>Reads the files of a benchmark's questions, of its examples when there are any, and of its introductions.</summary>
    internal static async Task<IReadOnlyList<BenchmarkFile>> DescribeAsync(BenchmarkDefinition definition, string folder, bool hasExamples, CancellationToken cancellationToken)
    {
        var found = BenchmarkFolder.Find(folder, definition.Splits["test"]).Select(file => (Split: "test", file.Path));
        if (hasExamples)
        {
            found = found.Concat(BenchmarkFolder.Find(folder, definition.Splits[definition.Shots.Split]).Select(file => (definition.Shots.Split, file.Path)));
        }

        if (definition.Prompt.IntroFile is { IsEmpty: false } intro)
        {
            var pattern = Places().Replace(intro.Source, "*");
            found = found.Concat(BenchmarkFolder.Find(folder, new SplitRules(pattern, "", "", null)).Select(file => ("prompt", file.Path)));
        }

        var files = new List<BenchmarkFile>();
        foreach (var (split, file) in found)
        {
            try
            {
                await using var stream = File.OpenRead(file);
                var digest = Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancellationToken));
                files.Add(new BenchmarkFile(split, Path.GetRelativePath(folder, file).Replace('\\', '/'), stream.Length, digest));
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new EvaluationException("EVA0063", $"Reading a benchmark's data failed: {error.Message} File: {file}. Check the path, its permissions and that the file is whole.", error);
            }
        }

        return files;
    }

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Places();
}
