using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Architectures;

public sealed class EncoderConfigurationTests
{
    private const string Small = """
        { "model_type": "bert", "architectures": ["BertForSequenceClassification"], "vocab_size": 30, "hidden_size": 12, "num_hidden_layers": 2,
          "num_attention_heads": 3, "intermediate_size": 20, "max_position_embeddings": 16, "id2label": { "0": "no", "1": "yes" } }
        """;

    [Theory]
    [MemberData(nameof(BertEncoderTests.Folders), MemberType = typeof(BertEncoderTests))]
    public void What_is_written_is_read_again_as_the_same(string folder)
    {
        var place = Path.Combine(TestData.Require("models/kit/" + folder), "config.json");
        var configuration = EncoderConfiguration.FromHuggingFace(File.ReadAllText(place), place);
        var again = EncoderConfiguration.FromHuggingFace(configuration.ToHuggingFace(), "again");
        again.ToHuggingFace().ShouldBe(configuration.ToHuggingFace());
        (again with { Labels = [] }).ShouldBe(configuration with { Labels = [] });
        again.Labels.ShouldBe(configuration.Labels);
    }

    [Fact]
    public void Labels_heads_and_the_kind_of_problem_are_read()
    {
        var c = Read(Small);
        (c.Head, c.Problem, c.TokenTypes, c.ContextLength).ShouldBe((EncoderHead.SequenceLabels, ClassificationProblem.SingleLabel, 2, 16));
        c.Labels.ShouldBe(["no", "yes"]);
        Read(Small.Replace("\"id2label\": { \"0\": \"no\", \"1\": \"yes\" }", "\"num_labels\": 1", StringComparison.Ordinal)).Problem.ShouldBe(ClassificationProblem.Regression);
        Read(Small.Replace("\"vocab", "\"problem_type\": \"multi_label_classification\", \"vocab", StringComparison.Ordinal)).Problem.ShouldBe(ClassificationProblem.MultipleLabels);
        Read(Small.Replace("\"BertForSequenceClassification\"", "", StringComparison.Ordinal)).Head.ShouldBe(EncoderHead.None);
    }

    [Fact]
    public void Positions_of_roberta_begin_after_the_padding()
    {
        var c = Read(Small.Replace("\"bert\"", "\"roberta\", \"pad_token_id\": 1", StringComparison.Ordinal).Replace("Bert", "Roberta", StringComparison.Ordinal));
        (c.FirstPosition, c.ContextLength).ShouldBe((2, 14));
    }

    [Theory]
    [InlineData("\"hidden_size\": 12", "\"hidden_size\": 13", "hidden_size is 13; expected a multiple of num_attention_heads, 3.")]
    [InlineData("\"vocab_size\": 30", "\"vocab_size\": -1", "vocab_size is -1")]
    [InlineData("\"max_position_embeddings\": 16", "\"max_position_embeddings\": 0", "max_position_embeddings is 0")]
    [InlineData("\"vocab_size\"", "\"is_decoder\": true, \"vocab_size\"", "is_decoder is true")]
    [InlineData("\"vocab_size\"", "\"position_embedding_type\": \"relative_key\", \"vocab_size\"", "position_embedding_type is 'relative_key'; expected absolute")]
    [InlineData("\"vocab_size\"", "\"problem_type\": \"guess\", \"vocab_size\"", "problem_type is 'guess'")]
    [InlineData("\"0\": \"no\"", "\"5\": \"no\"", "id2label is")]
    [InlineData("BertForSequenceClassification", "BertForMultipleChoice", "architectures is 'BertForMultipleChoice'; expected BertModel, BertForMaskedLM")]
    [InlineData("{ \"0\": \"no\", \"1\": \"yes\" }", "{}", "id2label is empty")]
    public void Faults_are_named_with_what_was_expected(string text, string replacement, string fault)
    {
        var error = Should.Throw<ModelException>(() => Read(Small.Replace(text, replacement, StringComparison.Ordinal)));
        error.Code.ShouldBe("RUN0401");
        error.Message.ShouldContain(fault);
    }

    [Fact]
    public void All_faults_are_reported_at_once()
    {
        var broken = JsonNode.Parse(Small)!.AsObject();
        (broken["vocab_size"], broken["num_hidden_layers"], broken["hidden_act"]) = ("many", 0, "swiglu");
        var message = Should.Throw<ModelException>(() => Read(broken.ToJsonString())).Message;
        message.ShouldContain("vocab_size is \"many\"");
        message.ShouldContain("num_hidden_layers is 0");
        message.ShouldContain("hidden_act is 'swiglu'");
    }

    [Fact]
    public void A_network_that_is_no_encoder_is_named_with_the_nearest_that_is()
    {
        var error = Should.Throw<ModelException>(() => Read("""{ "model_type": "robertta" }"""));
        error.Code.ShouldBe("RUN0402");
        error.Message.ShouldContain("The nearest of these is roberta");
    }

    private static EncoderConfiguration Read(string json) => EncoderConfiguration.FromHuggingFace(json, "config.json");
}
