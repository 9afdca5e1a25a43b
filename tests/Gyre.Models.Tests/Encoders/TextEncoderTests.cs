using System.Text;
using Gyre.Models.Architectures;
using Gyre.Models.Encoders;
using Gyre.Models.Weights;
using Gyre.Tensors.Quantization;
using Microsoft.Extensions.AI;

namespace Gyre.Models.Tests.Encoders;

public sealed class TextEncoderTests : IDisposable
{
    private const string Text = "A light summer dress with pockets.";
    private readonly EncoderFolder _folder = new(EncoderHead.None, hasSentenceFiles: true, positions: 300);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_vector_is_the_mean_of_the_hidden_states_scaled_to_length_1_as_the_model_says()
    {
        using var model = _folder.Load();
        model.Kind.ShouldBe(ModelKind.Embedding);
        var embedder = model.Embedder.ShouldNotBeNull();
        (embedder.Dimensions, embedder.MaxTokens).ShouldBe((EncoderFolder.Width, 256)); // sentence_bert_config.json
        var rows = EncoderFolder.Results(model, EncoderOutput.Hidden, Text);
        var expected = Scaled(Enumerable.Range(0, EncoderFolder.Width).Select(i => rows.Average(row => (double)row[i])));
        var vectors = await embedder.GenerateAsync([Text]);
        Close(vectors[0].Vector, expected);
        vectors.Usage!.InputTokenCount.ShouldBe(rows.Length);
        vectors[0].AdditionalProperties!["tokens"].ShouldBe(rows.Length);
        vectors[0].AdditionalProperties!["truncated"].ShouldBe(false);
    }

    [Theory]
    [InlineData("\"pooling_mode_cls_token\": true", 1)]
    [InlineData("\"pooling_mode_max_tokens\": true", 2)]
    [InlineData("\"pooling_mode_mean_sqrt_len_tokens\": true", 8)]
    [InlineData("\"pooling_mode_weightedmean_tokens\": true", 16)]
    [InlineData("\"pooling_mode_lasttoken\": true", 32)]
    [InlineData("\"pooling_mode\": \"lasttoken\"", 32)]
    [InlineData("\"pooling_mode\": [\"cls\", \"mean\"]", 5)]
    [InlineData("\"pooling_mode_mean_tokens\": true, \"pooling_mode_max_tokens\": true", 6)]
    public async Task Each_pooling_is_what_its_name_says(string setting, int modes)
    {
        File.WriteAllText(_folder.At("1_Pooling/config.json"), $"{{ \"word_embedding_dimension\": 24, {setting} }}");
        File.WriteAllText(_folder.At("modules.json"), Modules("Transformer::", "Pooling::1_Pooling"));
        using var model = _folder.Load();
        var rows = EncoderFolder.Results(model, EncoderOutput.Hidden, Text);
        var expected = new List<double>();
        foreach (var mode in new[] { 1, 2, 4, 8, 16, 32 }.Where(mode => (modes & mode) != 0))
        {
            expected.AddRange(Enumerable.Range(0, EncoderFolder.Width).Select(i => mode switch
            {
                1 => rows[0][i],
                2 => rows.Max(row => row[i]),
                4 => rows.Average(row => (double)row[i]),
                8 => rows.Sum(row => (double)row[i]) / Math.Sqrt(rows.Length),
                16 => rows.Select((row, at) => (double)row[i] * (at + 1)).Sum() / Enumerable.Range(1, rows.Length).Sum(),
                _ => rows[^1][i],
            }));
        }

        model.Embedder!.Dimensions.ShouldBe(expected.Count);
        Close((await model.Embedder.GenerateAsync([Text]))[0].Vector, [.. expected]);
    }

    [Fact]
    public async Task A_dense_layer_after_the_pooling_is_applied()
    {
        var weights = Enumerable.Range(0, 5 * EncoderFolder.Width).Select(i => MathF.Sin(i)).ToArray();
        float[] bias = [0.1f, -0.2f, 0.3f, 0f, 0.5f];
        WriteDense(weights, bias, "torch.nn.modules.activation.Tanh");
        File.WriteAllText(_folder.At("modules.json"), Modules("Transformer::", "Pooling::1_Pooling", "Dense::2_Dense"));
        using var model = _folder.Load();
        model.Embedder!.Dimensions.ShouldBe(5);
        var rows = EncoderFolder.Results(model, EncoderOutput.Hidden, Text);
        var mean = Enumerable.Range(0, EncoderFolder.Width).Select(i => rows.Average(row => (double)row[i])).ToArray();
        var expected = bias.Select((b, o) => Math.Tanh(b + mean.Select((x, i) => x * weights[(o * EncoderFolder.Width) + i]).Sum())).ToArray();
        Close((await model.Embedder.GenerateAsync([Text]))[0].Vector, expected);
    }

