using System.Text.Json;
using System.Text.Json.Nodes;

namespace Gyre.Models.Architectures;

/// <summary>What the config.json files of encoder–decoder models have in common.</summary>
internal static class EncoderDecoderJson
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    public static string Write(EncoderDecoderConfiguration configuration)
    {
        var c = configuration;
        var family = EncoderDecoderFamily.Find(c.Architecture)
            ?? throw Architecture.Unknown(
                "Write model configuration: found architecture", c.Architecture, EncoderDecoderFamily.All.Select(known => known.Name), "the given configuration");
        var json = new JsonObject
        {
            ["architectures"] = new JsonArray(family.ClassName),
            ["model_type"] = family.Name,
            ["is_encoder_decoder"] = true,
            ["vocab_size"] = c.VocabularySize,
            ["d_model"] = c.HiddenSize,
            ["decoder_start_token_id"] = c.StartTokenId,
            ["tie_word_embeddings"] = c.TieEmbeddings,
            ["torch_dtype"] = "float32",
        };
        family.Write(c, json);
        if (c.PadTokenId is { } pad)
        {
            json["pad_token_id"] = pad;
        }

        if (c.EndTokenIds.Count > 0)
        {
            json["eos_token_id"] = c.EndTokenIds.Count == 1 ? c.EndTokenIds[0] : new JsonArray([.. c.EndTokenIds.Select(id => (JsonNode)id)]);
        }

        return json.ToJsonString(Indented) + "\n";
    }

    /// <summary>The width of heads that share a stream evenly.</summary>
    public static int HeadWidth(ConfigurationFields fields, string headsField, int hidden, int heads)
    {
        if (heads > 0 && hidden % heads != 0)
        {
            fields.Fault("d_model", $"{hidden}", $"a multiple of {headsField}, {heads}");
        }

        return heads > 0 ? hidden / heads : 0;
    }

    /// <summary>Refuses a choice that no network here has.</summary>
    public static void Require(ConfigurationFields fields, string field, bool value)
    {
        if (fields.Boolean(field, value) != value)
        {
            fields.Fault(field, value ? "false" : "true", value ? "true: the other form is not built" : "false: the other form is not built");
        }
    }
}
