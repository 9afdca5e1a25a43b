using System.ClientModel;
using System.Net;
using Gyre.Server.Tests.Fakes;
using OpenAI;
using OpenAI.Embeddings;

namespace Gyre.Server.Tests.Endpoints;

/// <summary>Vectors over HTTP, made by a fake.</summary>
public class EmbeddingsTests
{
    [Fact]
    public async Task The_official_client_gets_vectors_in_the_texts_order()
    {
        await using var server = await TestServer.StartAsync(embeds: true);
        var client = new OpenAIClient(new ApiKeyCredential("unused"), new OpenAIClientOptions { Endpoint = new Uri(server.Host.Address, "v1") }).GetEmbeddingClient("gyre");

        var answer = (await client.GenerateEmbeddingsAsync(["ab", "c"])).Value;

        answer.Select(vector => vector.ToFloats().ToArray()).ShouldBe([[2f, 'a', 'b', 1f], [1f, 'c', 'c', 1f]]);
        answer.Usage.InputTokenCount.ShouldBe(3);
        answer.Model.ShouldBe("gyre");
    }

    [Theory]
    [InlineData("\"ab\"", "[[2,97,98,1]]", 2)]
    [InlineData("[\"ab\",\"é\"]", "[[2,97,98,1],[2,195,169,1]]", 4)]
    [InlineData("[97,98]", "[[2,97,98,1]]", 2)]
    [InlineData("[[97],[98,99]]", "[[1,97,97,1],[2,98,99,1]]", 3)]
    public async Task Every_form_of_input_is_read(string input, string vectors, int tokens)
    {
        await using var server = await TestServer.StartAsync(embeds: true);

        var answer = await (await server.Http.SendJsonAsync("v1/embeddings", $$"""{"model":"gyre","input":{{input}}}""")).JsonAsync();

        string.Join(',', answer.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty("embedding").GetRawText())).ShouldBe(vectors[1..^1]);
        answer.GetProperty("usage").GetProperty("total_tokens").GetInt32().ShouldBe(tokens);
    }

    [Fact]
    public async Task Base64_holds_little_endian_floats()
    {
        await using var server = await TestServer.StartAsync(embeds: true);

        var answer = await (await server.Http.SendJsonAsync("v1/embeddings", """{"model":"gyre","input":"ab","encoding_format":"base64"}""")).JsonAsync();

        answer.GetProperty("data")[0].GetProperty("embedding").GetString().ShouldBe("AAAAQAAAwkIAAMRCAACAPw==");
    }

    [Fact]
    public async Task Fewer_dimensions_are_the_first_ones_at_length_one()
    {
        await using var server = await TestServer.StartAsync(embeds: true);

        var answer = await (await server.Http.SendJsonAsync("v1/embeddings", """{"model":"gyre","input":[[3,4,3]],"dimensions":2}""")).JsonAsync();

        // (3, 3) at length one.
        answer.GetProperty("data")[0].GetProperty("embedding").EnumerateArray().Select(number => number.GetDouble()).ShouldBe([Math.Sqrt(0.5), Math.Sqrt(0.5)], 1e-6);
    }

    [Theory]
    [InlineData("\"input\":\"\"", "input", "SRV0114", "one character")]
    [InlineData("\"input\":[]", "input", "SRV0114", "1 to 2,048")]
    [InlineData("\"input\":[\"a\",\"\"]", "input[1]", "SRV0114", "one character")]
    [InlineData("\"input\":[\"a\",1]", "input[1]", "SRV0113", "string")]
    [InlineData("\"input\":[1,\"a\"]", "input[1]", "SRV0114", "token id")]
    [InlineData("\"input\":[[1],[999]]", "input[1][0]", "SRV0114", "0 to 256")]
    [InlineData("\"input\":[[1],2]", "input[1]", "SRV0113", "list of token ids")]
    [InlineData("\"input\":[null]", "input", "SRV0113", "string")]
    [InlineData("\"input\":5", "input", "SRV0113", "string")]
    [InlineData("\"encoding_format\":\"float\"", "input", "SRV0112", "missing")]
    [InlineData("\"input\":\"a\",\"encoding_format\":\"hex\"", "encoding_format", "SRV0114", "'float' or 'base64'")]
    [InlineData("\"input\":\"a\",\"dimensions\":5", "dimensions", "SRV0114", "1 to 4")]
    [InlineData("\"input\":\"a\",\"dimension\":5", "dimension", "SRV0110", "did you mean 'dimensions'")]
    public async Task A_faulty_request_is_refused_by_its_place(string parameters, string param, string code, string says)
    {
        await using var server = await TestServer.StartAsync(embeds: true);

        var response = await server.Http.SendJsonAsync("v1/embeddings", $$"""{"model":"gyre",{{parameters}}}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = await response.ErrorAsync();
        (error.Param, error.Code).ShouldBe((param, code), error.Message);
        error.Message.ShouldContain(says);
    }

    [Fact]
    public async Task More_texts_than_the_wire_allows_are_refused()
    {
        await using var server = await TestServer.StartAsync(embeds: true);

        var most = await server.Http.SendJsonAsync("v1/embeddings", $$"""{"model":"gyre","input":[{{string.Join(',', Enumerable.Repeat("\"a\"", 2048))}}]}""");
        var more = await server.Http.SendJsonAsync("v1/embeddings", $$"""{"model":"gyre","input":[{{string.Join(',', Enumerable.Repeat("\"a\"", 2049))}}]}""");

        (await most.JsonAsync()).GetProperty("data").GetArrayLength().ShouldBe(2048);
        (await more.ErrorAsync()).Message.ShouldContain("2,049");
    }

    [Fact]
    public async Task A_text_beyond_the_context_is_told_as_clients_know_it()
    {
        await using var server = await TestServer.StartAsync(embeds: true);

        var error = await (await server.Http.SendJsonAsync("v1/embeddings", $$"""{"model":"gyre","input":"{{new string('a', 101)}}"}""")).ErrorAsync();

        (error.Code, error.Param).ShouldBe(("context_length_exceeded", "input"));
    }

    [Fact]
    public async Task A_model_that_makes_no_vectors_is_refused()
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.SendJsonAsync("v1/embeddings", """{"model":"gyre","input":"a"}""");

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = await response.ErrorAsync();
        (error.Code, error.Param).ShouldBe(("SRV0122", "model"));
        error.Message.ShouldContain("no loaded model does");
    }
}