    [Fact]
    public async Task Many_texts_at_once_have_the_vectors_that_each_has_alone()
    {
        using var model = _folder.Load();
        string[] texts = [.. Enumerable.Range(0, 200).Select(i => string.Join(' ', Enumerable.Repeat("blue shirt " + i, 1 + (i * 13 % 40))))];
        var together = await model.Embedder!.GenerateAsync(texts);
        for (var i = 0; i < texts.Length; i += 7)
        {
            var alone = await model.Embedder.GenerateAsync([texts[i]]);
            together[i].Vector.ToArray().ShouldBe(alone[0].Vector.ToArray());
        }
    }

    [Fact]
    public async Task Fewer_dimensions_are_the_first_ones_scaled_to_length_1()
    {
        using var model = _folder.Load();
        var whole = (await model.Embedder!.GenerateAsync([Text]))[0].Vector.ToArray();
        var kept = (await model.Embedder.GenerateAsync([Text], new EmbeddingGenerationOptions { Dimensions = 8 }))[0].Vector;
        Close(kept, Scaled(whole[..8].Select(value => (double)value)));
        var error = await Should.ThrowAsync<ModelException>(() => model.Embedder.GenerateAsync([Text], new EmbeddingGenerationOptions { Dimensions = 25 }));
        (error.Code, error.Message.Contains("expected 1 to 24", StringComparison.Ordinal)).ShouldBe(("RUN0604", true));
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_refused_or_cut_as_asked_and_the_cut_is_stated()
    {
        using var model = _folder.Load();
        var text = string.Join(' ', Enumerable.Repeat("dress", 400));
        var error = await Should.ThrowAsync<ModelException>(() => model.Embedder!.GenerateAsync(["short", text]));
        error.Code.ShouldBe("RUN0301");
        error.Message.ShouldContain("text 1 has 402 tokens; this model reads 256");
        var options = new EmbeddingGenerationOptions { AdditionalProperties = new() { ["truncate"] = true } };
        var cut = (await model.Embedder!.GenerateAsync([text], options))[0];
        cut.AdditionalProperties!["truncated"].ShouldBe(true);
        cut.AdditionalProperties["tokens"].ShouldBe(256);
        var same = (await model.Embedder.GenerateAsync([string.Join(' ', Enumerable.Repeat("dress", 254))]))[0];
        cut.Vector.ToArray().ShouldBe(same.Vector.ToArray());
    }

    [Fact]
    public async Task Prompts_of_the_model_are_put_before_texts_by_name()
    {
        File.WriteAllText(_folder.At("config_sentence_transformers.json"), """{ "prompts": { "query": "find: ", "passage": "text: " }, "default_prompt_name": "passage" }""");
        using var model = _folder.Load();
        var embedder = model.Embedder!;
        embedder.PromptNames.ShouldBe(["query", "passage"], ignoreOrder: true);
        var asQuery = await embedder.GenerateAsync([Text], new EmbeddingGenerationOptions { AdditionalProperties = new() { ["prompt_name"] = "query" } });
        var asPassage = await embedder.GenerateAsync([Text]);
        File.WriteAllText(_folder.At("config_sentence_transformers.json"), "{}");
        using var plain = _folder.Load();
        asQuery[0].Vector.ToArray().ShouldBe((await plain.Embedder!.GenerateAsync(["find: " + Text]))[0].Vector.ToArray());
        asPassage[0].Vector.ToArray().ShouldBe((await plain.Embedder.GenerateAsync(["text: " + Text]))[0].Vector.ToArray());
        var error = await Should.ThrowAsync<ModelException>(() => embedder.GenerateAsync([Text], new EmbeddingGenerationOptions { AdditionalProperties = new() { ["prompt_name"] = "title" } }));
        error.Message.ShouldContain("expected query, passage");
    }

    [Fact]
    public async Task A_prompt_may_stay_out_of_the_pooling()
    {
        File.WriteAllText(_folder.At("config_sentence_transformers.json"), """{ "prompts": { "query": "find this: " }, "default_prompt_name": "query" }""");
        File.WriteAllText(_folder.At("1_Pooling/config.json"), """{ "pooling_mode_mean_tokens": true, "include_prompt": false }""");
        File.WriteAllText(_folder.At("modules.json"), Modules("Transformer::", "Pooling::1_Pooling"));
        using var model = _folder.Load();
        var rows = EncoderFolder.Results(model, EncoderOutput.Hidden, "find this: " + Text)[4..]; // [CLS] find this :
        var expected = Enumerable.Range(0, EncoderFolder.Width).Select(i => rows.Average(row => (double)row[i])).ToArray();
        Close((await model.Embedder!.GenerateAsync([Text]))[0].Vector, expected);
    }

    [Fact]
    public async Task Token_ids_give_the_vector_of_their_text()
    {
        using var model = _folder.Load();
        var ids = model.Tokenizer.EncodePair(Text, null).Ids;
        var vectors = await model.Embedder!.GenerateAsync(new[] { ids });
        vectors[0].Vector.ToArray().ShouldBe((await model.Embedder.GenerateAsync([Text]))[0].Vector.ToArray());
        (await Should.ThrowAsync<ModelException>(() => model.Embedder.GenerateAsync(new[] { new[] { 30_522 } }))).Code.ShouldBe("RUN0302");
        (await Should.ThrowAsync<ModelException>(() => model.Embedder.GenerateAsync(new[] { new int[257] }))).Code.ShouldBe("RUN0301");
    }

    [Fact]
    public async Task What_is_not_known_among_the_options_is_refused()
    {
        using var model = _folder.Load();
        var error = await Should.ThrowAsync<ModelException>(() => model.Embedder!.GenerateAsync([Text], new EmbeddingGenerationOptions { AdditionalProperties = new() { ["instruct"] = 1 } }));
        error.Message.ShouldContain("'instruct' is not known");
        (await Should.ThrowAsync<ModelException>(() => model.Embedder!.GenerateAsync([Text], new EmbeddingGenerationOptions { ModelId = "other" }))).Code.ShouldBe("RUN0604");
    }

    [Fact]
    public async Task Work_can_be_called_off()
    {
        using var model = _folder.Load();
        using var source = new CancellationTokenSource();
        await source.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => model.Embedder!.GenerateAsync([Text], cancellationToken: source.Token));
    }

