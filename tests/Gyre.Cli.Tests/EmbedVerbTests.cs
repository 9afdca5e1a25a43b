using System.Text.Json;
using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.TestSupport;
using Gyre.Tensors;

namespace Gyre.Cli.Tests;

public class EmbedVerbTests
{
    [Fact]
    public async Task Texts_of_arguments_files_and_standard_input_give_the_same_lines()
    {
        using var folder = new TemporaryFolder();
        var model = EncoderIn(folder, "vectors");
        var file = folder.File("texts.txt", "a blue dress\na red shirt\n");

        var direct = await GyreProcess.RunAsync("embed", "--model", model, "a blue dress", "a red shirt", "--data", folder.Path);
        var fromFile = await GyreProcess.RunAsync("embed", "--model", model, "--file", file, "--data", folder.Path);

        direct.ExitCode.ShouldBe(0, direct.Error);
        fromFile.Output.ShouldBe(direct.Output);
        var lines = direct.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Length.ShouldBe(2);
        using var second = JsonDocument.Parse(lines[1]);
        second.RootElement.GetProperty("index").GetInt32().ShouldBe(1);
        second.RootElement.GetProperty("text").GetString().ShouldBe("a red shirt");
        second.RootElement.GetProperty("tokens").GetInt32().ShouldBe(5);
        second.RootElement.GetProperty("truncated").GetBoolean().ShouldBeFalse();
        second.RootElement.GetProperty("embedding").GetArrayLength().ShouldBe(16);
    }

    [Fact]
    public async Task Json_and_dimensions_give_one_document_of_shorter_vectors()
    {
        using var folder = new TemporaryFolder();
        var model = EncoderIn(folder, "vectors");

        var outcome = await GyreProcess.RunAsync("embed", "--model", model, "dress", "--dimensions", "4", "--json", "--data", folder.Path);

        outcome.ExitCode.ShouldBe(0, outcome.Error);
        using var result = JsonDocument.Parse(outcome.Output);
        result.RootElement.GetProperty("dimensions").GetInt32().ShouldBe(4);
        var vector = result.RootElement.GetProperty("embeddings")[0].GetProperty("embedding").EnumerateArray().Select(value => value.GetDouble()).ToArray();
        vector.Length.ShouldBe(4);
        vector.Sum(value => value * value).ShouldBe(1, 1e-5);
    }

    [Fact]
    public async Task A_text_that_is_too_long_is_refused_unless_it_may_be_cut()
    {
        using var folder = new TemporaryFolder();
        var model = EncoderIn(folder, "vectors");
        var text = string.Concat(Enumerable.Repeat("dress ", 40));

        var refused = await GyreProcess.RunAsync("embed", "--model", model, text, "--data", folder.Path);
        var cut = await GyreProcess.RunAsync("embed", "--model", model, text, "--truncate", "--data", folder.Path);

        refused.ExitCode.ShouldBe(3);
        refused.Error.ShouldContain("RUN0301");
        using var line = JsonDocument.Parse(cut.Output);
        line.RootElement.GetProperty("truncated").GetBoolean().ShouldBeTrue();
        line.RootElement.GetProperty("tokens").GetInt32().ShouldBe(32);
    }

    [Fact]
    public async Task An_adapter_changes_the_vectors()
    {
        using var folder = new TemporaryFolder();
        var model = EncoderIn(folder, "vectors");
        var adapter = Path.Combine(folder.Path, "shop");
        Directory.CreateDirectory(adapter);
        File.WriteAllText(Path.Combine(adapter, "adapter_config.json"), """{"peft_type":"LORA","r":1,"lora_alpha":8,"target_modules":["encoder.layer.0.attention.self.value"]}""");
        var writer = new SafetensorsWriter();
        const string Module = "base_model.model.encoder.layer.0.attention.self.value.";
        writer.Add(Module + "lora_A.weight", Enumerable.Range(0, 16).Select(i => 0.3f - (i * 0.05f)).ToArray(), 1, 16);
        writer.Add(Module + "lora_B.weight", Enumerable.Range(0, 16).Select(i => 0.1f * (i % 5)).ToArray(), 16, 1);
        writer.Write(Path.Combine(adapter, "adapter_model.safetensors"));

        var plain = await GyreProcess.RunAsync("embed", "--model", model, "a blue dress", "--data", folder.Path);
        var adapted = await GyreProcess.RunAsync("embed", "--model", model, "a blue dress", "--adapter", adapter, "--data", folder.Path);
        var shown = await GyreProcess.RunAsync("models", "show", model, "--data", folder.Path);

        adapted.ExitCode.ShouldBe(0, adapted.Error);
        adapted.Output.ShouldNotBe(plain.Output);
        shown.Output.ShouldContain("LoRA, rsLoRA, DoRA, AdaLoRA, IA3");
        shown.Output.ShouldNotContain("prefix tuning");
    }

