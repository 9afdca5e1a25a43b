using System.Buffers;
using System.Text;
using System.Text.Json;
using Gyre.Models;
using Gyre.Server.Catalog;
using Gyre.Server.Generation;
using Gyre.Server.Hosting;
using Gyre.Server.Http;
using Gyre.Server.Parameters;
using Gyre.Server.Wire;

namespace Gyre.Server.Endpoints;

/// <summary>POST <c>/tokenize</c> and <c>/detokenize</c>.</summary>
internal sealed class TokenizeEndpoint(GyreHostOptions options, GenerationService generation)
{
    public async Task TokenizeAsync(HttpContext context)
    {
        var scope = RequestScope.Of(context);
        scope.PromptParameter = "prompt";
        using var body = await RequestBody.ReadAsync(context, options.MaxRequestBytes);
        var faults = new RequestFaults();
        TokenizeParameters.Tokenize.Check(body.RootElement, faults);
        var (alias, model) = await generation.ResolveAnyAsync(body.RootElement, faults, scope, isOptional: true);
        var reader = new RequestReader(body.RootElement, "", faults);
        var hasTexts = reader.ReadBoolean("return_token_strs") ?? false;
        var hasMessages = reader.TryGet("messages", out _);
        if (hasMessages == reader.TryGet("prompt", out _))
        {
            faults.Add("SRV0115", "prompt", $"The request has {(hasMessages ? "both 'prompt' and 'messages'" : "neither 'prompt' nor 'messages'")}; expected one of them.");
        }

        scope.PromptParameter = hasMessages ? "messages" : "prompt";
        var ids = hasMessages ? ReadMessages(reader, alias, model) : ReadText(reader, model);
        await JsonAnswer.WriteAsync(
            context,
            new TokenizeAnswer
            {
                Count = ids.Count,
                MaxModelLen = model.Decoder.ContextLength,
                Tokens = ids,
                TokenStrs = hasTexts ? [.. ids.Select(model.Tokenizer.GetToken)] : null,
            },
            WireJson.Plain.TokenizeAnswer);
    }

    public async Task DetokenizeAsync(HttpContext context)
    {
        var scope = RequestScope.Of(context);
        scope.PromptParameter = "tokens";
        using var body = await RequestBody.ReadAsync(context, options.MaxRequestBytes);
        var faults = new RequestFaults();
        TokenizeParameters.Detokenize.Check(body.RootElement, faults);
        var (_, model) = await generation.ResolveAnyAsync(body.RootElement, faults, scope, isOptional: true);
        var reader = new RequestReader(body.RootElement, "", faults);
        var skipsSpecial = reader.ReadBoolean("skip_special_tokens") ?? false;
        var ids = reader.TryGet("tokens", out var list) ? ReadIds(reader, list, model) : [];
        faults.ThrowIfAny();
        await JsonAnswer.WriteAsync(context, new DetokenizeAnswer { Prompt = Decode(model, ids, skipsSpecial) }, WireJson.Plain.DetokenizeAnswer);
    }

    private IReadOnlyList<int> ReadMessages(RequestReader reader, ModelAlias alias, LanguageModel model)
    {
        var turns = MessageReader.Read(reader, options.MaxMessages);
        foreach (var name in (ReadOnlySpan<string>)["add_special_tokens", "parse_special"])
        {
            if (reader.ReadBoolean(name) is not null)
            {
                reader.Faults.Add("SRV0115", name, $"'{name}' is set beside 'messages'; expected it with 'prompt' only: the chat template decides the special tokens.");
            }
        }

        var hasOpening = reader.ReadBoolean("add_generation_prompt") ?? true;
        var tools = ToolReader.ReadChat(reader);
        reader.Faults.ThrowIfAny();
        return GenerationService.Render(model, GenerationService.WithSystem(turns, alias), tools, hasOpening);
    }

    private static List<int> ReadText(RequestReader reader, LanguageModel model)
    {
        foreach (var name in (ReadOnlySpan<string>)["tools", "add_generation_prompt"])
        {
            if (reader.TryGet(name, out _))
            {
                reader.Faults.Add("SRV0115", name, $"'{name}' is set beside 'prompt'; expected it with 'messages' only.");
            }
        }

        var text = reader.ReadString("prompt") ?? "";
        var hasSpecial = reader.ReadBoolean("add_special_tokens") ?? true;
        var parsesSpecial = reader.ReadBoolean("parse_special") ?? false;
        reader.Faults.ThrowIfAny();
        var ids = new List<int>();
        model.Tokenizer.Encode(text, hasSpecial, parsesSpecial, ids);
        return ids;
    }

    private static IReadOnlyList<int> ReadIds(RequestReader reader, JsonElement list, LanguageModel model)
    {
        if (list.ValueKind != JsonValueKind.Array)
        {
            reader.AddWrongType("tokens", list, "a list of token ids");
            return [];
        }

        return list.GetArrayLength() == 0 ? [] : PromptReader.ReadIds(reader, list, "tokens", model.Tokenizer.VocabularySize) ?? [];
    }

    private static string Decode(LanguageModel model, IReadOnlyList<int> ids, bool skipsSpecial)
    {
        if (skipsSpecial)
        {
            return model.Tokenizer.Decode([.. ids]);
        }

        var bytes = new ArrayBufferWriter<byte>();
        for (var i = 0; i < ids.Count; i++)
        {
            model.Tokenizer.AppendBytes(ids[i], i == 0, includeSpecial: true, bytes);
        }

        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}
