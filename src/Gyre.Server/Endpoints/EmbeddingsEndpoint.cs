using System.Text.Json;
using Gyre.Models;
using Gyre.Models.Embeddings;
using Gyre.Models.Encoders;
using Gyre.Observability;
using Gyre.Server.Catalog;
using Gyre.Server.Generation;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;
using Microsoft.Extensions.AI;

namespace Gyre.Server.Endpoints;

/// <summary>POST <c>/v1/embeddings</c>.</summary>
internal sealed class EmbeddingsEndpoint(GyreHostOptions options, GenerationService generation, ModelAbilities abilities)
{
    private const int MaxInputs = 2048;
    private const string Expected = "a string, a list of strings, a list of token ids, or a list of lists of token ids";

    public async Task HandleAsync(HttpContext context)
    {
        var scope = RequestScope.Of(context);
        scope.PromptParameter = "input";
        using var body = await RequestBody.ReadAsync(context, options.MaxRequestBytes);
        var faults = new RequestFaults();
        EmbeddingParameters.Table.Check(body.RootElement, faults);
        var (alias, model) = await generation.ResolveAnyAsync(body.RootElement, faults, scope, isOptional: false);
        var embedder = model.Embedder ?? throw abilities.Lacking(alias, $"is for {model.Kind.ToText()} and makes no vectors", other => other.Embedder is not null, "that do");
        var reader = new RequestReader(body.RootElement, "", faults);
        var isBase64 = reader.ReadString("encoding_format", "float", "base64") == "base64";
        var dimensions = (int?)reader.ReadInteger("dimensions", 1, embedder.Dimensions);
        scope.Trace?.Tag(GenAiAttribute.UserId, reader.ReadString("user"));
        var (texts, sequences) = ReadInput(reader, embedder);
        faults.ThrowIfAny();

        scope.Trace?.Tag(GenAiAttribute.ResponseModel, model.Name);
        scope.Trace?.SetInput(texts.Select(text => ("user", text)));
        var vectors = texts.Count > 0
            ? await embedder.GenerateAsync(texts, cancellationToken: scope.Cancellation)
            : await embedder.GenerateAsync(sequences, scope.Cancellation);
        var tokens = (int)(vectors.Usage?.InputTokenCount ?? 0);
        scope.Trace?.Tag(GenAiAttribute.UsageInputTokens, tokens);
        await JsonAnswer.WriteAsync(
            context,
            new EmbeddingAnswer
            {
                Data = [.. vectors.Select((vector, index) => new EmbeddingAnswer.Entry { Index = index, Embedding = new EmbeddingVector(Shortened(vector.Vector, dimensions), isBase64) })],
                Model = alias.Name,
                Usage = new EmbeddingAnswer.Tokens { PromptTokens = tokens, TotalTokens = tokens },
            },
            WireJson.Plain.EmbeddingAnswer);
    }

    /// <summary>The first components, scaled to length 1.</summary>
    private static ReadOnlyMemory<float> Shortened(ReadOnlyMemory<float> vector, int? dimensions)
    {
        if (dimensions is not { } kept || kept == vector.Length)
        {
            return vector;
        }

        var first = vector[..kept].ToArray();
        var norm = Math.Sqrt(first.Sum(component => (double)component * component));
        return norm > 0 ? Array.ConvertAll(first, component => (float)(component / norm)) : first;
    }

    private static (IReadOnlyList<string> Texts, IReadOnlyList<IReadOnlyList<int>> Sequences) ReadInput(RequestReader reader, ITextEmbedder embedder)
    {
        if (!reader.TryGet("input", out var input))
        {
            return ([], []);
        }

        if (input.ValueKind == JsonValueKind.Array && input.GetArrayLength() is var count && (count == 0 || (count > MaxInputs && input[0].ValueKind != JsonValueKind.Number)))
        {
            reader.Faults.Add(RequestReader.OutOfRange, "input", $"'input' has {count:N0} entries; expected 1 to {MaxInputs:N0}.");
            return ([], []);
        }

        var vocabulary = embedder.Tokenizer.VocabularySize;
        switch (input.ValueKind)
        {
            case JsonValueKind.String:
                return (ReadTexts(reader, [(input, "input")]), []);
            case JsonValueKind.Array when input[0].ValueKind == JsonValueKind.Number:
                return ([], PromptReader.ReadIds(reader, input, "input", vocabulary) is { } ids ? [ids] : []);
            case JsonValueKind.Array when input[0].ValueKind == JsonValueKind.String:
                return (ReadTexts(reader, input.EnumerateArray().Select((item, index) => (item, $"input[{index}]"))), []);
            case JsonValueKind.Array when input[0].ValueKind == JsonValueKind.Array:
                return ([], ReadSequences(reader, input, vocabulary));
            default:
                reader.AddWrongType("input", input, Expected);
                return ([], []);
        }
    }

    private static List<string> ReadTexts(RequestReader reader, IEnumerable<(JsonElement Item, string Place)> items)
    {
        var texts = new List<string>();
        foreach (var (item, place) in items)
        {
            if (!reader.TryReadText(item, place, out var text))
            {
                continue;
            }

            if (text.Length == 0)
            {
                reader.Faults.Add(RequestReader.OutOfRange, place, $"'{place}' is an empty text; expected one character or more.");
            }

            texts.Add(text);
        }

        return texts;
    }

    private static List<IReadOnlyList<int>> ReadSequences(RequestReader reader, JsonElement input, int vocabulary)
    {
        var sequences = new List<IReadOnlyList<int>>();
        foreach (var item in input.EnumerateArray())
        {
            var place = $"input[{sequences.Count}]";
            if (item.ValueKind != JsonValueKind.Array)
            {
                reader.AddWrongType(place, item, "a list of token ids");
                break;
            }

            if (PromptReader.ReadIds(reader, item, place, vocabulary) is not { } ids)
            {
                break;
            }

            sequences.Add(ids);
        }

        return sequences;
    }
}