    [Fact]
    public async Task A_model_that_makes_no_vectors_and_one_that_continues_no_text_are_named_as_what_they_are()
    {
        using var folder = new TemporaryFolder();
        var vectors = EncoderIn(folder, "vectors");

        var embed = await GyreProcess.RunAsync("embed", "--model", TestData.Require("models/stories260K/derived-hf"), "x", "--data", folder.Path);
        var generate = await GyreProcess.RunAsync("generate", "--model", vectors, "--prompt", "x", "--data", folder.Path);

        (embed.ExitCode, embed.Error.Contains("RUN0602", StringComparison.Ordinal), embed.Error.Contains("for generation", StringComparison.Ordinal)).ShouldBe((3, true, true));
        (generate.ExitCode, generate.Error.Contains("RUN0602", StringComparison.Ordinal), generate.Error.Contains("for embedding", StringComparison.Ordinal)).ShouldBe((3, true, true));
    }

    [Fact]
    public async Task Models_tells_each_one_s_kind()
    {
        using var folder = new TemporaryFolder();
        EncoderIn(folder, Path.Combine("models", "vectors"));

        var outcome = await GyreProcess.RunAsync("models", "--json", "--data", folder.Path);

        using var result = JsonDocument.Parse(outcome.Output);
        var row = result.RootElement.GetProperty("models").EnumerateArray().Single(model => model.GetProperty("name").GetString() == "vectors");
        row.GetProperty("kind").GetString().ShouldBe("embedding");
    }

    [Fact]
    public async Task Parity_compares_known_checkpoints_and_says_when_they_differ()
    {
        using var folder = new TemporaryFolder();
        var checkpoints = Path.Combine(folder.Path, "checkpoints");
        EncoderIn(folder, Path.Combine("checkpoints", "google-bert-base-uncased")); // Random weights under that name.
        Directory.CreateDirectory(Path.Combine(checkpoints, "t5-small"));
        Directory.CreateDirectory(Path.Combine(checkpoints, "clip-vit-base-patch32"));

        var outcome = await GyreProcess.RunAsync("parity", "--checkpoints", checkpoints, "--json");

        outcome.ExitCode.ShouldBe(1, outcome.Error);
        using var result = JsonDocument.Parse(outcome.Output);
        var found = result.RootElement.GetProperty("checkpoints").EnumerateArray().ToDictionary(item => item.GetProperty("checkpoint").GetString()!, StringComparer.Ordinal);
        found["clip-vit-base-patch32"].GetProperty("verdict").GetString().ShouldBe("not yet");
        found["t5-small"].GetProperty("verdict").GetString().ShouldBe("failed");
        found["bert-base-uncased"].GetProperty("verdict").GetString().ShouldBe("different");
        var rows = found["bert-base-uncased"].GetProperty("rows");
        rows.GetArrayLength().ShouldBe(9);
        rows[0].GetProperty("expected").GetDouble().ShouldBe(0.4249);
        (await GyreProcess.RunAsync("parity", "--checkpoints", folder.Path)).ExitCode.ShouldBe(3);
    }

    /// <summary>A small random BERT with a real vocabulary.</summary>
    private static string EncoderIn(TemporaryFolder folder, string name)
    {
        var path = Path.Combine(folder.Path, name);
        using var pool = new TensorPool();
        using var model = new TrainableEncoder(
            new EncoderConfiguration
            {
                Architecture = "bert", VocabularySize = 30_522, HiddenSize = 16, IntermediateSize = 32, Layers = 1, Heads = 2, Positions = 32, TokenTypes = 2, InitialDeviation = 0.3f,
            },
            pool,
            seed: 3);
        model.Save(path);
        File.WriteAllText(Path.Combine(path, "tokenizer.json"), File.ReadAllText(Path.Combine(TestData.Require("tokenizers/bert-all-MiniLM-L6-v2"), "tokenizer.json")));
        return path;
    }
}
