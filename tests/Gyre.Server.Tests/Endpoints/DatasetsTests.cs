using System.Net;
using System.Text;
using System.Text.Json;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Endpoints;

public class DatasetsTests
{
    private const string Csv = "id,question,reference,level\na,Who?,Ada,1\nb,\"When, then?\",1815,2\nc,Where?,,1\n";

    [Fact]
    public async Task Rows_that_are_sent_become_a_version_that_is_listed_shown_and_paged()
    {
        await using var server = await TestServer.StartAsync();

        var added = await (await SendAsync(server, "q", Csv, "text/csv", "?prompt=question&licence=CC0-1.0&note=first&file=/home/ada/q.csv&by=ada")).JsonAsync();
        added.GetProperty("is_new").GetBoolean().ShouldBeTrue();
        (await (await SendAsync(server, "q", Csv, "text/csv", "?prompt=question")).JsonAsync()).GetProperty("is_new").GetBoolean().ShouldBeFalse();
        await SendAsync(server, "q", "{\"id\":\"z\",\"prompt\":\"p\"}\n", "application/x-ndjson");

        var list = await GetAsync(server, "");
        list.GetProperty("data")[0].GetProperty("name").GetString().ShouldBe("q");
        list.GetProperty("data")[0].GetProperty("latest").GetProperty("number").GetInt64().ShouldBe(2);
        (await GetAsync(server, "/q/versions")).GetProperty("data").EnumerateArray().Select(version => version.GetProperty("number").GetInt64()).ShouldBe([2, 1]);
        var version = await GetAsync(server, "/q/versions/1");
        version.GetProperty("digest").GetString().ShouldBe(added.GetProperty("version").GetProperty("digest").GetString());
        version.GetProperty("source").GetProperty("name").GetString().ShouldBe("q.csv");
        version.GetProperty("created_by").GetString().ShouldBe("ada");
        version.GetProperty("schema").EnumerateArray().Select(column => column.GetProperty("name").GetString()).ShouldBe(["facts.level", "id", "prompt", "reference", "task"]);
        version.GetProperty("lineage").GetArrayLength().ShouldBe(0);

        var rows = await GetAsync(server, "/q/versions/1/rows?first=1&limit=1");
        rows.GetProperty("data")[0].GetProperty("row").GetProperty("prompt").GetString().ShouldBe("When, then?");
        rows.GetProperty("next").GetInt64().ShouldBe(2);
        rows.GetProperty("total").GetInt64().ShouldBe(3);
        (await GetAsync(server, "/q/versions/1/rows?text=WHE")).GetProperty("data").EnumerateArray().Select(row => row.GetProperty("number").GetInt64()).ShouldBe([1, 2]);
        Directory.EnumerateFiles(Path.Combine(server.Folder, "uploads")).ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_no_dataset_is_refused_with_its_code()
    {
        await using var server = await TestServer.StartAsync(options => options with { MaxDatasetBytes = 1000 });

        (await CodeAsync(await SendAsync(server, "q", "{\"id\":\"a\",\"prompt\":\"x\"}\n{\"id\":\"a\"}\n", "application/jsonl"), HttpStatusCode.BadRequest)).ShouldBe("EVA0030");
        (await CodeAsync(await SendAsync(server, "q", "{}", "application/json"), HttpStatusCode.UnsupportedMediaType)).ShouldBe("SRV0106");
        (await CodeAsync(await SendAsync(server, "..%2Fq", Csv, "text/csv", "?prompt=question"), HttpStatusCode.BadRequest)).ShouldBe("REG0001");
        (await CodeAsync(await SendAsync(server, "q", Csv, "text/csv", "?colour=red"), HttpStatusCode.BadRequest)).ShouldBe("SRV0110");
        (await CodeAsync(await SendAsync(server, "q", Csv + new string(' ', 2000), "text/csv", "?prompt=question"), HttpStatusCode.RequestEntityTooLarge)).ShouldBe("SRV0102");
        (await CodeAsync(await server.Http.GetAsync("api/datasets/none/versions"), HttpStatusCode.NotFound)).ShouldBe("REG0004");
        await SendAsync(server, "q", Csv, "text/csv", "?prompt=question");
        (await CodeAsync(await server.Http.GetAsync("api/datasets/q/versions/7"), HttpStatusCode.NotFound)).ShouldBe("REG0005");
        (await CodeAsync(await server.Http.GetAsync("api/datasets/q/versions/@"), HttpStatusCode.BadRequest)).ShouldBe("REG0002");
        (await CodeAsync(await server.Http.GetAsync("api/datasets/q/versions/1/rows?limit=0"), HttpStatusCode.BadRequest)).ShouldBe("SRV0114");
        (await GetAsync(server, "")).GetProperty("data").GetArrayLength().ShouldBe(1);
        Directory.EnumerateFiles(Path.Combine(server.Folder, "uploads")).ShouldBeEmpty();
    }

    [Fact]
    public async Task The_console_shows_versions_columns_chain_and_rows_as_text()
    {
        await using var server = await TestServer.StartAsync();
        (await server.Http.GetStringAsync("datasets")).ShouldContain("No datasets yet");
        await SendAsync(server, "q", "{\"id\":\"a\",\"prompt\":\"<script>alert(1)</script>\"}\n" + string.Concat(Enumerable.Range(0, 60).Select(id => $"{{\"id\":\"{id}\",\"prompt\":\"row {id}\"}}\n")), "application/x-ndjson", "?licence=CC0-1.0");

        (await server.Http.GetStringAsync("datasets")).ShouldContain("<a href=\"/datasets/q\">q</a>");
        var page = await server.Http.GetStringAsync("datasets/q");
        page.ShouldContain("q@1");
        page.ShouldContain("CC0-1.0");
        page.ShouldContain("&lt;script&gt;alert(1)&lt;/script&gt;");
        page.ShouldNotContain("<script>alert");
        page.ShouldContain("first=25");
        var found = await server.Http.GetStringAsync("datasets/q?version=1&text=ROW%2059");
        found.ShouldContain("row 59");
        found.ShouldNotContain("row 58");
    }

    private static async Task<string?> CodeAsync(HttpResponseMessage response, HttpStatusCode status)
    {
        response.StatusCode.ShouldBe(status, await response.Content.ReadAsStringAsync());
        return (await response.ErrorAsync()).Code;
    }

    private static async Task<JsonElement> GetAsync(TestServer server, string path)
    {
        var response = await server.Http.GetAsync($"api/datasets{path}");
        response.StatusCode.ShouldBe(HttpStatusCode.OK, await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }

    private static Task<HttpResponseMessage> SendAsync(TestServer server, string name, string body, string type, string query = "") =>
        server.Http.PostAsync($"api/datasets/{name}/versions{query}", new StringContent(body, Encoding.UTF8, type));
}
