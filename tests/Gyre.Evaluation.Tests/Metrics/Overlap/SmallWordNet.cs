namespace Gyre.Evaluation.Tests.Metrics.Overlap;

/// <summary>A folder in the form of WordNet's dictionary files, of a few meanings written for these tests.</summary>
internal sealed class SmallWordNet : IDisposable
{
    private SmallWordNet(string path) => Path = path;

    public string Path { get; }

    public static SmallWordNet Write()
    {
        var path = Directory.CreateTempSubdirectory("gyre-wordnet-").FullName;
        foreach (var part in new[] { "noun", "verb", "adj", "adv" })
        {
            File.WriteAllText(System.IO.Path.Combine(path, $"data.{part}"), "  1 A line of licence\n");
            File.WriteAllText(System.IO.Path.Combine(path, $"index.{part}"), "  1 A line of licence\n");
            File.WriteAllText(System.IO.Path.Combine(path, $"{part}.exc"), "");
        }

        File.AppendAllText(System.IO.Path.Combine(path, "data.adv"), "00000100 02 r 03 always 0 forever 0 for_good 0 000 | without end\n00000200 02 r 01 ever(a) 0 000 | at any time\n");
        File.AppendAllText(System.IO.Path.Combine(path, "index.adv"), "always r 1 0 1 1 00000100\nforever r 1 1 ! 1 1 00000100\never r 1 0 1 1 00000200\n");
        File.AppendAllText(System.IO.Path.Combine(path, "data.verb"), "00000300 29 v 02 run 0 Race 0 000 01 + 02 00 | move fast\n");
        File.AppendAllText(System.IO.Path.Combine(path, "index.verb"), "run v 1 0 1 1 00000300\n");
        File.AppendAllText(System.IO.Path.Combine(path, "verb.exc"), "ran run\n");
        return new SmallWordNet(path);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
