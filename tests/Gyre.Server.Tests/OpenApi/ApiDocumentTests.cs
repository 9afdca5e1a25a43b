using System.Text;
using System.Text.Json;
using Gyre.Server.Catalog;
using Gyre.Server.OpenApi;
using Gyre.Server.Parameters;
using Gyre.Server.Tests.Fakes;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Gyre.Server.Tests.OpenApi;

public class ApiDocumentTests
{
    [Fact]
    public async Task The_document_is_read_without_an_error_by_the_formats_own_reader()
    {
        await using var server = await TestServer.StartAsync();

        var text = await server.Http.GetStringAsync("openapi/v1.json");

        var result = OpenApiDocument.Parse(text, "json");
        result.Diagnostic.ShouldNotBeNull().Errors.ShouldBeEmpty();
        result.Document.ShouldNotBeNull().Info.Title.ShouldBe("Gyre");
    }

    [Fact]
    public async Task Every_described_route_is_there_with_summary_description_and_answers()
    {
        await using var server = await TestServer.StartAsync();
        var routes = server.Host.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<OperationText>() is not null)
            .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/').Replace("**", "", StringComparison.Ordinal))
            .ToList();

        var paths = (await DocumentAsync(server)).GetProperty("paths");

        routes.Count.ShouldBe(62);
        paths.EnumerateObject().Select(path => path.Name).ShouldBe(routes.Distinct(StringComparer.Ordinal), ignoreOrder: true);
        foreach (var operation in paths.EnumerateObject().SelectMany(path => path.Value.EnumerateObject()).Select(operation => operation.Value))
        {
            operation.GetProperty("summary").GetString().ShouldNotBeNullOrEmpty();
            operation.GetProperty("description").GetString().ShouldNotBeNullOrEmpty();
            operation.GetProperty("operationId").GetString().ShouldNotBeNullOrEmpty();
            foreach (var content in operation.GetProperty("responses").EnumerateObject().SelectMany(response => response.Value.GetProperty("content").EnumerateObject()))
            {
                content.Value.TryGetProperty("schema", out _).ShouldBeTrue(operation.ToString());
            }
        }
    }

    [Fact]
    public async Task No_reference_points_to_nothing()
    {
        await using var server = await TestServer.StartAsync();
        var document = await DocumentAsync(server);
        var references = new List<string>();

        Collect(document, references);

        references.Count.ShouldBeGreaterThan(30);
        foreach (var reference in references.Distinct(StringComparer.Ordinal))
        {
            var at = document;
            foreach (var part in reference.TrimStart('#', '/').Split('/'))
            {
                at.TryGetProperty(part, out at).ShouldBeTrue($"{reference} points to nothing.");
            }
        }
    }

    [Fact]
    public async Task Every_supported_parameter_is_described_and_no_refused_one()
    {
        await using var server = await TestServer.StartAsync();
        var schemas = (await DocumentAsync(server)).GetProperty("components").GetProperty("schemas");

        foreach (var (_, table) in ParameterTables.All)
        {
            var schema = schemas.GetProperty(table.Name);
            schema.GetProperty("additionalProperties").GetBoolean().ShouldBeFalse();
            schema.GetProperty("properties").EnumerateObject().Select(property => property.Name)
                .ShouldBe(table.Parameters.Where(parameter => parameter.Support != ParameterSupport.Refused).Select(parameter => parameter.Name));
            schema.GetProperty("properties").EnumerateObject().ShouldAllBe(property => property.Value.GetProperty("description").GetString()!.Length > 3);
        }
    }

    [Fact]
    public async Task The_examples_work_as_printed_on_a_new_data_folder()
    {
        await using var server = await TestServer.StartAsync(aliases: AliasFile.FirstText, embeds: true);
        var paths = (await DocumentAsync(server)).GetProperty("paths");

        // Adapters are loaded where a folder for it was named only (AdaptersEndpointTests); what has a place in its path needs something there first, a job needs a file, and a form is printed as its parts (FilesTests).
        foreach (var path in paths.EnumerateObject().Where(path => path.Name is not ("/v1/files" or "/v1/fine_tuning/jobs") && !path.Name.EndsWith("_lora_adapter", StringComparison.Ordinal) && !path.Name.Contains('{', StringComparison.Ordinal) && path.Value.TryGetProperty("post", out var post) && post.TryGetProperty("requestBody", out _)).Select(path => path.Name))
        {
            foreach (var body in paths.GetProperty(path).GetProperty("post").GetProperty("requestBody").GetProperty("content").EnumerateObject())
            {
                var example = body.Value.GetProperty("example");
                var content = new StringContent(body.Name == "application/json" ? example.GetRawText() : example.GetString()!, Encoding.UTF8, body.Name); // Other bodies are printed as texts.
                var response = await server.Http.PostAsync(path.Replace("{name}", "example", StringComparison.Ordinal), content);
                response.IsSuccessStatusCode.ShouldBeTrue(path + ": " + await response.Content.ReadAsStringAsync());
            }
        }
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"gyre","messages":[{"role":"user","content":"hi"}],"logprobs":true,"top_logprobs":1}""")]
    [InlineData("/v1/completions", """{"model":"gyre","prompt":"hi","echo":true,"logprobs":1}""")]
    [InlineData("/generate", """{"prompt":"hi"}""")]
    [InlineData("/v1/embeddings", """{"model":"gyre","input":["hi","you"]}""")]
    [InlineData("/v1/rerank", """{"model":"gyre","query":"hi","documents":["hi","you"]}""")]
    [InlineData("/v1/responses", """{"model":"gyre","input":"hi","top_logprobs":1,"user":"u"}""")]
    [InlineData("/v1/messages", """{"model":"gyre","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("/v1/messages/count_tokens", """{"model":"gyre","messages":[{"role":"user","content":"hi"}]}""")]
    [InlineData("/tokenize", """{"prompt":"hi","return_token_strs":true}""")]
    [InlineData("/detokenize", """{"tokens":[65,66]}""")]
    public async Task An_answer_has_the_keys_that_its_schema_lists_and_no_others(string path, string body)
    {
        await using var server = await TestServer.StartAsync(embeds: true);
        var document = await DocumentAsync(server);
        var schema = document.GetProperty("paths").GetProperty(path).GetProperty("post").GetProperty("responses").GetProperty("200").GetProperty("content").GetProperty("application/json").GetProperty("schema");

        var answer = await (await server.Http.SendJsonAsync(path, body)).JsonAsync();

        SchemaCheck.Check(document, schema, answer, "answer");
    }

    private static async Task<JsonElement> DocumentAsync(TestServer server)
    {
        var response = await server.Http.GetAsync("openapi/v1.json");
        response.IsSuccessStatusCode.ShouldBeTrue(await response.Content.ReadAsStringAsync());
        return await response.JsonAsync();
    }

    private static void Collect(JsonElement element, List<string> references)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            foreach (var property in element.EnumerateObject())
            {
                if (property.NameEquals("$ref") && property.Value.ValueKind == JsonValueKind.String)
                {
                    references.Add(property.Value.GetString()!);
                }

                Collect(property.Value, references);
            }
        }
        else if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray())
            {
                Collect(item, references);
            }
        }
    }
}