    internal static string Modules(params string[] modules) => "[" + string.Join(',', modules.Select((module, i) =>
    {
        var parts = module.Split("::");
        return $$"""{ "idx": {{i}}, "name": "{{i}}", "path": "{{parts[1]}}", "type": "sentence_transformers.models.{{parts[0]}}" }""";
    })) + "]";

    private static double[] Scaled(IEnumerable<double> values)
    {
        var vector = values.ToArray();
        var norm = Math.Sqrt(vector.Sum(value => value * value));
        return [.. vector.Select(value => value / norm)];
    }

    private static void Close(ReadOnlyMemory<float> actual, double[] expected)
    {
        actual.Length.ShouldBe(expected.Length);
        for (var i = 0; i < expected.Length; i++)
        {
            ((double)actual.Span[i]).ShouldBe(expected[i], 1e-5 * Math.Max(1, Math.Abs(expected[i])));
        }
    }

    private unsafe void WriteDense(float[] weights, float[] bias, string activation)
    {
        Directory.CreateDirectory(_folder.At("2_Dense"));
        File.WriteAllText(
            _folder.At("2_Dense/config.json"),
            new StringBuilder($$"""{ "in_features": {{EncoderFolder.Width}}, "out_features": {{bias.Length}}, "bias": true, "activation_function": "{{activation}}" }""").ToString());
        fixed (float* w = weights, b = bias)
        {
            var writer = new SafetensorsWriter();
            writer.Add(new WeightTensor("linear.weight", ElementFormat.F32, [bias.Length, EncoderFolder.Width], (byte*)w, weights.Length * sizeof(float)));
            writer.Add(new WeightTensor("linear.bias", ElementFormat.F32, [bias.Length], (byte*)b, bias.Length * sizeof(float)));
            writer.Write(_folder.At("2_Dense/model.safetensors"));
        }
    }
}
