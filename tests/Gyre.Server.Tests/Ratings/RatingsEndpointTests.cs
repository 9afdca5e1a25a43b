using System.Net;
using System.Text.Json;
using Gyre.Evaluation.Datasets;
using Gyre.Evaluation.Judges.Pairs;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Ratings;

public class RatingsEndpointTests
{
    private static readonly string[] Secrets = [RatingsOf.First, RatingsOf.Second, "secret-row", "secret-source", "secret-trace", "is_repeat", "left_place"];

    [Fact]
    public async Task Two_raters_at_once_complete_every_item_and_nothing_they_see_names_a_candidate()
    {
        await using var server = await TestServer.StartAsync();
        await RatingsOf.CreatePairsAsync(server, items: 12, repeats: 0.4);
        var bodies = new List<string>();

        await Task.WhenAll(new[] { "Ana", "Bo" }.Select(async rater =>
        {
            while (true)
            {
                var next = await (await RatingsOf.PostAsync(server, "next", new { rater })).Content.ReadAsStringAsync();
                lock (bodies)
                {
                    bodies.Add(next);
                }

                if (JsonDocument.Parse(next).RootElement.GetProperty("assignment") is not { ValueKind: JsonValueKind.Object } assignment)
                {
                    return;
                }

                foreach (var verb in new[] { "draft", "rate" })
                {
                    var said = await RatingsOf.PostAsync(server, verb, new { rater, assignment = assignment.GetProperty("id").GetString(), values = new { preference = "left" }, comment = "why" });
                    said.IsSuccessStatusCode.ShouldBeTrue();
                    var text = await said.Content.ReadAsStringAsync();
                    lock (bodies)
                    {
                        bodies.Add(text);
                    }
                }
            }
        }));

        foreach (var path in new[] { "api/ratings", "api/ratings/tone", "api/ratings/tone/own?rater=Ana", "ratings", "ratings/tone", "ratings/tone/rate", "openapi/v1.json" })
        {
            bodies.Add(await server.Http.GetStringAsync(path));
        }

        bodies.Add(await (await RatingsOf.PostAsync(server, "undo", new { rater = "Ana" })).Content.ReadAsStringAsync());
        foreach (var path in new[] { "results", "export", "results?unblind=false", "export?format=csv" })
        {
            var refused = await server.Http.GetAsync("api/ratings/tone/" + path);
            refused.StatusCode.ShouldBe(HttpStatusCode.Conflict);
            bodies.Add(await refused.Content.ReadAsStringAsync());
        }

        bodies.Count.ShouldBeGreaterThan(60);
        var named = bodies.SelectMany(body => Secrets.Where(body.Contains)).Distinct();
        named.ShouldBeEmpty();
        var progress = (await (await server.Http.GetAsync("api/ratings/tone")).JsonAsync()).GetProperty("progress");
        progress.GetProperty("complete").GetInt32().ShouldBeGreaterThanOrEqualTo(11, "Ana has undone one.");
    }

