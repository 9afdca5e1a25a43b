using System.Net;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.Endpoints;

public class TokenizeTests
{
    [Fact]
    public async Task A_text_becomes_its_ids_with_their_spelling_on_request()
    {
        await using var server = await TestServer.StartAsync();

        var plain = await (await server.Http.SendJsonAsync("tokenize", """{"prompt":"héy"}""")).Content.ReadAsStringAsync();
        var spelled = await (await server.Http.SendJsonAsync("tokenize", """{"model":"gyre","prompt":"hi","return_token_strs":true}""")).Content.ReadAsStringAsync();

        plain.ShouldBe("""{"count":4,"max_model_len":4096,"tokens":[104,195,169,121],"token_strs":null}""");
        spelled.ShouldBe("""{"count":2,"max_model_len":4096,"tokens":[104,105],"token_strs":["h","i"]}""");
    }

    [Fact]
    public async Task A_conversation_is_shown_as_the_template_writes_it()
    {
        await using var server = await TestServer.StartAsync(template: ToolTests.Template);

        var tokens = await (await server.Http.SendJsonAsync(
            "tokenize",
            """{"messages":[{"role":"user","content":"hi"}],"tools":[{"type":"function","function":{"name":"f"}}]}""")).JsonAsync();
        var text = await (await server.Http.SendJsonAsync("detokenize", $$"""{"tokens":{{tokens.GetProperty("tokens").GetRawText()}}}""")).JsonAsync();

        text.GetProperty("prompt").GetString().ShouldBe(
            """T:{"type": "function", "function": {"name": "f", "description": "", "parameters": {"type": "object", "properties": {}}}}""" + "\nuser:hi\nA:");
    }

    [Fact]
    public async Task Ids_become_text_with_or_without_special_tokens()
    {
        await using var server = await TestServer.StartAsync();

        (await (await server.Http.SendJsonAsync("detokenize", """{"tokens":[104,256]}""")).JsonAsync()).GetProperty("prompt").GetString().ShouldBe("h<end>");
        (await (await server.Http.SendJsonAsync("detokenize", """{"tokens":[104,256],"skip_special_tokens":true}""")).JsonAsync()).GetProperty("prompt").GetString().ShouldBe("h");
        (await (await server.Http.SendJsonAsync("detokenize", """{"tokens":[]}""")).JsonAsync()).GetProperty("prompt").GetString().ShouldBe("");
    }

    [Theory]
    [InlineData("tokenize", "{}", "prompt", "SRV0115")]
    [InlineData("tokenize", """{"prompt":"a","messages":[{"role":"user","content":"a"}]}""", "prompt", "SRV0115")]
    [InlineData("tokenize", """{"prompt":5}""", "prompt", "SRV0113")]
    [InlineData("tokenize", """{"prompt":"a","add_generation_prompt":true}""", "add_generation_prompt", "SRV0115")]
    [InlineData("tokenize", """{"messages":[{"role":"user","content":"a"}],"add_special_tokens":true}""", "add_special_tokens", "SRV0115")]
    [InlineData("detokenize", "{}", "tokens", "SRV0112")]
    [InlineData("detokenize", """{"tokens":"a"}""", "tokens", "SRV0113")]
    [InlineData("detokenize", """{"tokens":[1,257]}""", "tokens[1]", "SRV0114")]
    [InlineData("detokenize", """{"tokens":[-1]}""", "tokens[0]", "SRV0114")]
    public async Task A_faulty_request_is_refused_by_its_place(string path, string body, string param, string code)
    {
        await using var server = await TestServer.StartAsync();

        var response = await server.Http.SendJsonAsync(path, body);

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
        var error = await response.ErrorAsync();
        (error.Param, error.Code).ShouldBe((param, code), error.Message);
    }
}
