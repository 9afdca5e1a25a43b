using System.Diagnostics;
using System.Net;
using System.Text.Json;
using Gyre.Evaluation.Reports;
using Gyre.Server.Tests.Experiments;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>Alone in the process: what it counts are the bytes that the whole process asks for.</summary>
[CollectionDefinition(nameof(LargeExperimentTests), DisableParallelization = true)]
[Collection(nameof(LargeExperimentTests))]
public class LargeExperimentTests
{
    [Fact]
    public async Task Fifty_thousand_rows_are_paged_in_the_memory_of_a_page()
    {
        await using var server = await TestServer.StartAsync();
        var entry = await new RecordedRuns(server).LargeAsync(50_000);
        var path = $"/{entry.Id}/examples?show=regressions&candidate=b&metric=s&limit=50";
        await JsonAsync(server, path); // Builds the index.
        var index = new FileInfo(Directory.GetFiles(Path.Combine(server.Folder, "experiments")).Single()).Length;

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var first = await JsonAsync(server, path);
        var last = await JsonAsync(server, path + "&from=16650");
        var allocated = GC.GetTotalAllocatedBytes(precise: true) - before;

        first.GetProperty("total").GetInt64().ShouldBe(16_666);
        first.GetProperty("data")[0].GetProperty("number").GetInt64().ShouldBe(49_998); // The largest loss is that of the last third row.
        last.GetProperty("data").GetArrayLength().ShouldBe(16);
        last.GetProperty("data")[15].GetProperty("number").GetInt64().ShouldBe(3);
        last.GetProperty("next").ValueKind.ShouldBe(JsonValueKind.Null);
        var rows = new FileInfo(Path.Combine(entry.Run.Folder, ReportFolder.RowsName)).Length;
        allocated.ShouldBeLessThan(rows / 3); // Two pages, without reading the rows of 27 MB; the numbers of all matches are 16 bytes each.
        index.ShouldBeInRange(50_000 * (8 + 2 + 4 + 16), (50_000 * (8 + 2 + 4 + 16)) + 4096);
        (await JsonAsync(server, $"/{entry.Id}/examples?text=needle49999%20")).GetProperty("data").EnumerateArray().Single().GetProperty("number").GetInt64().ShouldBe(49_999);
    }

    /// <summary>Not a check but a measurement; run with <c>-explicit only -diagnostics</c>.</summary>
    [Fact(Explicit = true)]
    public async Task Measure_half_a_million_rows()
    {
        await using var server = await TestServer.StartAsync();
        server.Http.Timeout = TimeSpan.FromMinutes(5);
        var entry = await new RecordedRuns(server).LargeAsync(500_000, padding: 1_000);
        var path = $"/{entry.Id}/examples?show=regressions&candidate=b&metric=s&limit=20";
        foreach (var (what, query) in new[] { ("index and first page", path), ("first page", path), ("last page", path + "&from=166640"), ("all rows, in the middle", $"/{entry.Id}/examples?from=250000"), ("text that nothing has, 64 MiB", $"/{entry.Id}/examples?text=nothing") })
        {
            var (before, watch) = (GC.GetTotalAllocatedBytes(precise: true), Stopwatch.StartNew());
            await JsonAsync(server, query);
            TestContext.Current.SendDiagnosticMessage($"{what}: {watch.Elapsed.TotalMilliseconds:0} ms, {(GC.GetTotalAllocatedBytes(precise: true) - before) / 1024} KiB allocated, {Environment.WorkingSet >> 20} MiB resident");
        }

        TestContext.Current.SendDiagnosticMessage($"rows {new FileInfo(Path.Combine(entry.Run.Folder, ReportFolder.RowsName)).Length >> 20} MiB, index {new FileInfo(Directory.GetFiles(Path.Combine(server.Folder, "experiments")).Single()).Length >> 20} MiB");
    }

    private static async Task<JsonElement> JsonAsync(TestServer server, string path)
    {
        var response = await server.Http.GetAsync("api/experiments" + path);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }
}
