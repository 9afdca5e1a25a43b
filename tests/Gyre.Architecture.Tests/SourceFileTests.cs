using Gyre.TestSupport;

namespace Gyre.Architecture.Tests;

public class SourceFileTests
{
    private const int WallLines = 500;

    private static readonly string[] BannedFolders = ["Common", "Utils", "Helpers", "Util", "Misc"];

    [Fact]
    public void No_source_file_is_longer_than_the_wall()
    {
        var tooLong = Sources()
            .Select(path => (path, lines: File.ReadLines(path).Count()))
            .Where(file => file.lines > WallLines)
            .Select(file => $"{Path.GetRelativePath(TestData.RepositoryRoot, file.path)}: {file.lines}");

        tooLong.ShouldBeEmpty();
    }

    [Fact]
    public void No_folder_is_an_attic()
    {
        var attics = Sources()
            .Select(path => Path.GetRelativePath(TestData.RepositoryRoot, path).Split(Path.DirectorySeparatorChar))
            .Where(parts => parts.Any(part => BannedFolders.Contains(part, StringComparer.Ordinal)))
            .Select(parts => string.Join('/', parts));

        attics.ShouldBeEmpty();
    }

    private static IEnumerable<string> Sources() =>
        new[] { "src", "tests", "bench" }
            .Select(folder => Path.Combine(TestData.RepositoryRoot, folder))
            .Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories))
            .Where(path => !path.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
}
