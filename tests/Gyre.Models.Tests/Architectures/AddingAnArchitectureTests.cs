using System.Text.RegularExpressions;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

/// <summary>docs/design/adding-an-architecture.md shows the sources as they are.</summary>
public sealed class AddingAnArchitectureTests
{
    [Fact]
    public void What_the_page_quotes_stands_in_the_sources()
    {
        var page = Text("docs/design/adding-an-architecture.md");
        var quotes = Regex.Matches(
            page, "^`(?<path>[^`\n]+\\.cs)`:\n```csharp\n(?<code>.*?)\n```", RegexOptions.ExplicitCapture | RegexOptions.Multiline | RegexOptions.Singleline, TimeSpan.FromSeconds(1));
        quotes.Count.ShouldBe(3);
        foreach (Match quote in quotes)
        {
            Text(quote.Groups["path"].Value).ShouldContain(quote.Groups["code"].Value, Case.Sensitive, quote.Groups["path"].Value);
        }

        // A file is shown as a whole where its first line is.
        Text("src/Gyre.Models/Architectures/Gpt2Decoder.cs").Trim().ShouldBe(quotes[0].Groups["code"].Value);
    }

    private static string Text(string path) =>
        File.ReadAllText(Path.Combine(TestData.RepositoryRoot, path)).ReplaceLineEndings("\n");
}
