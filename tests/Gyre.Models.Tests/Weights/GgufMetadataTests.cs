using Gyre.Models.Weights;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Weights;

public sealed class GgufMetadataTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Values_come_back_by_type()
    {
        using var file = GgufFile.Open(_folder.Write("model.gguf", GgufBytes.Valid()));
        var metadata = file.Metadata;

        metadata.Keys.Count.ShouldBe(5);
        metadata.GetString("general.architecture").ShouldBe("llama");
        metadata.GetInteger("llama.block_count").ShouldBe(2);
        metadata.GetFloat("llama.rope.freq_base").ShouldBe(10000);
        metadata.GetStrings("tokenizer.ggml.tokens").ShouldBe(["<s>", "a", "é"]);
        metadata.TypeOf("nested").ShouldBe(GgufValueType.Array);
        metadata.ElementTypeOf("nested").ShouldBe(GgufValueType.Array);
        metadata.TypeOf("absent").ShouldBeNull();
        metadata.TryGetString("absent", out _).ShouldBeFalse();
    }

    [Fact]
    public void A_key_that_is_absent_or_of_another_type_is_named()
    {
        using var file = GgufFile.Open(_folder.Write("model.gguf", GgufBytes.Valid()));

        var absent = Should.Throw<ModelException>(() => file.Metadata.GetInteger("llama.context_length"));
        absent.Code.ShouldBe("RUN0014");
        absent.Message.ShouldContain("llama.context_length");
        Should.Throw<ModelException>(() => file.Metadata.GetInteger("general.architecture")).Message.ShouldContain("String");
        Should.Throw<ModelException>(() => file.Metadata.TryGetFloats("tokenizer.ggml.tokens", out _)).Message.ShouldContain("an array of String");
    }

    [Fact]
    public void Every_width_of_number_is_read()
    {
        var bytes = new GgufBytes().Head(3, 0, 10)
            .Text("u8").U32(0).Raw(200)
            .Text("i8").U32(1).Raw(0xFF)
            .Text("u16").U32(2).Raw(0xFF, 0xFF)
            .Text("i16").U32(3).Raw(0xFE, 0xFF)
            .Text("i32").U32(5).U32(0xFFFFFFFD)
            .Text("u64").U32(10).U64(ulong.MaxValue)
            .Text("i64").U32(11).U64(unchecked((ulong)-4L))
            .Text("f64").U32(12).U64(BitConverter.DoubleToUInt64Bits(0.1))
            .Text("yes").U32(7).Raw(1)
            .Text("bools").U32(9).U32(7).U64(3).Raw(1, 0, 2).ToArray();
        using var file = GgufFile.Open(_folder.Write("model.gguf", bytes));
        var metadata = file.Metadata;

        metadata.GetInteger("u8").ShouldBe(200);
        metadata.GetInteger("i8").ShouldBe(-1);
        metadata.GetInteger("u16").ShouldBe(65535);
        metadata.GetInteger("i16").ShouldBe(-2);
        metadata.GetInteger("i32").ShouldBe(-3);
        metadata.GetInteger("i64").ShouldBe(-4);
        metadata.GetFloat("f64").ShouldBe(0.1);
        metadata.TryGetBoolean("yes", out var yes).ShouldBeTrue();
        yes.ShouldBeTrue();
        Should.Throw<ModelException>(() => metadata.GetInteger("u64")).Code.ShouldBe("RUN0014");
        Should.Throw<ModelException>(() => metadata.TryGetBooleans("bools", out _)).Code.ShouldBe("RUN0012");
    }

    [Fact]
    public void A_string_that_is_not_utf8_is_an_error_only_when_read()
    {
        var bytes = new GgufBytes().Head(3, 0, 1).Text("k").U32(8).U64(2).Raw(0xC3, 0x28).ToArray();
        using var file = GgufFile.Open(_folder.Write("model.gguf", bytes));

        Should.Throw<ModelException>(() => file.Metadata.GetString("k")).Code.ShouldBe("RUN0012");
    }

    [Fact]
    public void The_real_story_model_says_what_its_source_says()
    {
        using var file = GgufFile.Open(TestData.Require("models/stories260K/derived-gguf/stories260K-Q8_0.gguf"));
        var metadata = file.Metadata;

        metadata.GetString("general.architecture").ShouldBe("llama");
        metadata.GetInteger("llama.embedding_length").ShouldBe(64);
        metadata.GetInteger("llama.block_count").ShouldBe(5);
        metadata.GetInteger("llama.attention.head_count").ShouldBe(8);
        metadata.GetInteger("llama.attention.head_count_kv").ShouldBe(4);
        metadata.GetInteger("llama.feed_forward_length").ShouldBe(172);
        metadata.GetFloat("llama.attention.layer_norm_rms_epsilon").ShouldBe(1e-5f);
        metadata.GetStrings("tokenizer.ggml.tokens").Length.ShouldBe(512);
        metadata.TryGetFloats("tokenizer.ggml.scores", out var scores).ShouldBeTrue();
        scores!.Length.ShouldBe(512);
        metadata.TryGetIntegers("tokenizer.ggml.token_type", out var types).ShouldBeTrue();
        types!.Length.ShouldBe(512);
    }
}
