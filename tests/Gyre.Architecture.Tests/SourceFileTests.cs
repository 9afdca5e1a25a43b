using Gyre.TestSupport;

namespace Gyre.Architecture.Tests;

public class SourceFileTests
{
    private const int WallLines = 500;

    private static readonly string[] BannedFolders = ["Common", "Utils", "Helpers", "Util", "Misc"];

    [Fact]
    public void No_source_file_is_longer_than_the_wall()
    {
        var tooLong = Sources().Concat(ConsoleFiles())
            .Select(path => (path, lines: File.ReadLines(path).Count()))
            .Where(file => file.lines > WallLines)
            .Select(file => $"{Path.GetRelativePath(TestData.RepositoryRoot, file.path)}: {file.lines}");

        tooLong.ShouldBeEmpty();
    }

    [Theory]
    [InlineData(".razor")]
    [InlineData(".js")]
    [InlineData(".css")]
    public void The_wall_stands_around_the_console_too(string extension) =>
        ConsoleFiles().ShouldContain(path => path.EndsWith(extension, StringComparison.Ordinal));

    [Fact]
    public void No_folder_is_an_attic()
    {
        var attics = Sources()
            .Select(path => Path.GetRelativePath(TestData.RepositoryRoot, path).Split(Path.DirectorySeparatorChar))
            .Where(parts => parts.Any(part => BannedFolders.Contains(part, StringComparer.Ordinal)))
            .Select(parts => string.Join('/', parts));

        attics.ShouldBeEmpty();
    }

    private static IEnumerable<string> Sources() => Files(["*.cs"], "src", "tests", "bench");

    private static IEnumerable<string> ConsoleFiles() => Files(["*.razor", "*.js", "*.css"], "src");

    private static IEnumerable<string> Files(string[] patterns, params string[] folders) => folders
        .Select(folder => Path.Combine(TestData.RepositoryRoot, folder))
        .Where(Directory.Exists)
        .SelectMany(folder => patterns.SelectMany(pattern => Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories)))
        .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"));
}
