using Gyre.Server.Catalog;
using Gyre.Server.Hosting;

namespace Gyre.Server.Tests.Catalog;

public class AliasFileTests
{
    [Fact]
    public void The_first_file_is_free_of_faults()
    {
        var set = Parse(AliasFile.FirstText);

        set.Default.Name.ShouldBe("default");
        set.Default.Model.ShouldBe("default");
    }

    [Fact]
    public void Everything_that_can_be_set_is_read()
    {
        var set = Parse("""
            default: writer
            aliases:
              other: { model: small }
              writer:
                model: models/big
                description: Writes.
                system: |
                  You write.
                  Briefly.
                parameters:
                  temperature: 0.5
                  top_p: 0.9
                  top_k: 40
                  min_p: 0.05
                  typical_p: 0.95
                  max_tokens: 77
                  repetition_penalty: 1.1
                  frequency_penalty: -0.5
                  presence_penalty: 0.5
                  seed: 7
                  stop: [END, "\n\n"]
            """);

        set.Aliases.Select(alias => alias.Name).ShouldBe(["writer", "other"]);
        var writer = set.Default;
        writer.System.ShouldBe("You write.\nBriefly.\n");
        writer.MaxTokens.ShouldBe(77);
        writer.Options.Temperature.ShouldBe(0.5f);
        writer.Options.TopP.ShouldBe(0.9f);
        writer.Options.TopK.ShouldBe(40);
        writer.Options.MinP.ShouldBe(0.05f);
        writer.Options.TypicalP.ShouldBe(0.95f);
        writer.Options.RepetitionPenalty.ShouldBe(1.1f);
        writer.Options.FrequencyPenalty.ShouldBe(-0.5f);
        writer.Options.PresencePenalty.ShouldBe(0.5f);
        writer.Options.Seed.ShouldBe(7UL);
        writer.Options.Stop.ShouldBe(["END", "\n\n"]);
    }

    [Fact]
    public void All_faults_are_told_at_once_with_their_lines()
    {
        var error = Should.Throw<ServerException>(() => Parse("""
            default: nobody
            aliases:
              a b: { model: x }
              c: { modle: x }
              d: { model: x, parameters: { temperature: hot, top_p: 2, max_tokens: 0 } }
            """));

        error.Code.ShouldBe("SRV0012");
        error.Message.ShouldContain("Line 3: the alias 'a b'");
        error.Message.ShouldContain("unknown key 'modle'");
        error.Message.ShouldContain("'c' has no 'model'");
        error.Message.ShouldContain("'temperature' is 'hot'");
        error.Message.ShouldContain("top_p is 2");
        error.Message.ShouldContain("max_tokens is 0");
    }

    [Theory]
    [InlineData("aliases: [", "SRV0011")]
    [InlineData("", "SRV0012")]
    [InlineData("just text", "SRV0012")]
    [InlineData("default: x\naliases: {}", "SRV0012")]
    [InlineData("default: x\naliases:\n  a: { model: m }", "SRV0012")]
    [InlineData("a: 1\na: 2", "SRV0011")]
    public void A_file_that_cannot_be_read_is_an_error_with_its_code(string text, string code) =>
        Should.Throw<ServerException>(() => Parse(text)).Code.ShouldBe(code);

    [Fact]
    public void Nesting_without_end_is_refused_before_it_is_followed() =>
        Should.Throw<ServerException>(() => Parse("aliases: " + new string('[', 100_000))).Code.ShouldBe("SRV0011");

    private static AliasSet Parse(string text) => AliasFile.Parse(text, "aliases.yaml", DateTimeOffset.UnixEpoch);
}
