using Gyre.Training.Runs;

namespace Gyre.Training.Tests.Runs;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_that_cannot_take_its_name_leaves_nothing_beside_it()
    {
        // A report on a full disk left its temporary file; a folder in the way fails at a later step of the same path.
        Directory.CreateDirectory(_folder.In("report.json"));

        Should.Throw<Exception>(() => AtomicFile.WriteText(_folder.In("report.json"), "text")).ShouldSatisfyAllConditions(
            error => (error is IOException or UnauthorizedAccessException).ShouldBeTrue());

        Directory.GetFileSystemEntries(_folder.Path).ShouldBe([_folder.In("report.json")]);
    }

    [Fact]
    public void A_file_is_replaced_as_a_whole()
    {
        AtomicFile.WriteText(_folder.In("a.json"), "a longer text");
        AtomicFile.WriteText(_folder.In("a.json"), "short");

        File.ReadAllText(_folder.In("a.json")).ShouldBe("short");
        Directory.GetFiles(_folder.Path).ShouldBe([_folder.In("a.json")]);
    }
}