    [Fact]
    public async Task Results_tell_win_rate_agreement_consistency_and_sides_and_that_they_were_looked_at()
    {
        await using var server = await TestServer.StartAsync();
        await RatingsOf.CreatePairsAsync(server, items: 30, repeats: 0.5);
        await RatingsOf.RateAllAsync(server, "Ana", assignment => new { preference = RatingsOf.Left(assignment).StartsWith("One", StringComparison.Ordinal) ? "left" : "right" }); // Always the first.
        await RatingsOf.RateAllAsync(server, "Bo", _ => new { preference = "left" }); // Always the left: contradicts himself on every repeat.

        var report = await (await server.Http.GetAsync("api/ratings/tone/results?unblind=true")).JsonAsync();

        var pair = report.GetProperty("pairs")[0];
        (pair.GetProperty("first").GetString(), pair.GetProperty("items").GetInt32()).ShouldBe((RatingsOf.First, 30));
        var wins = pair.GetProperty("wins").GetInt32();
        wins.ShouldBeInRange(36, 54); // Ana's 30, and of Bo's 30 fair coins.
        pair.GetProperty("losses").GetInt32().ShouldBe(60 - wins);
        pair.GetProperty("win_rate").GetProperty("value").GetDouble().ShouldBe(wins / 60.0, 1e-12);
        pair.GetProperty("p_value").GetDouble().ShouldBeLessThan(0.001);
        var raters = report.GetProperty("raters");
        raters[0].GetProperty("equal_share").GetProperty("value").GetDouble().ShouldBe(1);
        raters[1].GetProperty("equal_share").GetProperty("value").GetDouble().ShouldBe(0);
        raters[1].GetProperty("same_side").GetInt32().ShouldBe(raters[1].GetProperty("repeats").GetInt32());
        raters[1].GetProperty("repeats").GetInt32().ShouldBeGreaterThan(5);
        var agreement = report.GetProperty("agreement")[0];
        agreement.GetProperty("equal_share").GetProperty("value").GetDouble().ShouldBe((wins - 30) / 30.0, 1e-12);
        agreement.GetProperty("raters")[0].GetProperty("kappa").GetProperty("value").GetDouble().ShouldBe(0, 1e-12, "One who always says the same agrees by chance.");
        report.GetProperty("sides").GetProperty("p_value").GetDouble().ShouldBeLessThan(0.01);
        var after = await (await server.Http.GetAsync("api/ratings/tone")).JsonAsync();
        after.GetProperty("unblinded_at").ValueKind.ShouldBe(JsonValueKind.String);
        after.GetProperty("status").GetString().ShouldBe("open");
    }

    [Fact]
    public async Task What_cannot_be_told_yet_says_why()
    {
        await using var server = await TestServer.StartAsync();
        await RatingsOf.CreatePairsAsync(server, items: 2);
        (await RatingsOf.PostAsync(server, "close", new { })).IsSuccessStatusCode.ShouldBeTrue();

        var report = await (await server.Http.GetAsync("api/ratings/tone/results")).JsonAsync();

        report.GetProperty("candidates")[0].GetProperty("figure").GetProperty("value").ValueKind.ShouldBe(JsonValueKind.Null);
        report.GetProperty("candidates")[0].GetProperty("figure").GetProperty("undefined").GetString().ShouldNotBeNullOrEmpty();
        report.GetProperty("agreement")[0].GetProperty("alpha").GetProperty("undefined").GetString().ShouldBe("no item has two ratings");
        report.GetProperty("sides").GetProperty("left_share").GetProperty("undefined").GetString().ShouldBe("no rating prefers a side");
    }

    [Theory]
    [InlineData("jsonl", "rating", 8)]
    [InlineData("csv", "rating", 8)]
    [InlineData("jsonl", "item", 4)]
    [InlineData("csv", "item", 4)]
    public async Task The_export_is_a_dataset_whose_verdicts_the_judges_own_control_reads(string format, string by, int rows)
    {
        await using var server = await TestServer.StartAsync();
        await RatingsOf.CreatePairsAsync(server, items: 4, texts: i => ($"One, \"quoted\"\nsecond line {i}; = العربية", $"  Two {i}  "));
        foreach (var rater in new[] { "Ana, \"A\"", "Bo" })
        {
            await RatingsOf.RateAllAsync(server, rater, assignment => new { preference = RatingsOf.Left(assignment).StartsWith("One", StringComparison.Ordinal) ? "left" : "right" });
        }

        var path = Path.Combine(server.Folder, "export." + format);
        await File.WriteAllTextAsync(path, await server.Http.GetStringAsync($"api/ratings/tone/export?unblind=true&format={format}&by={by}"), TestContext.Current.CancellationToken);
        var dataset = DatasetFile.Open(path, new DatasetColumns { Facts = new Dictionary<string, string> { ["one"] = "first", ["two"] = "second", ["people"] = "preferred" } });

        dataset.Count.ShouldBe(rows);
        foreach (var row in dataset.Read())
        {
            row.Facts["one"].ShouldStartWith("One, \"quoted\"\nsecond line ");
            row.Facts["two"].ShouldStartWith("  Two");
            (await new GivenPreferences("people").CompareAsync(row, row.Facts["one"], row.Facts["two"], CancellationToken.None)).Preference.ShouldBe(PairPreference.First);
        }
    }

