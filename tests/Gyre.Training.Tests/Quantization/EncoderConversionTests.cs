using Gyre.Models;
using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Conversion;
using Gyre.Models.Encoders;
using Gyre.Models.Tokenizers;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using Gyre.Training.Quantization;

namespace Gyre.Training.Tests.Quantization;

public sealed class EncoderConversionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly ThreadTeam _team = new(2);

    public void Dispose()
    {
        _team.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("bert", "BertModel")]
    [InlineData("roberta", "RobertaModel")]
    [InlineData("distilbert", "DistilBertModel")]
    [InlineData("bert-seqcls", "BertForSequenceClassification")]
    [InlineData("roberta-seqcls", "RobertaForSequenceClassification")]
    public void A_folder_written_as_F32_gives_the_same_results(string name, string type)
    {
        // RoBERTa's first rows of positions belong to padding; GGUF has none.
        var source = ModelFolder.Open(ConvertibleFolder.OfKit(_folder.In("model"), name, ($"\"{ClassOf(name)}\"", $"\"{type}\"")));
        var result = ModelFolder.Open(Convert(source, ElementFormat.F32, withVocabulary: false));

        var (expected, actual) = (Results(source), Results(result));

        actual.Length.ShouldBe(expected.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            actual[i].ShouldBe(expected[i], 1e-6f, $"number {i}");
        }
    }

    [Fact]
    public void The_mapping_of_names_and_rows_is_that_of_another_converter()
    {
        var path = Convert(ModelFolder.Open(TestData.Require("models/kit/bert")), ElementFormat.F16, withVocabulary: false);
        using var expected = GgufFile.Open(TestData.Require("models/kit/bert/model.f16.gguf"));
        using var actual = GgufFile.Open(path);

        actual.Names.Order(StringComparer.Ordinal).ShouldBe(expected.Names.Order(StringComparer.Ordinal));
        foreach (var name in expected.Names)
        {
            Bytes(actual.Get(name)).ShouldBe(Bytes(expected.Get(name)), name);
        }

        string[] numbers = ["context_length", "embedding_length", "block_count", "feed_forward_length", "attention.head_count"];
        foreach (var key in numbers)
        {
            actual.Metadata.GetInteger("bert." + key).ShouldBe(expected.Metadata.GetInteger("bert." + key), key);
        }

        actual.Metadata.GetFloat("bert.attention.layer_norm_epsilon").ShouldBe(expected.Metadata.GetFloat("bert.attention.layer_norm_epsilon"));
        actual.Metadata.GetInteger("tokenizer.ggml.token_type_count").ShouldBe(2);
    }

    [Fact]
    public void A_matrix_of_one_row_may_be_a_vector_as_llama_cpp_writes_it()
    {
        var source = ModelFolder.Open(ConvertibleFolder.Encoder(_folder.In("model"), 90, "roberta", "score"));
        using (var file = GgufFile.Open(Convert(source, ElementFormat.F32, withVocabulary: false)))
        {
            var writer = new GgufWriter().CopyMetadata(file.Metadata);
            foreach (var name in file.Names)
            {
                var tensor = file.Get(name);
                tensor.Shape.Count.ShouldBe(name is "token_types.weight" or "cls.output.weight" ? 2 : tensor.Shape.Count);
                writer.Add(name, tensor.Format, Bytes(tensor), [.. tensor.Shape[0] == 1 && tensor.Shape.Count == 2 ? tensor.Shape.Skip(1) : tensor.Shape]);
            }

            writer.Write(_folder.In("flat.gguf"));
        }

        Results(ModelFolder.Open(_folder.In("flat.gguf"))).ShouldBe(Results(ModelFolder.Open(_folder.In("out.gguf"))));
    }

    [Theory]
    [InlineData("bert-mlm", "a head for masked words")]
    [InlineData("bert-qa", "a head that finds answers")]
    [InlineData("bert-tokcls", "a head that labels every token")]
    [InlineData("distilbert-seqcls", "not followed by tanh")]
    public void A_head_that_the_format_has_not_is_refused_by_name(string name, string named)
    {
        var error = Should.Throw<ModelException>(() => GgufSource.Open(ModelFolder.Open(TestData.Require("models/kit/" + name)), withVocabulary: false).Dispose());

        error.Code.ShouldBe("RUN0442");
        error.Message.ShouldContain(named);
    }

    [Fact]
    public void An_activation_that_the_format_has_not_is_refused()
    {
        var folder = ConvertibleFolder.OfKit(_folder.In("model"), "bert", ("\"hidden_act\": \"gelu\"", "\"hidden_act\": \"relu\""));

        Should.Throw<ModelException>(() => GgufSource.Open(ModelFolder.Open(folder), withVocabulary: false).Dispose()).Message.ShouldContain("relu instead of gelu");
    }

    [Theory]
    [InlineData("pooling_mode_cls_token", false)]
    [InlineData("pooling_mode_lasttoken", true)]
    [InlineData("pooling_mode_mean_tokens", false)]
    public async Task How_vectors_are_made_is_kept(string pooling, bool normalises)
    {
        var folder = ConvertibleFolder.WithSentences(MiniLm(), pooling, normalises);
        File.WriteAllText(Path.Combine(folder, "sentence_bert_config.json"), """{"max_seq_length":9,"do_lower_case":false}""");
        File.WriteAllText(Path.Combine(folder, "config_sentence_transformers.json"), """{"prompts":{"query":"query: ","none":""},"default_prompt_name":"query"}""");
        var path = Convert(ModelFolder.Open(folder), ElementFormat.F32);

        using var before = Load(ModelFolder.Open(folder));
        using var after = Load(ModelFolder.Open(path));

        var texts = new[] { "a red shirt" };
        var expected = await before.Embedder.ShouldNotBeNull().GenerateAsync(texts, cancellationToken: TestContext.Current.CancellationToken);
        var actual = await after.Embedder.ShouldNotBeNull().GenerateAsync(texts, cancellationToken: TestContext.Current.CancellationToken);
        after.Embedder.MaxTokens.ShouldBe(9);
        after.Embedder.PromptNames.ShouldBe(["query", "none"]);
        for (var i = 0; i < ConvertibleFolder.Width; i++)
        {
            actual[0].Vector.Span[i].ShouldBe(expected[0].Vector.Span[i], 1e-6f);
        }
    }

    [Theory]
    [InlineData("pooling_mode_max_tokens", "Largest")]
    [InlineData("pooling_mode_mean_sqrt_len_tokens", "MeanOfRoot")]
    public void A_pooling_that_the_format_has_not_is_refused(string pooling, string named)
    {
        var folder = ConvertibleFolder.WithSentences(MiniLm(), pooling);

        Should.Throw<ModelException>(() => GgufSource.Open(ModelFolder.Open(folder)).Dispose()).Message.ShouldContain(named);
    }

    [Theory]
    [InlineData("tokenizer.json")]
    [InlineData("vocab.txt")]
    public void WordPiece_is_read_back_with_the_same_tokens(string file) => SameTokens(MiniLm(file));

    [Fact]
    public void WordPiece_that_keeps_case_is_read_back_with_the_same_tokens()
    {
        var folder = MiniLm("vocab.txt");
        File.WriteAllText(Path.Combine(folder, "tokenizer_config.json"), """{"tokenizer_class":"BertTokenizer","do_lower_case":false}""");

        SameTokens(folder);
    }

    [Fact]
    public void RoBERTas_vocabulary_is_read_back_with_the_same_tokens_and_pairs()
    {
        var tokens = ConvertibleFolder.AddRobertaVocabulary(_folder.In("model"));

        SameTokens(ConvertibleFolder.Encoder(_folder.In("model"), tokens, "roberta"));
    }

    [Fact]
    public void XLM_RoBERTas_vocabulary_is_read_back_with_the_same_tokens_and_pairs()
    {
        var t5 = Convert(ModelFolder.Open(ConvertibleFolder.T5(_folder.In("t5"))), ElementFormat.Q8_0);
        ConvertibleFolder.AddUnigramJson(_folder.In("model"), t5);

        SameTokens(ConvertibleFolder.Encoder(_folder.In("model"), TokenizerLoader.FromFolder(_folder.In("model")).VocabularySize, "xlm-roberta"));
    }

    [Theory]
    [InlineData("\"lowercase\": true", "\"lowercase\": true, \"unread\": 0, \"clean_text\": false", "control characters")]
    [InlineData("\"type\": \"BertPreTokenizer\"", "\"type\": \"WhitespaceSplit\"", "as BERT does")]
    public void A_tokenizer_that_the_format_has_not_is_refused(string before, string after, string named)
    {
        var folder = MiniLm();
        var path = Path.Combine(folder, "tokenizer.json");
        var text = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(path))!.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true });
        text = after.Contains("clean_text", StringComparison.Ordinal) ? text.Replace("\"clean_text\": true", "\"cleaned\": true", StringComparison.Ordinal) : text;
        text.ShouldContain(before);
        File.WriteAllText(path, text.Replace(before, after, StringComparison.Ordinal));

        var error = Should.Throw<ModelException>(() => GgufSource.Open(ModelFolder.Open(folder)).Dispose());

        error.Code.ShouldBe("RUN0443");
        error.Message.ShouldContain(named);
    }

    [Fact]
    public void Two_ids_of_one_spelling_are_refused()
    {
        // Without its mark the second is what the first becomes with one.
        var folder = ConvertibleFolder.Encoder(_folder.In("model"), 8);
        File.WriteAllLines(Path.Combine(folder, "vocab.txt"), ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "x", "##\u2581x", "y"]);

        var error = Should.Throw<ModelException>(() => GgufSource.Open(ModelFolder.Open(folder)).Dispose());

        error.Code.ShouldBe("RUN0443");
        error.Message.ShouldContain("5 and 6 are both spelled");
    }

    [Theory]
    [InlineData(ElementFormat.F32, 0.999999)]
    [InlineData(ElementFormat.Q8_0, 0.999)]
    [InlineData(ElementFormat.Q4_0, 0.9)]
    public async Task The_report_says_how_near_the_vectors_are(ElementFormat format, double least)
    {
        var source = ModelFolder.Open(ConvertibleFolder.WithSentences(MiniLm()));

        var report = await Report(source, format, "a red shirt\nblue jeans for cold days\n\na hat");

        var vectors = report.Vectors.Value.ShouldNotBeNull();
        vectors.Texts.ShouldBe(3);
        vectors.Dimensions.ShouldBe(ConvertibleFolder.Width);
        vectors.LeastCosine.ShouldBeInRange(least, 1.0000001);
        vectors.MeanCosine.ShouldBeInRange(vectors.LeastCosine, 1.0000001);
        (format == ElementFormat.F32 || vectors.LeastCosine < 0.9999999).ShouldBeTrue();
        report.Reading.Value.ShouldNotBeNull().After.ShouldBeGreaterThan(0);
        report.Tokenizer.Value.ShouldNotBeNull().Differences.ShouldBeEmpty();
        report.Kind.ShouldBe("embedding");
        report.Divergence.Undefined.ShouldBe("the model is for embedding");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Scores_of_pairs_stay_what_they_are(bool isLogistic)
    {
        var folder = ConvertibleFolder.Encoder(MiniLm(), 30_522, labels: "LABEL_0");
        var config = Path.Combine(folder, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Insert(1, $"\"sbert_ce_default_activation_function\":\"torch.nn.modules.{(isLogistic ? "activation.Sigmoid" : "linear.Identity")}\","));
        var path = Convert(ModelFolder.Open(folder), ElementFormat.F32);

        using var before = Load(ModelFolder.Open(folder));
        using var after = Load(ModelFolder.Open(path));

        string[] documents = ["a red shirt", "blue jeans"];
        var expected = await before.Reranker.ShouldNotBeNull().RerankAsync("shirts", documents, TestContext.Current.CancellationToken);
        var actual = await after.Reranker.ShouldNotBeNull().RerankAsync("shirts", documents, TestContext.Current.CancellationToken);
        for (var i = 0; i < documents.Length; i++)
        {
            actual.Scores[i].ShouldBe(expected.Scores[i], 1e-6f);
        }

        var report = await Report(ModelFolder.Open(folder), ElementFormat.Q8_0, null);
        report.Labels.Value.ShouldNotBeNull().MaxDifference.ShouldBeInRange(1e-9, 0.05);
    }

    private static unsafe byte[] Bytes(WeightTensor tensor) => new ReadOnlySpan<byte>(tensor.Bytes, (int)tensor.LengthBytes).ToArray();

    private static string ClassOf(string name) => name switch
    {
        "bert" => "BertModel",
        "roberta" => "RobertaForMaskedLM",
        "distilbert" => "DistilBertForMaskedLM",
        "bert-seqcls" => "BertForSequenceClassification",
        _ => "RobertaForSequenceClassification",
    };

    /// <summary>A random network with the vocabulary of all-MiniLM-L6-v2.</summary>
    private string MiniLm(string vocabulary = "tokenizer.json")
    {
        var folder = ConvertibleFolder.Encoder(_folder.In("model"), 30_522);
        File.WriteAllBytes(Path.Combine(folder, vocabulary), File.ReadAllBytes(TestData.Require("tokenizers/bert-all-MiniLM-L6-v2/" + vocabulary)));
        return folder;
    }

    private void SameTokens(string folder)
    {
        var before = TokenizerLoader.FromFolder(folder);

        var after = ModelLoader.LoadTokenizer(Convert(ModelFolder.Open(folder), ElementFormat.Q8_0));

        var text = File.ReadAllText(TestData.Require("tokenizers/llama.cpp-vocab/ggml-vocab.inp"));
        TextChecks.Tokenizers(before, after, text).Differences.ShouldBeEmpty();
        var (expected, actual) = (before.EncodePair("one text", "and another"), after.EncodePair("one text", "and another"));
        actual.Ids.ShouldBe(expected.Ids);
        actual.TypeIds.ShouldBe(expected.TypeIds);
    }

    private string Convert(ModelFolder folder, ElementFormat format, bool withVocabulary = true)
    {
        using var source = GgufSource.Open(folder, withVocabulary);
        return new Quantizer(_team).Write(source, new QuantizationOptions { Format = format, Overwrites = true }, _folder.In("out.gguf")).Path;
    }

    private async Task<QuantizationReport> Report(ModelFolder folder, ElementFormat format, string? text)
    {
        using var source = GgufSource.Open(folder);
        var result = new Quantizer(_team).Write(source, new QuantizationOptions { Format = format, Overwrites = true }, _folder.In("out.gguf"));
        return await new QuantizationReporter(_team, TimeProvider.System).MeasureAsync(
            folder, result, text is null ? null : ("texts", text), cancellationToken: TestContext.Current.CancellationToken);
    }

    private EncoderModel Load(ModelFolder folder) => EncoderModel.Load(folder, "test", new EncoderOptions { Team = _team });

    private float[] Results(ModelFolder folder)
    {
        using var model = Load(folder);
        var batch = new EncoderBatch();
        int[] ids = [.. Enumerable.Range(0, 24).Select(i => ((i * 37) + 5) % model.Encoder.VocabularySize)];
        batch.Add(ids, default, 0, 7, 23);
        model.Encoder.Run(batch, model.Embedder is null ? EncoderOutput.Head : EncoderOutput.Hidden, TestContext.Current.CancellationToken);
        return batch.Rows(0).ToArray();
    }
}
