using System.Text.RegularExpressions;
using Gyre.Contracts;
using Gyre.Models.Encoders;
using Gyre.Models.Weights;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Encoders;

public sealed class SentenceSettingsReaderTests : IDisposable
{
    private const int Rounds = 1500;
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-sentence-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_files_of_a_published_model_are_read()
    {
        var settings = SentenceSettingsReader.FromFolder(TestData.Require("tokenizers/bert-all-MiniLM-L6-v2"));
        settings.Pooling.ShouldBe(PoolingModes.Mean);
        settings.Steps.ShouldHaveSingleItem().ShouldBeOfType<NormaliseStep>();
        (settings.MaxTokens, settings.LowerCases, settings.DefaultPrompt).ShouldBe((256, false, null));
        settings.Prompts.ShouldBe(new Dictionary<string, string> { ["query"] = "", ["document"] = "" }, ignoreOrder: true);
    }

    [Fact]
    public void A_folder_that_says_nothing_gives_the_mean_as_it_is()
    {
        var settings = SentenceSettingsReader.FromFolder(_folder);
        (settings.Pooling, settings.Steps.Count, settings.MaxTokens).ShouldBe((PoolingModes.Mean, 0, null));
    }

    [Fact]
    public void A_gguf_file_has_its_pooling_type_and_vectors_of_length_1()
    {
        using var file = GgufFile.Open(TestData.Require("models/kit/bert/model.f16.gguf"));
        var settings = SentenceKeys.Read(file);
        settings.Pooling.ShouldBe(PoolingModes.Mean);
        settings.Steps.ShouldHaveSingleItem().ShouldBeOfType<NormaliseStep>();
    }

    [Theory]
    [InlineData("modules.json", "{}", "something else than a list")]
    [InlineData("modules.json", "[1]", "an entry of another form")]
    [InlineData("modules.json", "[", "text that is not JSON")]
    [InlineData("modules.json", """[{"type":"a.Transformer","path":""}]""", "no Pooling")]
    [InlineData("modules.json", """[{"type":"a.CNN","path":"0_CNN"}]""", "a module 'CNN' there")]
    [InlineData("modules.json", """[{"type":"a.Normalize","path":""}]""", "a module 'Normalize' there")]
    [InlineData("modules.json", """[{"type":"a.Transformer","path":"0_BERT"}]""", "a network in the folder '0_BERT'")]
    [InlineData("modules.json", """[{"type":"a.Pooling","path":"../other"}]""", "a path that leads out of the model's folder")]
    [InlineData("modules.json", """[{"type":"a.Pooling","path":"/etc"}]""", "a path that leads out of the model's folder")]
    [InlineData("1_Pooling/config.json", "{}", "no pooling mode that is on")]
    [InlineData("1_Pooling/config.json", """{"pooling_mode":"middle"}""", "a pooling_mode that is not known")]
    [InlineData("1_Pooling/config.json", """{"pooling_mode_mean_tokens":"yes"}""", "pooling_mode_mean_tokens is \"yes\"")]
    [InlineData("sentence_bert_config.json", """{"max_seq_length":0}""", "max_seq_length is 0")]
    [InlineData("config_sentence_transformers.json", """{"prompts":{"q":1}}""", "a prompt that is not a text")]
    [InlineData("config_sentence_transformers.json", """{"default_prompt_name":"q"}""", "a default_prompt_name that is not among the prompts")]
    public void What_cannot_be_followed_is_told_with_its_file(string file, string text, string found)
    {
        CopyPublished();
        File.WriteAllText(Path.Combine(_folder, file), text);
        var error = Should.Throw<ModelException>(() => SentenceSettingsReader.FromFolder(_folder));
        error.Code.ShouldBe("RUN0601");
        error.Message.ShouldContain(found);
        error.Message.ShouldContain(Path.GetFileName(file));
    }

    [Fact]
    public void Changed_files_are_refused_or_read()
    {
        string[] values = ["-1", "0", "3", "1e400", "null", "true", "\"\"", "\"cls\"", "[]", "[1, null]", "{}", "\"sentence_transformers.models.Normalize\"", "\"..\"", "\"a\\u0000b\"", "\"\\ud800\""];
        string[] files = ["modules.json", "1_Pooling/config.json", "sentence_bert_config.json", "config_sentence_transformers.json"];
        CopyPublished();
        var originals = files.ToDictionary(file => file, file => File.ReadAllText(Path.Combine(_folder, file)), StringComparer.Ordinal);
        var random = new SeededRandom(11);
        var refused = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var file = random.Pick(files);
            var text = originals[file];
            var parts = Regex.Split(text, "(?<=: )(?<value>[^,{}\\[\\]\n]+)", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
            if (parts.Length > 1 && random.NextInt32(2) == 0)
            {
                parts[1 + (2 * random.NextInt32((parts.Length - 1) / 2))] = random.Pick(values);
                text = string.Concat(parts);
            }
            else
            {
                var at = random.NextInt32(text.Length);
                text = text.Remove(at, Math.Min(random.NextInt32(1, 20), text.Length - at)).Insert(at, random.NextInt32(2) == 0 ? random.Pick(values) : "");
            }

            File.WriteAllText(Path.Combine(_folder, file), text);
            try
            {
                SentenceSettingsReader.FromFolder(_folder).Pooling.ShouldNotBe(PoolingModes.None);
            }
            catch (ModelException error) when (error.Code is "RUN0022" or "RUN0601")
            {
                error.Message.Length.ShouldBeLessThan(2000);
                refused++;
            }
            catch (Exception error) when (error is not ModelException)
            {
                throw new InvalidOperationException($"{file}: {text}", error);
            }
            finally
            {
                File.WriteAllText(Path.Combine(_folder, file), originals[file]);
            }
        }

        refused.ShouldBeInRange(Rounds / 20, Rounds * 19 / 20); // Otherwise the changes would no longer reach both ends.
    }

    private void CopyPublished()
    {
        var source = TestData.Require("tokenizers/bert-all-MiniLM-L6-v2");
        Directory.CreateDirectory(Path.Combine(_folder, "1_Pooling"));
        string[] files = ["modules.json", "1_Pooling/config.json", "sentence_bert_config.json", "config_sentence_transformers.json"];
        foreach (var file in files)
        {
            File.WriteAllText(Path.Combine(_folder, file), File.ReadAllText(Path.Combine(source, file)));
        }
    }
}
