using System.Text.Json;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Ratings;

/// <summary>Campaigns and raters over HTTP.</summary>
internal static class RatingsOf
{
    /// <summary>Candidates whose names are nowhere in their texts.</summary>
    public const string First = "heron-candidate";
    public const string Second = "otter-candidate";

    public static async Task CreatePairsAsync(TestServer server, int items = 10, int raters = 2, double repeats = 0, Func<int, (string First, string Second)>? texts = null, string name = "tone", string more = "")
    {
        texts ??= i => ($"One says {i}.", $"Two says {i}.");
        await CreateAsync(server, name, more + $"\"raters\":{raters},\"repeats\":{repeats}", Enumerable.Range(0, items).Select(i => new
        {
            row = $"secret-row-{i}",
            prompt = $"Question {i}",
            reference = i % 2 == 0 ? $"Reference {i}" : "",
            outputs = new[] { new { candidate = First, text = texts(i).First, trace = "secret-trace" }, new { candidate = Second, text = texts(i).Second, trace = "secret-trace" } },
        }));
    }

    public static async Task CreateAsync(TestServer server, string name, string more, IEnumerable<object> items)
    {
        var response = await server.Http.SendJsonAsync("api/ratings", $$"""{"name":"{{name}}","source":"secret-source",{{more}},"items":{{JsonSerializer.Serialize(items)}}}""");
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
    }

    public static Task<HttpResponseMessage> PostAsync(TestServer server, string verb, object body, string name = "tone") => server.Http.SendJsonAsync($"api/ratings/{name}/{verb}", JsonSerializer.Serialize(body));

    public static async Task<JsonElement> NextAsync(TestServer server, string rater, string name = "tone")
    {
        var response = await PostAsync(server, "next", new { rater }, name);
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }

    /// <summary>Rates all that is left for a rater; returns how many.</summary>
    public static async Task<int> RateAllAsync(TestServer server, string rater, Func<JsonElement, object> say, string name = "tone")
    {
        for (var count = 0; ; count++)
        {
            var turn = await NextAsync(server, rater, name);
            if (turn.GetProperty("assignment") is not { ValueKind: JsonValueKind.Object } assignment)
            {
                return count;
            }

            var response = await PostAsync(server, "rate", new { rater, assignment = assignment.GetProperty("id").GetString(), values = say(assignment), comment = "" }, name);
            response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        }
    }

    public static string Left(JsonElement assignment) => assignment.GetProperty("outputs")[0].GetString()!;
}
