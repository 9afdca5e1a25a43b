using System.Text.Json.Nodes;
using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

public sealed class EncoderDecoderConfigurationTests
{
    private static readonly string[] Values =
        ["-1", "0", "1", "3", "1e9", "1.5", "1e400", "2147483647", "-2147483648", "99999999999999999999", "null", "true", "\"\"", "\"gelu\"", "\"gated-silu\"", "\"bart\"", "[]", "[1, null]", "{}"];

    [Fact]
    public void A_published_translation_model_s_configuration_is_read()
    {
        var path = TestData.Require("tokenizers/marian-opus-mt-en-fr/config.json");
        var c = EncoderDecoderConfiguration.FromHuggingFace(File.ReadAllText(path), path);
        (c.VocabularySize, c.HiddenSize, c.EncoderLayers, c.DecoderHeads, c.DecoderHeadWidth, c.ContextLength).ShouldBe((59514, 512, 6, 8, 64, 512));
        (c.StartTokenId, c.PadTokenId, c.ScalesEmbedding, c.SharesEmbeddings).ShouldBe((59513, 59513, true, true));
    }

    [Theory]
    [InlineData("bart", "normalize_before", "true", "normalize_before is true")]
    [InlineData("bart", "encoder_attention_heads", "5", "a multiple of encoder_attention_heads")]
    [InlineData("t5", "feed_forward_proj", "\"tanhish\"", "feed_forward_proj is 'tanhish'")]
    [InlineData("t5", "relative_attention_num_buckets", "7", "an even number")]
    [InlineData("t5", "relative_attention_max_distance", "1000000000", "at most 65536")]
    [InlineData("marian", "max_position_embeddings", "1000000000", "The longest sequence is 1000000000")]
    public void Faults_are_named(string folder, string field, string value, string named)
    {
        var json = Read(folder);
        json[field] = JsonNode.Parse(value);
        var error = Should.Throw<ModelException>(() => EncoderDecoderConfiguration.FromHuggingFace(json.ToJsonString(), "config.json"));
        error.Code.ShouldBe("RUN0401");
        error.Message.ShouldContain(named);
    }

    [Fact]
    public void A_model_type_of_another_kind_is_refused_by_name() =>
        Should.Throw<ModelException>(() => EncoderDecoderConfiguration.FromHuggingFace("""{"model_type":"llama"}""", "config.json")).Code.ShouldBe("RUN0402");

    /// <summary>Whatever config.json says, reading it gives a valid configuration or a <see cref="ModelException"/>.</summary>
    [Fact]
    public void Changed_values_are_refused_or_read()
    {
        var random = new SeededRandom(17);
        var (read, refused) = (0, 0);
        for (var round = 0; round < 3000; round++)
        {
            var json = Read(Pick(["t5", "flan-t5", "bart", "marian"]));
            for (var change = 1 + (random.NextUInt64() % 3); change > 0; change--)
            {
                var field = Pick([.. json.Select(pair => pair.Key)]);
                var value = Pick(Values);
                json[field] = value == "1e400" ? JsonValue.Create("1e400") : JsonNode.Parse(value);
            }

            try
            {
                EncoderDecoderConfiguration.FromHuggingFace(json.ToJsonString(), "config.json").Validate().ShouldBeEmpty();
                read++;
            }
            catch (ModelException)
            {
                refused++;
            }
        }

        read.ShouldBeGreaterThan(300);
        refused.ShouldBeGreaterThan(300);

        T Pick<T>(IReadOnlyList<T> items) => items[(int)(random.NextUInt64() % (ulong)items.Count)];
    }

    private static JsonObject Read(string folder) =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(TestData.Require("models/kit/" + folder), "config.json")))!.AsObject();
}
