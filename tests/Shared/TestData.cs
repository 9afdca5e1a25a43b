namespace Gyre.TestSupport;

/// <summary>Finds the shared folder of real models, tokenizers and data; tests that need it skip aloud without it.</summary>
internal static class TestData
{
    /// <summary>The root: <c>GYRE_TEST_DATA</c>, or <c>../shared</c> beside the checkout.</summary>
    public static string? Root { get; } = FindRoot();

    /// <summary>The full path of a file or folder in the shared data; skips the running test when it is absent.</summary>
    public static string Require(string relativePath)
    {
        var path = Root is null ? null : Path.Combine(Root, relativePath);
        if (path is null || !(File.Exists(path) || Directory.Exists(path)))
        {
            Assert.Skip($"Needs shared test data '{relativePath}'; set GYRE_TEST_DATA to the folder that holds it (looked in '{Root ?? "../shared"}').");
        }

        return path;
    }

    /// <summary>The root of the checkout that these tests were built from.</summary>
    public static string RepositoryRoot { get; } = FindUp(AppContext.BaseDirectory, "Gyre.slnx")
        ?? throw new InvalidOperationException("The tests must run from inside a checkout: no Gyre.slnx above " + AppContext.BaseDirectory);

    private static string? FindRoot()
    {
        var fromEnvironment = Environment.GetEnvironmentVariable("GYRE_TEST_DATA");
        if (!string.IsNullOrEmpty(fromEnvironment))
        {
            return Path.GetFullPath(fromEnvironment);
        }

        var repository = FindUp(AppContext.BaseDirectory, "Gyre.slnx");
        var beside = repository is null ? null : Path.GetFullPath(Path.Combine(repository, "..", "shared"));
        return Directory.Exists(beside) ? beside : null;
    }

    private static string? FindUp(string start, string fileName)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, fileName)))
            {
                return folder.FullName;
            }
        }

        return null;
    }
}
