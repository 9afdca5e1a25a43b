using System.Text.Json.Nodes;
using Gyre.Models.Architectures;

namespace Gyre.Models.Adapters.Training;

/// <summary>Virtual tokens in PEFT's configuration.</summary>
/// <remarks>Source: the prompt learning configurations of PEFT 0.13; <c>SAMPLE_VOCAB</c> is of later ones.</remarks>
internal static class SoftPromptJson
{
    public static void Add(JsonObject json, AdapterOptions options, AdaptedBase model)
    {
        var decoder = model.Decoder ?? throw AdapterErrors.Unusable([$"{options.Method} over a model that is no decoder;"]);
        var prompt = options.Prompt;
        var isPrefix = options.Method == AdapterMethod.PrefixTuning;
        var width = isPrefix ? decoder.KeyValueHeads * decoder.HeadWidth : decoder.HiddenSize;
        json["num_virtual_tokens"] = prompt.Tokens;
        json["num_transformer_submodules"] = 1;
        json["num_layers"] = decoder.Layers;
        json["num_attention_heads"] = isPrefix ? decoder.KeyValueHeads : decoder.Heads;
        json["token_dim"] = width;
        var inner = prompt.EncoderWidth > 0 ? prompt.EncoderWidth : width;
        switch (options.Method)
        {
            case AdapterMethod.PrefixTuning:
                json["encoder_hidden_size"] = inner;
                json["prefix_projection"] = prompt.IsProjected;
                break;
            case AdapterMethod.PTuning:
                json["encoder_reparameterization_type"] = prompt.Encoder == PromptEncoder.Recurrent ? "LSTM" : "MLP";
                json["encoder_hidden_size"] = inner;
                json["encoder_num_layers"] = prompt.EncoderLayers;
                json["encoder_dropout"] = 0.0;
                break;
            default:
                json["prompt_tuning_init"] = prompt.Initialisation switch
                {
                    PromptInitialisation.Text => "TEXT",
                    PromptInitialisation.SampledVocabulary => "SAMPLE_VOCAB",
                    _ => "RANDOM",
                };
                json["prompt_tuning_init_text"] = prompt.Text.Length > 0 ? prompt.Text : null;
                json["tokenizer_name_or_path"] = prompt.Text.Length > 0 ? options.BaseModel : null;
                json["tokenizer_kwargs"] = null;
                break;
        }
    }
}
