using System.Net;
using System.Text.Json;
using Gyre.Evaluation.Reports;
using Gyre.Server.Tests.Experiments;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Endpoints;

public class ExperimentsTests
{
    [Fact]
    public async Task Runs_are_listed_newest_first_and_filtered()
    {
        await using var server = await TestServer.StartAsync();
        var runs = new RecordedRuns(server);
        var first = await runs.ExperimentAsync("alpha", rows: 20);
        var second = await runs.ExperimentAsync("beta", rows: 21);
        await runs.BenchmarkAsync("tiny", 0.5);

        var all = await JsonAsync(server, "");
        var experiments = await JsonAsync(server, "?kind=experiment&limit=1");
        var rest = await JsonAsync(server, $"?kind=experiment&before={experiments.GetProperty("next").GetString()}");

        Names(all).ShouldBe(["arc-challenge", "beta", "alpha"]);
        (Names(experiments).Single(), Names(rest).Single()).ShouldBe(("beta", "alpha"));
        Names(await JsonAsync(server, $"?dataset_digest={first.Run.DatasetDigest}")).ShouldBe(["alpha"]);
        Names(await JsonAsync(server, "?name=bet")).ShouldBe(["beta"]);
        Names(await JsonAsync(server, "?kind=experiment&passed=true")).ShouldBeEmpty(); // One candidate is below its threshold.
        var card = all.GetProperty("data")[1];
        card.GetProperty("id").GetString().ShouldBe(second.Id);
        card.GetProperty("candidates").GetArrayLength().ShouldBe(3);
        card.GetProperty("figures")[0].GetProperty("value").GetDouble().ShouldBeInRange(0, 1);
    }

    [Theory]
    [InlineData("?colour=red", "SRV0110")]
    [InlineData("?kind=test", "SRV0114")]
    [InlineData("?passed=maybe", "SRV0114")]
    [InlineData("?limit=0", "SRV0114")]
    [InlineData("?before=exp_none", "REG0042")]
    [InlineData("/compare?a=exp_none&b=exp_none", "SRV0187")]
    [InlineData("/compare?a=exp_none", "SRV0187")]
    [InlineData("/compare", "SRV0112")]
    [InlineData("/exp_none", "SRV0187")]
    [InlineData("/exp_none/examples", "SRV0187")]
    [InlineData("/exp_none/examples/1", "SRV0187")]
    public async Task What_cannot_be_answered_is_refused_with_its_code(string path, string code)
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.GetAsync("api/experiments" + path);

