using System.Text;
using Gyre.Server.Parameters;
using Gyre.TestSupport;

namespace Gyre.Server.Tests.Parameters;

/// <summary>The page of supported parameters is written from the tables that requests are checked with.</summary>
public class CompatibilityPageTests
{
    private const string Begin = "<!-- parameters: written from the code; GYRE_UPDATE_DOCS=1 rewrites them -->";

    [Fact]
    public void The_page_lists_every_parameter_as_the_server_treats_it()
    {
        var path = Path.Combine(TestData.RepositoryRoot, "docs", "openai-compatibility.md");
        var page = File.ReadAllText(path).ReplaceLineEndings("\n");
        var head = page[..(page.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length)];
        var expected = head + "\n" + Tables();
        if (Environment.GetEnvironmentVariable("GYRE_UPDATE_DOCS") == "1")
        {
            File.WriteAllText(path, expected);
            return;
        }

        page.ShouldBe(expected, "Run this test with GYRE_UPDATE_DOCS=1 to rewrite the page.");
    }

    private static string Tables()
    {
        var text = new StringBuilder();
        foreach (var (route, table) in ParameterTables.All)
        {
            text.Append("\n## ").Append(route).Append("\n\n| parameter | support | notes |\n|---|---|---|\n");
            foreach (var parameter in table.Parameters.OrderBy(parameter => parameter.Support))
            {
                text.Append($"| `{parameter.Name}`{(parameter.IsRequired ? " (required)" : "")} | {parameter.Support.ToString().ToLowerInvariant()} | {parameter.Description.Replace("|", "\\|", StringComparison.Ordinal)} |\n");
            }
        }

        return text.ToString();
    }
}
