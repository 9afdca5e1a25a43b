using Gyre.Server.Tests.Endpoints;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Conformance;

/// <summary>The server that both clients run the scenarios against: a scripted fake engine that keeps every constraint.</summary>
internal static class ConformanceServer
{
    private const string Weather = "<tool_call>\n{\"name\": \"get_weather\", \"arguments\": {\"city\": \"Oslo\", \"days\": 2}}\n</tool_call>";
    private const string Time = "<tool_call>\n{\"name\": \"get_time\", \"arguments\": {}}\n</tool_call>";

    public static async Task<TestServer> StartAsync()
    {
        var server = await TestServer.StartAsync(template: ToolTests.Template, embeds: true);
        server.Generator.Script = prompt => LastOfUser(prompt) is not { } said ? null
            : !prompt.StartsWith("T:", StringComparison.Ordinal) ? said.ToUpperInvariant()
            : said switch
            {
                "weather?" => Weather,
                "weather and time?" => Weather + "\n" + Time,
                _ => said.ToUpperInvariant(),
            };
        server.Generator.DelayOf = prompt => LastOfUser(prompt)?.StartsWith("slow", StringComparison.Ordinal) == true ? TimeSpan.FromMilliseconds(20) : TimeSpan.Zero;
        server.Generator.Refuses = prompt => LastOfUser(prompt) == "full";
        return server;
    }

    /// <summary>The scenarios that every client must pass.</summary>
    public static IReadOnlyList<string> Names => File.ReadAllLines(Path.Combine(Folder, "scenarios.txt")).Where(line => line.Length > 0).ToList();

    public static string Folder { get; } = Path.Combine(Gyre.TestSupport.TestData.RepositoryRoot, "tests", "Gyre.Server.Tests", "Conformance");

    private static string? LastOfUser(string prompt) =>
        prompt.Split('\n').LastOrDefault(line => line.StartsWith("user:", StringComparison.Ordinal))?["user:".Length..];
}
