using System.Text.Json.Nodes;
using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;
using Microsoft.OpenApi.Reader;

namespace Gyre.Server.OpenApi;

/// <summary>Completes the framework's OpenAPI document from the tables that the endpoints themselves check requests with.</summary>
/// <remarks>Made on the first request for it; starting the server does not wait for it.</remarks>
internal static class ApiDocument
{
    private const string Json = "application/json";

    public static void AddServices(IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(options =>
        {
            options.SerializerOptions.PropertyNamingPolicy = System.Text.Json.JsonNamingPolicy.SnakeCaseLower;
            options.SerializerOptions.NumberHandling = System.Text.Json.Serialization.JsonNumberHandling.Strict;
            options.SerializerOptions.TypeInfoResolverChain.Insert(0, WireJson.Plain);
        });
        services.AddOpenApi("v1", options =>
        {
            options.CreateSchemaReferenceId = static type => type.Type.DeclaringType is { } owner && type.Type.Namespace?.StartsWith("Gyre", StringComparison.Ordinal) == true
                ? owner.Name + type.Type.Name
                : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
            options.AddSchemaTransformer(static (schema, context, _) =>
            {
                // Whether an element of a list may be null is not in the metadata that the framework reads.
                if (context.JsonPropertyInfo is { Name: "top_logprobs", DeclaringType: var owner } && owner == typeof(CompletionLogprobs) && schema.Items is OpenApiSchema item)
                {
                    item.Type |= JsonSchemaType.Null;
                }

                if (context.JsonTypeInfo.Type == typeof(EmbeddingVector))
                {
                    schema.AnyOf =
                    [
                        new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.Number, Format = "float" } },
                        new OpenApiSchema { Type = JsonSchemaType.String, Format = "byte" },
                    ];
                }

                return Task.CompletedTask;
            });
            options.AddOperationTransformer(DescribeAsync);
            options.AddDocumentTransformer(DescribeDocumentAsync);
        });
    }

    private static async Task DescribeDocumentAsync(OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info.Title = "Gyre";
        document.Info.Version = typeof(ApiDocument).Assembly.GetName().Version?.ToString(3) ?? "0";
        document.Info.Description = "Runs generative models: the OpenAI-compatible API, Gyre's own and its management. Errors have one form everywhere; docs/errors.md lists the codes.";
        document.AddComponent(SocketParameters.Table.Name, Schema(SocketParameters.Table, document));
        document.AddComponent(nameof(SocketEvent), await context.GetOrCreateSchemaAsync(typeof(SocketEvent), null, cancellationToken));
    }

    private static async Task DescribeAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var document = context.Document ?? throw new InvalidOperationException("The framework gives operation transformers the document they belong to.");
        if (context.Description.ActionDescriptor.EndpointMetadata.OfType<OperationText>().FirstOrDefault() is not { } text)
        {
            return;
        }

        operation.OperationId = text.Id;
        operation.Summary = text.Summary;
        operation.Description = text.Description;
        operation.Tags = new HashSet<OpenApiTagReference> { new(text.Tag, document) };
        document.Tags ??= new HashSet<OpenApiTag>();
        document.Tags.Add(new OpenApiTag { Name = text.Tag });
        operation.Parameters = [.. text.Parameters.Select(parameter => new OpenApiParameter
        {
            Name = parameter.Name,
            In = parameter.IsInPath ? ParameterLocation.Path : ParameterLocation.Query,
            Required = parameter.IsInPath,
            Description = parameter.Description,
            Schema = Parse(parameter.Schema, document),
        })];
        if (text.Request is { } table)
        {
            document.AddComponent(table.Name, Schema(table, document));
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Description = table.Description,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                {
                    [Json] = new()
                    {
                        Schema = new OpenApiSchemaReference(table.Name, document),
                        Example = text.RequestExample is { } example ? JsonNode.Parse(example) : null,
                    },
                },
            };
        }

        if (text.Form is { } form)
        {
            document.AddComponent(form.Name, Schema(form, document));
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Description = form.Description,
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { ["multipart/form-data"] = new() { Schema = new OpenApiSchemaReference(form.Name, document) } },
            };
        }

        if (text.Bodies.Count > 0)
        {
            operation.RequestBody = new OpenApiRequestBody
            {
                Required = true,
                Content = text.Bodies.ToDictionary(body => body.ContentType, body => new OpenApiMediaType { Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Example = JsonValue.Create(body.Example) }, StringComparer.Ordinal),
            };
        }

        operation.Responses ??= [];
        if (text.EventType is { } type && operation.Responses.TryGetValue("200", out var answer) && answer.Content is { } content)
        {
            document.AddComponent(type.Name, await context.GetOrCreateSchemaAsync(type, null, cancellationToken));
            foreach (var contentType in text.EventContentTypes)
            {
                content[contentType] = new OpenApiMediaType { Schema = new OpenApiSchemaReference(type.Name, document) };
            }
        }

        await AddErrorsAsync(operation, text, context, document, cancellationToken);
    }

    private static async Task AddErrorsAsync(
        OpenApiOperation operation,
        OperationText text,
        OpenApiOperationTransformerContext context,
        OpenApiDocument document,
        CancellationToken cancellationToken)
    {
        if (text.Errors.Count == 0)
        {
            return;
        }

        document.AddComponent(text.ErrorType.Name, await context.GetOrCreateSchemaAsync(text.ErrorType, null, cancellationToken));
        foreach (var status in text.Errors)
        {
            operation.Responses![status.ToString()] = new OpenApiResponse // The caller made sure that there are responses.
            {
                Description = ReasonPhrases.GetReasonPhrase(status),
                Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal) { [Json] = new() { Schema = new OpenApiSchemaReference(text.ErrorType.Name, document) } },
            };
        }
    }

    private static IOpenApiSchema Schema(ParameterTable table, OpenApiDocument document)
    {
        var properties = new JsonObject();
        foreach (var parameter in table.Parameters)
        {
            if (parameter.Schema is { } schema)
            {
                var property = JsonNode.Parse(schema)!.AsObject(); // The tables hold no null.
                property["description"] = parameter.Description;
                properties[parameter.Name] = property;
            }
        }

        return Parse(
            new JsonObject
            {
                ["type"] = "object",
                ["description"] = table.Description,
                ["required"] = new JsonArray([.. table.Parameters.Where(parameter => parameter.IsRequired).Select(parameter => JsonValue.Create(parameter.Name))]),
                ["additionalProperties"] = false,
                ["properties"] = properties,
            }.ToJsonString(),
            document);
    }

    private static IOpenApiSchema Parse(string schema, OpenApiDocument document)
    {
        var parsed = OpenApiModelFactory.Parse<OpenApiSchema>(schema, OpenApiSpecVersion.OpenApi3_1, document, out var diagnostic, "json");
        return parsed is not null && diagnostic.Errors.Count == 0
            ? parsed
            : throw new InvalidOperationException($"A parameter table holds a faulty schema: {string.Join("; ", diagnostic.Errors)}: {schema}");
    }
}
