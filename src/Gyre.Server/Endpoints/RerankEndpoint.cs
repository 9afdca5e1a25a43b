using System.Text.Json;
using Gyre.Contracts;
using Gyre.Models.Encoders;
using Gyre.Observability;
using Gyre.Server.Catalog;
using Gyre.Server.Generation;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>POST <c>/v1/rerank</c>.</summary>
internal sealed class RerankEndpoint(GyreHostOptions options, GenerationService generation, ModelAbilities abilities, IIdSource ids)
{
    private const int MaxDocuments = 2048;

    public async Task HandleAsync(HttpContext context)
    {
        var scope = RequestScope.Of(context);
        scope.PromptParameter = "documents";
        using var body = await RequestBody.ReadAsync(context, options.MaxRequestBytes);
        var faults = new RequestFaults();
        RerankParameters.Table.Check(body.RootElement, faults);
        var (alias, model) = await generation.ResolveAnyAsync(body.RootElement, faults, scope, isOptional: false);
        var reranker = model.Reranker ?? throw abilities.Lacking(alias, $"is for {model.Kind.ToText()} and does not score documents", other => other.Reranker is not null, "that do");
        var reader = new RequestReader(body.RootElement, "", faults);
        var query = reader.ReadString("query") ?? "";
        if (query.Length == 0)
        {
            faults.Add(RequestReader.OutOfRange, "query", "'query' is an empty text; expected one character or more.");
        }

        var documents = ReadDocuments(reader);
        var most = (int?)reader.ReadInteger("top_n", 1, int.MaxValue) ?? int.MaxValue;
        var repeats = reader.ReadBoolean("return_documents") ?? true;
        scope.Trace?.Tag(GenAiAttribute.UserId, reader.ReadString("user"));
        faults.ThrowIfAny();

        scope.Trace?.Tag(GenAiAttribute.ResponseModel, model.Name);
        scope.Trace?.SetInput([("user", query), .. documents.Select(document => ("document", document))]);
        var found = await reranker.RerankAsync(query, documents, scope.Cancellation);
        scope.Trace?.Tag(GenAiAttribute.UsageInputTokens, found.Tokens);
        await JsonAnswer.WriteAsync(
            context,
            new RerankAnswer
            {
                Id = ids.NewId("rerank"),
                Model = alias.Name,
                Results = [.. found.Scores
                    .Select((score, index) => new RerankAnswer.Ranked { Index = index, RelevanceScore = score, Document = repeats ? new RerankAnswer.Text { Value = documents[index] } : null })
                    .OrderByDescending(ranked => ranked.RelevanceScore)
                    .Take(most)],
                Usage = new EmbeddingAnswer.Tokens { PromptTokens = found.Tokens, TotalTokens = found.Tokens },
            },
            WireJson.Plain.RerankAnswer);
    }

    private static List<string> ReadDocuments(RequestReader reader)
    {
        var documents = new List<string>();
        if (!reader.TryGet("documents", out var list))
        {
            return documents;
        }

        if (list.ValueKind != JsonValueKind.Array)
        {
            reader.AddWrongType("documents", list, "a list of texts");
            return documents;
        }

        if (list.GetArrayLength() is 0 or > MaxDocuments)
        {
            reader.Faults.Add(RequestReader.OutOfRange, "documents", $"'documents' has {list.GetArrayLength():N0} entries; expected 1 to {MaxDocuments:N0}.");
            return documents;
        }

        var index = 0;
        foreach (var item in list.EnumerateArray())
        {
            var place = $"documents[{index++}]";
            if (item.ValueKind == JsonValueKind.Object)
            {
                var fields = new RequestReader(item, place, reader.Faults);
                fields.AllowOnly("text");
                documents.Add(fields.ReadString("text") ?? Missing(fields));
            }
            else if (item.ValueKind != JsonValueKind.String)
            {
                reader.AddWrongType(place, item, "a string or an object with 'text'");
            }
            else if (reader.TryReadText(item, place, out var text))
            {
                documents.Add(text);
            }
        }

        return documents;
    }

    private static string Missing(RequestReader fields)
    {
        if (!fields.TryGet("text", out _))
        {
            fields.Faults.Add("SRV0112", fields.PathOf("text"), $"'{fields.PathOf("text")}' is missing; expected the document's text.");
        }

        return "";
    }
}
