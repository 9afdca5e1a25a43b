using System.Net;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>Documents put in order over HTTP, scored by a fake.</summary>
public class RerankTests
{
    [Fact]
    public async Task Documents_come_back_the_best_first_and_equals_in_their_order()
    {
        await using var server = await TestServer.StartAsync(embeds: true);

        var answer = await (await server.Http.SendJsonAsync("v1/rerank", """{"model":"gyre","query":"abc","documents":["a",{"text":"abc"},"xb","c-a"]}""")).JsonAsync();

        answer.GetProperty("results").EnumerateArray().Select(result => (result.GetProperty("index").GetInt32(), result.GetProperty("relevance_score").GetSingle(), result.GetProperty("document").GetProperty("text").GetString()))
            .ShouldBe([(1, 3f, "abc"), (3, 2f, "c-a"), (0, 1f, "a"), (2, 1f, "xb")]);
        answer.GetProperty("usage").GetProperty("total_tokens").GetInt32().ShouldBe(21);
        answer.GetProperty("id").GetString()!.ShouldStartWith("rerank_");
    }

    [Fact]
    public async Task Only_the_best_and_without_their_texts_when_asked_so()
    {
        await using var server = await TestServer.StartAsync(embeds: true);

        var answer = await (await server.Http.SendJsonAsync("v1/rerank", """{"model":"gyre","query":"abc","documents":["a","abc"],"top_n":1,"return_documents":false}""")).JsonAsync();

        answer.GetProperty("results").GetRawText().ShouldBe("""[{"index":1,"relevance_score":3}]""");
    }

    [Theory]
    [InlineData("\"query\":\"q\"", "documents", "SRV0112")]
    [InlineData("\"documents\":[\"a\"]", "query", "SRV0112")]
    [InlineData("\"query\":\"\",\"documents\":[\"a\"]", "query", "SRV0114")]
    [InlineData("\"query\":\"q\",\"documents\":[]", "documents", "SRV0114")]
    [InlineData("\"query\":\"q\",\"documents\":\"a\"", "documents", "SRV0113")]
    [InlineData("\"query\":\"q\",\"documents\":[\"a\",5]", "documents[1]", "SRV0113")]
    [InlineData("\"query\":\"q\",\"documents\":[{}]", "documents[0].text", "SRV0112")]
    [InlineData("\"query\":\"q\",\"documents\":[{\"text\":\"a\",\"title\":\"b\"}]", "documents[0].title", "SRV0110")]
    [InlineData("\"query\":\"q\",\"documents\":[\"a\"],\"top_n\":0", "top_n", "SRV0114")]
    public async Task A_faulty_request_is_refused_by_its_place(string parameters, string param, string code)
    {
        await using var server = await TestServer.StartAsync(embeds: true);

        var response = await server.Http.SendJsonAsync("v1/rerank", $$"""{"model":"gyre",{{parameters}}}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = await response.ErrorAsync();
        (error.Param, error.Code).ShouldBe((param, code), error.Message);
    }

    [Fact]
    public async Task A_model_that_scores_no_documents_is_refused()
    {
        await using var server = await TestServer.StartAsync();

        (await (await server.Http.SendJsonAsync("v1/rerank", """{"model":"gyre","query":"q","documents":["a"]}""")).ErrorAsync()).Code.ShouldBe("SRV0122");
    }
}