        response.StatusCode.ShouldBe(code == "SRV0187" ? HttpStatusCode.NotFound : HttpStatusCode.BadRequest);
        (await response.ErrorAsync()).Code.ShouldBe(code);
    }

    [Fact]
    public async Task A_run_comes_with_its_tables_and_is_forgotten_without_its_files()
    {
        await using var server = await TestServer.StartAsync();
        var entry = await new RecordedRuns(server).ExperimentAsync();

        var detail = await JsonAsync(server, $"/{entry.Id}");
        (await server.Http.GetAsync($"api/experiments/{entry.Id}/examples")).EnsureSuccessStatusCode();
        Directory.GetFiles(Path.Combine(server.Folder, "experiments")).Length.ShouldBe(1);
        var forgotten = await server.Http.DeleteAsync($"api/experiments/{entry.Id}");

        detail.GetProperty("state").GetString().ShouldBe("unchanged");
        detail.GetProperty("result").GetProperty("format").GetString().ShouldBe(ResultFile.Format);
        detail.GetProperty("result").GetProperty("candidates").GetArrayLength().ShouldBe(3);
        (await forgotten.JsonAsync()).GetProperty("forgotten").GetBoolean().ShouldBeTrue();
        (await server.Http.GetAsync($"api/experiments/{entry.Id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        (await server.Http.DeleteAsync($"api/experiments/{entry.Id}")).StatusCode.ShouldBe(HttpStatusCode.NotFound);
        File.Exists(entry.Path).ShouldBeTrue();
        Directory.GetFiles(Path.Combine(server.Folder, "experiments")).ShouldBeEmpty();
    }

    [Fact]
    public async Task Files_that_were_changed_moved_or_damaged_are_told()
    {
        await using var server = await TestServer.StartAsync();
        var entry = await new RecordedRuns(server).ExperimentAsync();

        await File.AppendAllTextAsync(entry.Path, "\n");
        var changed = await JsonAsync(server, $"/{entry.Id}");
        await File.WriteAllTextAsync(entry.Path, "nonsense");
        var damaged = await JsonAsync(server, $"/{entry.Id}");
        var examples = await server.Http.GetAsync($"api/experiments/{entry.Id}/examples");
        Directory.Delete(entry.Run.Folder, recursive: true);
        var missing = await JsonAsync(server, $"/{entry.Id}");

        changed.GetProperty("state").GetString().ShouldBe("changed");
        changed.GetProperty("problem").GetString().ShouldNotBeNull().ShouldContain("is not the file that was recorded");
        changed.GetProperty("result").ValueKind.ShouldBe(JsonValueKind.Object);
        damaged.GetProperty("state").GetString().ShouldBe("unusable");
        damaged.GetProperty("result").ValueKind.ShouldBe(JsonValueKind.Null);
        examples.StatusCode.ShouldBe(HttpStatusCode.Conflict);
        (await examples.ErrorAsync()).Code.ShouldBe("EVA0041");
        missing.GetProperty("state").GetString().ShouldBe("missing");
        missing.GetProperty("run").GetProperty("figures").GetArrayLength().ShouldBe(6);
    }

    [Fact]
    public async Task Examples_are_found_by_what_candidates_made_of_them()
    {
        await using var server = await TestServer.StartAsync();
        var entry = await new RecordedRuns(server).ExperimentAsync();

        var regressions = await JsonAsync(server, $"/{entry.Id}/examples?show=regressions&candidate=small&metric=length&limit=200");
        var failed = await JsonAsync(server, $"/{entry.Id}/examples?show=failed");
        var found = await JsonAsync(server, $"/{entry.Id}/examples?text=Marlow%20Shirt%2042%20is&segment=task%3Ddescribe");

        var losses = regressions.GetProperty("data").EnumerateArray().Select(row => Length(row, "small") - Length(row, "default")).ToArray();
        losses.ShouldAllBe(loss => loss > 0);
        losses.ShouldBe(losses.OrderDescending());
        failed.GetProperty("data").EnumerateArray().Single().GetProperty("id").GetString().ShouldBe("item-17");
        found.GetProperty("data").EnumerateArray().Single().GetProperty("id").GetString().ShouldBe("item-42");
        (await (await server.Http.GetAsync($"api/experiments/{entry.Id}/examples?metric=bleu")).ErrorAsync()).Code.ShouldBe("EVA0048");
        (await (await server.Http.GetAsync($"api/experiments/{entry.Id}/examples/999")).ErrorAsync()).Code.ShouldBe("SRV0188");
        (await (await server.Http.GetAsync($"api/experiments/{entry.Id}/examples/x")).ErrorAsync()).Code.ShouldBe("SRV0188");
        (await JsonAsync(server, $"/{entry.Id}/examples/18")).GetProperty("answers")[2].GetProperty("error").GetString().ShouldNotBeNull().ShouldContain("the model is away");

        static double Length(JsonElement row, string candidate) => row.GetProperty("answers").EnumerateArray().Single(answer => answer.GetProperty("candidate").GetString() == candidate)
            .GetProperty("scores").EnumerateArray().Single(score => score.GetProperty("metric").GetString() == "length").GetProperty("value").GetDouble();
    }

    [Fact]
    public async Task Two_runs_are_compared_on_equal_rows_only()
    {
        await using var server = await TestServer.StartAsync();
        var runs = new RecordedRuns(server);
        var first = await runs.ExperimentAsync("monday");
        var second = await runs.ExperimentAsync("tuesday", better: 0.5);
        var other = await runs.ExperimentAsync("other rows", datasetSeed: 1000);

        var compared = await JsonAsync(server, $"/compare?a={first.Id}&b={second.Id}&baseline=few-shot%20%C2%B7%20A");
        var refused = await server.Http.GetAsync($"api/experiments/compare?a={first.Id}&b={other.Id}");

        var worse = compared.GetProperty("result").GetProperty("comparisons").EnumerateArray().Single(item => item.GetProperty("scorer").GetString() == "exact-match" && item.GetProperty("candidate").GetString() == "few-shot · B");
        worse.GetProperty("difference").GetDouble().ShouldBeLessThan(-0.2);
        worse.GetProperty("adjustedPValue").GetDouble().ShouldBeLessThan(0.05);
        compared.GetProperty("result").GetProperty("comparisons").EnumerateArray().Single(item => item.GetProperty("scorer").GetString() == "exact-match" && item.GetProperty("candidate").GetString() == "default · B").GetProperty("pairs").GetInt32().ShouldBe(60);
        refused.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = await refused.ErrorAsync();
        (error.Code, error.Message.Contains("expected the same version", StringComparison.Ordinal)).ShouldBe(("EVA0049", true));
    }

    [Fact]
    public async Task Models_on_benchmarks_are_a_matrix_of_the_newest_runs()
    {
        await using var server = await TestServer.StartAsync();
        var runs = new RecordedRuns(server);
        await runs.BenchmarkAsync("tiny", 0.3);
        var newest = await runs.BenchmarkAsync("tiny", 0.4, leftOut: 20, hasHelm: true);
        await runs.BenchmarkAsync("large", 0.8, name: "boolq");

        var matrix = await (await server.Http.GetAsync("api/benchmarks")).JsonAsync();
        var detail = await JsonAsync(server, $"/{newest.Id}");

        matrix.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("name").GetString()).ShouldBe(["large", "tiny"]);
        var arc = matrix.GetProperty("benchmarks")[0];
        arc.GetProperty("runs").EnumerateArray().Single().GetProperty("id").GetString().ShouldBe(newest.Id);
        arc.GetProperty("runs")[0].GetProperty("left_out").GetInt64().ShouldBe(20);
        detail.GetProperty("result").GetProperty("benchmark").GetProperty("licence").GetString().ShouldBe("CC BY-SA 4.0");
        detail.GetProperty("helm").GetProperty("dimensions").GetArrayLength().ShouldBe(7);
    }

    private static IEnumerable<string?> Names(JsonElement list) => list.GetProperty("data").EnumerateArray().Select(card => card.GetProperty("name").GetString());

    private static async Task<JsonElement> JsonAsync(TestServer server, string path)
    {
        var response = await server.Http.GetAsync("api/experiments" + path);
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }
}
