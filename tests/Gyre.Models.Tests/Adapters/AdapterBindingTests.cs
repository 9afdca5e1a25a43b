using Gyre.Models.Tests.Architectures;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Adapters;

public sealed class AdapterBindingTests
{
    [Fact]
    public void Missing_unexpected_and_misshapen_tensors_are_all_named()
    {
        using var adapter = new WrittenAdapter();
        var missing = WrittenAdapter.Name(1, "self_attn.q_proj.lora_A.weight");
        var unexpected = WrittenAdapter.Name(0, "self_attn.k_proj.lora_A.weight");
        var misshapen = WrittenAdapter.Name(2, "self_attn.v_proj.lora_B.weight");
        adapter.Tensors.Remove(missing);
        adapter.Tensors[unexpected] = (new float[8], [2, 4]);
        adapter.Tensors[misshapen] = (new float[64], [16, 4]);

        var message = Refused(adapter.Write(), "RUN0422");

        message.ShouldContain($"'{missing}' is missing, expected shape [4, 64]");
        message.ShouldContain(unexpected[..40]);
        message.ShouldContain($"'{misshapen}' has shape [16, 4], expected [32, 4]");
        message.ShouldContain("made for 'kit/llama'");
        message.ShouldContain("3 fault(s)");
    }

    [Theory]
    [InlineData("peft-lora-gpt2", "llama", "target_modules match none")]
    [InlineData("peft-lora-llama", "qwen3", "expected")]
    public void An_adapter_for_another_base_is_refused(string adapter, string model, string expected) =>
        Refused(TestData.Require("models/kit/" + adapter), "RUN0422", model).ShouldContain(expected);

    [Fact]
    public void Other_kinds_are_refused_by_name()
    {
        using var adapter = new WrittenAdapter();
        adapter.Json["peft_type"] = "VERA";
        Refused(adapter.Write(), "RUN0421").ShouldContain("peft_type 'VERA'");
    }

    [Theory]
    [InlineData("layer_replication", "[[0, 2], [1, 3]]")]
    [InlineData("init_lora_weights", "\"pissa_niter_4\"")]
    [InlineData("use_qalora", "true")]
    [InlineData("alora_invocation_tokens", "[1, 2]")]
    public void Settings_that_change_results_are_refused_by_name(string field, string value)
    {
        using var adapter = new WrittenAdapter();
        adapter.Json[field] = System.Text.Json.Nodes.JsonNode.Parse(value);
        Refused(adapter.Write(), "RUN0421").ShouldContain(field);
    }

    [Fact]
    public void A_magnitude_of_an_embedding_is_refused_by_name()
    {
        using var adapter = new WrittenAdapter("peft-lora-llama-embed");
        adapter.Json["use_dora"] = true;
        foreach (var layer in Enumerable.Range(0, 3))
        {
            adapter.Tensors[WrittenAdapter.Name(layer, "self_attn.o_proj.lora_magnitude_vector")] = (new float[64], [64]);
        }

        Refused(adapter.Write(), "RUN0421").ShouldContain("embed_tokens");
    }

    [Fact]
    public void Numbers_that_are_not_finite_are_refused_by_name()
    {
        using var adapter = new WrittenAdapter();
        var name = WrittenAdapter.Name(0, "self_attn.q_proj.lora_B.weight");
        adapter.Tensors[name].Values[5] = float.NaN;
        Refused(adapter.Write(), "RUN0015").ShouldContain(name);
    }

    [Fact]
    public void A_row_without_a_finite_length_cannot_be_scaled_to_one()
    {
        using var adapter = new WrittenAdapter("peft-dora-llama");
        adapter.Tensors[WrittenAdapter.Name(1, "mlp.down_proj.lora_A.weight")].Values.AsSpan().Fill(1e30f);
        adapter.Tensors[WrittenAdapter.Name(1, "mlp.down_proj.lora_B.weight")].Values.AsSpan(3 * 4, 4).Fill(1e30f);
        Refused(adapter.Write(), "RUN0015").ShouldContain("row 3");
    }

    [Fact]
    public void Factors_for_only_some_of_the_modules_that_share_an_input_are_refused()
    {
        using var adapter = new WrittenAdapter("peft-ia3-llama");
        adapter.Json["feedforward_modules"] = new System.Text.Json.Nodes.JsonArray("down_proj", "v_proj");
        foreach (var layer in Enumerable.Range(0, 3))
        {
            adapter.Tensors[WrittenAdapter.Name(layer, "self_attn.v_proj.ia3_l")] = (Enumerable.Repeat(2f, 64).ToArray(), [1, 64]);
        }

        Refused(adapter.Write(), "RUN0421").ShouldContain("share an input");
    }

    [Fact]
    public void A_saved_module_that_is_missing_is_named()
    {
        using var adapter = new WrittenAdapter("peft-lora-llama-embed");
        adapter.Tensors.Remove("base_model.model.lm_head.weight").ShouldBeTrue();
        Refused(adapter.Write(), "RUN0422").ShouldContain("modules_to_save names it");
    }

    [Fact]
    public void The_only_adapter_below_a_folder_is_taken_and_of_several_none()
    {
        using var adapter = new WrittenAdapter();
        using var loaded = LoadedDecoder.Open("models/kit/llama");
        loaded.Decoder.LoadAdapter("a", adapter.Write("polite"));
        loaded.Decoder.Adapters.ShouldBe(["a"]);
        adapter.Write("curt");
        Refused(adapter.Folder, "RUN0420").ShouldContain("curt, polite");
        Refused(Path.Combine(adapter.Folder, "absent"), "RUN0420").ShouldContain("adapter_config.json is missing");
    }

    [Fact]
    public void Tensors_in_another_format_are_named()
    {
        using var adapter = new WrittenAdapter();
        File.Delete(Path.Combine(adapter.Write(), "adapter_model.safetensors"));
        Refused(adapter.Folder, "RUN0420").ShouldContain("adapter_model.safetensors is missing");
    }

    /// <summary>The message of a refusal, after which the model is as it was.</summary>
    internal static string Refused(string folder, string code, string model = "llama")
    {
        using var loaded = LoadedDecoder.Open("models/kit/" + model);
        var error = Should.Throw<ModelException>(() => loaded.Decoder.LoadAdapter("a", folder));
        error.Code.ShouldBe(code);
        loaded.Decoder.Adapters.ShouldBeEmpty();
        return error.Message;
    }
}
