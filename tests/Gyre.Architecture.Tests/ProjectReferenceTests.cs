using System.Xml.Linq;
using Gyre.TestSupport;

namespace Gyre.Architecture.Tests;

public class ProjectReferenceTests
{
    /// <summary>Room → the rooms it may use; every room may use Contracts. A new edge is a decision: change the design first.</summary>
    private static readonly Dictionary<string, string[]> Allowed = new(StringComparer.Ordinal)
    {
        ["Contracts"] = [],
        ["Tensors"] = [],
        ["Models"] = ["Tensors"],
        ["Training"] = ["Models", "Tensors", "Evaluation"],
        ["Evaluation"] = [],
        ["Storage"] = [],
        ["Observability"] = ["Storage"],
        ["Registry"] = ["Storage"],
        ["Orchestration"] = ["Tensors", "Storage"],
        ["Server"] = ["Tensors", "Models", "Training", "Evaluation", "Orchestration", "Storage", "Observability", "Registry"],
        ["Cli"] = ["Tensors", "Models", "Training", "Evaluation", "Orchestration", "Storage", "Observability", "Registry", "Server"],
    };

    public static TheoryData<string> Rooms => new(Projects().Select(path => Path.GetFileName(path)[5..^7]));

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_uses_only_the_rooms_below_it(string room)
    {
        Allowed.ShouldContainKey(room, $"Room Gyre.{room} is not in the list of rooms; add it with its allowed edges.");
        var project = XDocument.Load(Projects().Single(path => path.EndsWith($"Gyre.{room}.csproj", StringComparison.Ordinal)));
        var used = project.Descendants("ProjectReference")
            .Select(reference => Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)[5..])
            .Where(name => name != "Contracts");

        used.Except(Allowed[room]).ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(Rooms))]
    public void A_room_says_what_it_is_in_one_sentence(string room)
    {
        var project = XDocument.Load(Projects().Single(path => path.EndsWith($"Gyre.{room}.csproj", StringComparison.Ordinal)));
        var sentence = project.Descendants("Description").Single().Value;

        sentence.ShouldEndWith(".");
        sentence.Count(c => c == '.').ShouldBe(sentence.Contains("Microsoft.Extensions.AI.Abstractions", StringComparison.Ordinal) ? 4 : 1);
    }

    private static string[] Projects() =>
        Directory.GetFiles(Path.Combine(TestData.RepositoryRoot, "src"), "*.csproj", SearchOption.AllDirectories);
}
