using System.Net;
using System.Security.Cryptography;
using System.Text;
using Gyre.Evaluation.Benchmarks;
using Gyre.Evaluation.Benchmarks.Sources;
using Gyre.Evaluation.Tests.Benchmarks.Definitions;

namespace Gyre.Evaluation.Tests.Benchmarks.Sources;

public sealed class BenchmarkDownloadTests
{
    private const string Record = "{\"q\":\"Q\",\"a\":[\"x\",\"y\"],\"right\":0}\n";

    [Fact]
    public async Task A_missing_file_is_fetched_once_and_only_when_allowed()
    {
        using var folder = new TemporaryFolder();
        var server = new Server(Record);
        var definition = Definition("https://example.com/t.jsonl", "");

        (await Should.ThrowAsync<EvaluationException>(Run(definition, folder.Path, null))).Code.ShouldBe("EVA0063");
        var first = await Run(definition, folder.Path, server);
        await Run(definition, folder.Path, server);

        server.Count.ShouldBe(1);
        first.Outcomes.Count.ShouldBe(1);
        first.Files.ShouldBe([new BenchmarkFile("test", "t.jsonl", Record.Length, Digest(Record))]);
    }

    [Fact]
    public async Task A_file_with_the_named_digest_is_kept_and_any_other_is_not()
    {
        using var folder = new TemporaryFolder();

        var error = await Should.ThrowAsync<EvaluationException>(Run(Definition("https://example.com/t.jsonl", Digest("other")), folder.Path, new Server(Record)));
        error.Code.ShouldBe("EVA0068");
        error.Message.ShouldContain(Digest(Record));
        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBeEmpty();

        (await Run(Definition("https://example.com/t.jsonl", Digest(Record)), folder.Path, new Server(Record))).Answered.ShouldBe(1);
    }

    [Theory]
    [InlineData("https://example.com/t.jsonl", HttpStatusCode.NotFound, 1000, "EVA0068")]
    [InlineData("https://example.com/t.jsonl", HttpStatusCode.OK, 10, "EVA0068")]
    [InlineData("http://example.com/t.jsonl", HttpStatusCode.OK, 1000, "EVA0063")]
    [InlineData("file:///etc/passwd", HttpStatusCode.OK, 1000, "EVA0063")]
    public async Task What_is_not_there_too_large_or_not_by_https_is_refused_and_leaves_nothing(string url, HttpStatusCode status, long most, string code)
    {
        using var folder = new TemporaryFolder();

        (await Should.ThrowAsync<EvaluationException>(Run(Definition(url, ""), folder.Path, new Server(Record, status), most))).Code.ShouldBe(code);

        Directory.EnumerateFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void Digests_are_hexadecimal() => Should.Throw<EvaluationException>(() => Definition("https://example.com/t.jsonl", "ABC")).Message.ShouldContain("sha256");

    private static BenchmarkDefinition Definition(string url, string digest) => BenchmarkDefinition.Parse(
        DefinitionReaderTests.Whole.Replace("test: { files: \"t.jsonl\" }", $"test: {{ files: \"t.jsonl\", url: \"{url}\"{(digest.Length > 0 ? $", sha256: {digest}" : "")} }}", StringComparison.Ordinal));

    private static string Digest(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static async Task<BenchmarkResult> Run(BenchmarkDefinition definition, string folder, Server? server, long most = 1000)
    {
        using var http = server is null ? null : new HttpClient(server, disposeHandler: false);
        var model = new BenchmarkModel { Name = "m", Digest = "m", Likelihoods = new ScriptedScorer(_ => Gyre.Contracts.Likelihood.Of(-1, 1, false)) };
        var options = new BenchmarkRunOptions { Folder = folder, Shots = 0, Download = http is null ? null : new BenchmarkDownload(http) { MostBytes = most }, Comparison = new() { Resamples = 100 } };
        return await new BenchmarkRun(definition, model, options, TimeProvider.System).RunAsync();
    }

    private sealed class Server(string text, HttpStatusCode status = HttpStatusCode.OK) : HttpMessageHandler
    {
        public int Count { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Count++;
            return Task.FromResult(new HttpResponseMessage(status) { Content = new StringContent(text) });
        }
    }
}