    [Fact]
    public async Task Single_ratings_have_means_shares_and_an_export_with_a_column_a_question()
    {
        await using var server = await TestServer.StartAsync();
        var rubric = """
            "rubric":{"form":"single","questions":[{"name":"quality","text":"How good?","definition":"d"},{"name":"true","text":"True?","definition":"d","kind":"yes_no"},{"name":"voice","text":"Which?","definition":"d","labels":["kind","cold"]}]},"repeats":0
            """;
        await RatingsOf.CreateAsync(server, "tone", rubric, Enumerable.Range(0, 6).SelectMany(i => new[] { RatingsOf.First, RatingsOf.Second }.Select(candidate => (object)new { row = $"r{i}", prompt = "p", outputs = new[] { new { candidate, text = candidate == RatingsOf.First ? "good" : "bad" } } })));
        await RatingsOf.RateAllAsync(server, "Ana", assignment => new Dictionary<string, object> { ["quality"] = RatingsOf.Left(assignment) == "good" ? 5 : 2, ["true"] = true, ["voice"] = "kind" });
        await RatingsOf.RateAllAsync(server, "Bo", assignment => new Dictionary<string, object> { ["quality"] = RatingsOf.Left(assignment) == "good" ? "4" : "2", ["true"] = RatingsOf.Left(assignment) == "good" ? "yes" : "no", ["voice"] = "cold" });

        var report = await (await server.Http.GetAsync("api/ratings/tone/results?unblind=true")).JsonAsync();

        report.GetProperty("candidates").EnumerateArray().Select(row => (row.GetProperty("candidate").GetString(), row.GetProperty("measure").GetString(), row.GetProperty("figure").GetProperty("value").GetDouble())).ShouldBe(
        [
            (RatingsOf.First, "mean", 4.5), (RatingsOf.Second, "mean", 2), (RatingsOf.First, "share of yes", 1), (RatingsOf.Second, "share of yes", 0.5),
            (RatingsOf.First, "share of kind", 0.5), (RatingsOf.First, "share of cold", 0.5), (RatingsOf.Second, "share of kind", 0.5), (RatingsOf.Second, "share of cold", 0.5),
        ]);
        var wilson = report.GetProperty("candidates")[2].GetProperty("figure");
        wilson.GetProperty("low").GetDouble().ShouldBe(6 / (6 + 3.8414588), 1e-6, "Wilson's lower end for 6 of 6: n / (n + z²).");
        var path = Path.Combine(server.Folder, "export.jsonl");
        await File.WriteAllTextAsync(path, await server.Http.GetStringAsync("api/ratings/tone/export?unblind=true&by=item"), TestContext.Current.CancellationToken);
        var dataset = DatasetFile.Open(path, new DatasetColumns { Facts = new Dictionary<string, string> { ["output"] = "output", ["people"] = "rating_quality" } });
        dataset.Read().Select(row => (row.Facts["output"], row.Facts["people"])).Distinct().ShouldBe([("good", "4"), ("bad", "2")], ignoreOrder: true);
    }

