using Gyre.Models.Generation;
using Gyre.Models.Tests.Architectures;

namespace Gyre.Models.Tests.Generation;

public sealed class PromptCheckTests
{
    private const string Model = "models/kit/llama";

    [Fact]
    public void Where_the_memory_for_keys_and_values_limits_the_context_the_error_says_so_and_what_raises_it()
    {
        using var loaded = LoadedDecoder.Open(Model, cacheBytes: LoadedDecoder.PageBytes(Model));
        var own = loaded.Configuration.ContextLength;
        own.ShouldBeGreaterThan(64);

        var refused = Should.Throw<ModelException>(() => PromptCheck.Require(new int[64], loaded.Decoder, 0));
        var session = Should.Throw<ModelException>(() => loaded.Decoder.CreateSession(65));

        refused.Code.ShouldBe("RUN0301");
        session.Code.ShouldBe("RUN0404");
        foreach (var error in new[] { refused, session })
        {
            error.Message.ShouldContain("the memory for keys and values holds 64");
            error.Message.ShouldContain($"the model's own context would hold {own}");
            error.Message.ShouldContain("--cache-memory");
            error.Message.ShouldContain("--cache f16");
            error.Message.ShouldNotContain("choose a model");
        }
    }

    [Fact]
    public void Where_the_model_limits_the_context_memory_is_not_spoken_of()
    {
        using var loaded = LoadedDecoder.Open(Model);
        var own = loaded.Configuration.ContextLength;

        var refused = Should.Throw<ModelException>(() => PromptCheck.Require(new int[own], loaded.Decoder, 0));

        refused.Code.ShouldBe("RUN0301");
        refused.Message.ShouldContain($"this model's context holds {own}");
        refused.Message.ShouldContain("choose a model with a longer context");
        refused.Message.ShouldNotContain("memory");
    }

    [Fact]
    public void A_source_that_only_memory_keeps_out_is_refused_with_what_raises_it()
    {
        long page;
        using (var whole = LoadedPairModel.Open("t5"))
        {
            page = whole.Model.CacheBytesPerToken * 64;
        }

        using var loaded = LoadedPairModel.Open("t5", cacheBytes: page);

        var refused = Should.Throw<ModelException>(() => PromptCheck.RequireSource(Enumerable.Repeat(4, 65).ToArray(), new GenerationOptions(), loaded.Model, 0));

        refused.Code.ShouldBe("RUN0301");
        refused.Message.ShouldContain("the memory for keys and values holds 64");
        refused.Message.ShouldContain("--cache-memory");
    }
}
