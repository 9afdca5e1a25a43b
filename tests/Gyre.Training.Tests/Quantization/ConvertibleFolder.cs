using System.Text.Json;
using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.TestSupport;

namespace Gyre.Training.Tests.Quantization;

/// <summary>Folders of models in Hugging Face's form: the kit's with changed settings, and small random ones with real vocabularies.</summary>
internal static class ConvertibleFolder
{
    public const int Width = 32;

    /// <summary>A copy of a kit's model; each pair of texts replaces one in its config.json.</summary>
    public static string OfKit(string folder, string name, params (string Before, string After)[] changes)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in Directory.GetFiles(TestData.Require("models/kit/" + name)))
        {
            File.WriteAllBytes(Path.Combine(folder, Path.GetFileName(file)), File.ReadAllBytes(file)); // Not its read-only mark.
        }

        var config = Path.Combine(folder, "config.json");
        foreach (var (before, after) in changes)
        {
            File.ReadAllText(config).ShouldContain(before);
            File.WriteAllText(config, File.ReadAllText(config).Replace(before, after, StringComparison.Ordinal));
        }

        return folder;
    }

    /// <summary>Says that a folder's model makes vectors of its tokens' mean, or otherwise.</summary>
    public static string WithSentences(string folder, string pooling = "pooling_mode_mean_tokens", bool normalises = true)
    {
        Directory.CreateDirectory(Path.Combine(folder, "1_Pooling"));
        File.WriteAllText(Path.Combine(folder, "1_Pooling", "config.json"), $$"""{"word_embedding_dimension":48,"{{pooling}}":true}""");
        var last = normalises ? """,{"idx":2,"name":"2","path":"2_Normalize","type":"sentence_transformers.models.Normalize"}""" : "";
        File.WriteAllText(
            Path.Combine(folder, "modules.json"),
            """[{"idx":0,"name":"0","path":"","type":"sentence_transformers.models.Transformer"},{"idx":1,"name":"1","path":"1_Pooling","type":"sentence_transformers.models.Pooling"}""" + last + "]");
        return folder;
    }

    /// <summary>A random encoder beside the files of a vocabulary.</summary>
    public static string Encoder(string folder, int tokens, string architecture = "bert", params string[] labels)
    {
        Directory.CreateDirectory(folder);
        using var pool = new TensorPool();
        using var model = new TrainableEncoder(
            new EncoderConfiguration
            {
                Architecture = architecture,
                VocabularySize = tokens,
                HiddenSize = Width,
                IntermediateSize = 2 * Width,
                Layers = 2,
                Heads = 2,
                Positions = 512,
                FirstPosition = architecture == "bert" ? 0 : 2,
                TokenTypes = architecture == "bert" ? 2 : 1,
                PaddingId = architecture == "bert" ? 0 : 1,
                Head = labels.Length > 0 ? EncoderHead.SequenceLabels : EncoderHead.None,
                Labels = labels,
                Problem = labels.Length == 1 ? ClassificationProblem.Regression : ClassificationProblem.SingleLabel,
                InitialDeviation = 0.2f,
            },
            pool,
            seed: 7);
        model.Save(folder);
        return folder;
    }

    /// <summary>A random T5 whose vocabulary is a published Unigram one.</summary>
    public static string T5(string folder, bool isTied = true, string? generation = null)
    {
        Directory.CreateDirectory(folder);
        File.Copy(TestData.Require("tokenizers/marian-opus-mt-en-fr/source.spm"), Path.Combine(folder, "spiece.model"));
        using var pool = new TensorPool();
        using var model = new TrainableEncoderDecoder(
            EncoderDecoderConfiguration.FromHuggingFace(
                $$"""
                {"model_type":"t5","vocab_size":32000,"d_model":{{Width}},"d_kv":8,"d_ff":64,"num_layers":2,"num_decoder_layers":3,"num_heads":4,
                 "feed_forward_proj":"{{(isTied ? "relu" : "gated-gelu")}}","tie_word_embeddings":{{(isTied ? "true" : "false")}},
                 "decoder_start_token_id":2,"pad_token_id":2,"eos_token_id":2}
                """,
                "a test"),
            pool,
            seed: 5);
        model.Save(folder);
        if (generation is not null)
        {
            File.WriteAllText(Path.Combine(folder, "generation_config.json"), generation);
        }

        return folder;
    }

    /// <summary>RoBERTa's vocabulary in two files: GPT-2's and the five special tokens.</summary>
    /// <returns>The number of tokens.</returns>
    public static int AddRobertaVocabulary(string folder)
    {
        Directory.CreateDirectory(folder);
        var source = TestData.Require("tokenizers/gpt2");
        var vocabulary = JsonNode.Parse(File.ReadAllText(Path.Combine(source, "vocab.json")))!.AsObject();
        foreach (var token in (string[])["<s>", "<pad>", "</s>", "<unk>", "<mask>"])
        {
            vocabulary[token] = vocabulary.Count;
        }

        File.WriteAllText(Path.Combine(folder, "vocab.json"), vocabulary.ToJsonString());
        File.WriteAllText(Path.Combine(folder, "merges.txt"), File.ReadAllText(Path.Combine(source, "merges.txt")));
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), """{"tokenizer_class":"RobertaTokenizer"}""");
        return vocabulary.Count;
    }

    /// <summary>XLM-RoBERTa's form of a vocabulary: the tokens, scores and rules that a GGUF file of a Unigram model has, as <c>tokenizer.json</c>.</summary>
    public static void AddUnigramJson(string folder, string gguf, bool joinsSpaces = true)
    {
        Directory.CreateDirectory(folder);
        using var file = GgufFile.Open(gguf);
        var (tokens, scores) = (file.Metadata.GetStrings("tokenizer.ggml.tokens"), new List<float>());
        file.Metadata.TryGetFloats("tokenizer.ggml.scores", out var found).ShouldBeTrue();
        scores.AddRange(found!); // The line above has checked it.
        file.Metadata.TryGetIntegers("tokenizer.ggml.precompiled_charsmap", out var rules).ShouldBeTrue();
        var end = Array.IndexOf(tokens, "</s>");
        var unknown = Array.IndexOf(tokens, "<unk>");
        var begin = Array.IndexOf(tokens, "<s>");
        var json = new JsonObject
        {
            ["version"] = "1.0",
            ["added_tokens"] = new JsonArray(Added(begin, "<s>"), Added(end, "</s>"), Added(unknown, "<unk>")),
            ["normalizer"] = new JsonObject { ["type"] = "Precompiled", ["precompiled_charsmap"] = Convert.ToBase64String([.. rules!.Select(value => (byte)value)]) },
            ["pre_tokenizer"] = JsonNode.Parse(joinsSpaces
                ? """{"type":"Sequence","pretokenizers":[{"type":"WhitespaceSplit"},{"type":"Metaspace","replacement":"\u2581","add_prefix_space":true}]}"""
                : """{"type":"Metaspace","replacement":"\u2581","prepend_scheme":"always","split":true}"""),
            ["post_processor"] = JsonNode.Parse($$$"""
                {"type":"TemplateProcessing",
                 "single":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}],
                 "pair":[{"SpecialToken":{"id":"<s>","type_id":0}},{"Sequence":{"id":"A","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}},
                  {"SpecialToken":{"id":"</s>","type_id":0}},{"Sequence":{"id":"B","type_id":0}},{"SpecialToken":{"id":"</s>","type_id":0}}],
                 "special_tokens":{"<s>":{"id":"<s>","ids":[{{{begin}}}],"tokens":["<s>"]} ,"</s>":{"id":"</s>","ids":[{{{end}}}],"tokens":["</s>"]} } }
                """),
            ["decoder"] = JsonNode.Parse("""{"type":"Metaspace","replacement":"\u2581","add_prefix_space":true}"""),
            ["model"] = new JsonObject
            {
                ["type"] = "Unigram",
                ["unk_id"] = unknown,
                ["vocab"] = new JsonArray([.. tokens.Zip(scores, (token, score) => (JsonNode)new JsonArray(token, score))]),
            },
        };
        File.WriteAllText(Path.Combine(folder, "tokenizer.json"), json.ToJsonString(new JsonSerializerOptions { MaxDepth = 64 }));

        static JsonObject Added(int id, string content) => new() { ["id"] = id, ["content"] = content, ["special"] = true, ["normalized"] = false };
    }
}