    [Fact]
    public async Task Refusals_have_codes_and_statuses()
    {
        await using var server = await TestServer.StartAsync();
        await RatingsOf.CreatePairsAsync(server, items: 1, raters: 1);
        var id = (await RatingsOf.NextAsync(server, "Ana")).GetProperty("assignment").GetProperty("id").GetString();

        await RefusedAsync(RatingsOf.PostAsync(server, "next", new { rater = "Ana" }, "none"), 404, "REG0082");
        await RefusedAsync(server.Http.GetAsync("api/ratings/none"), 404, "REG0082");
        await RefusedAsync(RatingsOf.PostAsync(server, "next", new { }), 400, "SRV0112");
        await RefusedAsync(RatingsOf.PostAsync(server, "next", new { rater = " " }), 400, "REG0089");
        await RefusedAsync(RatingsOf.PostAsync(server, "next", new { rater = "Ana", who = 1 }), 400, "SRV0110");
        await RefusedAsync(RatingsOf.PostAsync(server, "rate", new { rater = "Ana", assignment = id, values = new { preference = "first" } }), 400, "REG0085");
        await RefusedAsync(RatingsOf.PostAsync(server, "rate", new { rater = "Ana", assignment = id, values = new { preference = new[] { 1 } } }), 400, "SRV0113");
        await RefusedAsync(RatingsOf.PostAsync(server, "rate", new { rater = "Bo", assignment = id, values = new { preference = "left" } }), 404, "REG0086");
        await RefusedAsync(RatingsOf.PostAsync(server, "undo", new { rater = "Ana" }), 409, "REG0088");
        await RefusedAsync(server.Http.GetAsync("api/ratings/tone/results?unblind=yes"), 400, "SRV0114");
        await RefusedAsync(server.Http.GetAsync("api/ratings/tone/export?unblind=true&format=xml"), 400, "SRV0114");
        await RefusedAsync(server.Http.SendJsonAsync("api/ratings", """{"name":"tone","items":[{"row":"1","prompt":"p","outputs":[{"candidate":"a","text":"x"}]}]}"""), 409, "REG0083");
        await RefusedAsync(server.Http.SendJsonAsync("api/ratings", """{"name":"b","items":[{"row":"1","prompt":"p","outputs":[{"candidate":"a","text":"x"}]}],"rubric":{"form":"pairs"}}"""), 400, "REG0081");
        await RefusedAsync(server.Http.SendJsonAsync("api/ratings", """{"name":"b","items":[{"row":"1","outputs":[]}]}"""), 400, "REG0080");
        await RefusedAsync(server.Http.SendJsonAsync("api/ratings", """{"name":"b","items":[7]}"""), 400, "SRV0113");
        (await RatingsOf.PostAsync(server, "close", new { })).IsSuccessStatusCode.ShouldBeTrue();
        await RefusedAsync(RatingsOf.PostAsync(server, "next", new { rater = "Ana" }), 409, "REG0084");

        var foreign = new HttpRequestMessage(HttpMethod.Post, "api/ratings/tone/next") { Content = new StringContent("""{"rater":"Ana"}""", System.Text.Encoding.UTF8, "application/json") };
        foreign.Headers.Add("origin", "https://elsewhere.example");
        await RefusedAsync(server.Http.SendAsync(foreign), 403, "SRV0151");
        await RefusedAsync(server.Http.PostAsync("api/ratings/tone/next", new FormUrlEncodedContent([new("rater", "Ana")])), 415, "SRV0106");
    }

    [Fact]
    public async Task What_was_rated_is_there_after_a_kill()
    {
        await using var server = await TestServer.StartAsync();
        await RatingsOf.CreatePairsAsync(server, items: 3);
        await RatingsOf.PostAsync(server, "rate", new { rater = "Ana", assignment = (await RatingsOf.NextAsync(server, "Ana")).GetProperty("assignment").GetProperty("id").GetString(), values = new { preference = "tie" } });
        var id = (await RatingsOf.NextAsync(server, "Ana")).GetProperty("assignment").GetProperty("id").GetString();
        await RatingsOf.PostAsync(server, "draft", new { rater = "Ana", assignment = id, values = new { }, comment = "half a word" });

        // The files as they lie there while the server runs are what a kill leaves.
        var folder = Directory.CreateTempSubdirectory("gyre-server-").FullName;
        foreach (var file in Directory.GetFiles(server.Folder, "gyre.db*"))
        {
            File.Copy(file, Path.Combine(folder, Path.GetFileName(file)));
        }

        await using var again = await TestServer.StartAsync(folder: folder);
        var turn = await RatingsOf.NextAsync(again, "Ana");
        turn.GetProperty("done").GetInt32().ShouldBe(1);
        turn.GetProperty("assignment").GetProperty("id").GetString().ShouldBe(id);
        turn.GetProperty("assignment").GetProperty("answer").GetProperty("comment").GetString().ShouldBe("half a word");
    }

    private static async Task RefusedAsync(Task<HttpResponseMessage> call, int status, string code)
    {
        var response = await call;
        ((int)response.StatusCode, (await response.ErrorAsync()).Code).ShouldBe((status, code));
    }
}
