using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Gyre.Models.Generation;
using Gyre.Models.Templates;
using Microsoft.Extensions.AI;

namespace Gyre.Models.Tests.Generation;

public class LanguageModelChatClientTests
{
    private static readonly ChatMessage[] Hello = [new(ChatRole.User, "a")];

    private readonly RecordingGenerator _recorded = new();

    [Fact]
    public async Task An_answer_carries_text_end_model_and_usage()
    {
        await using var model = Fake();
        using var client = new LanguageModelChatClient(model);

        var response = await client.GetResponseAsync(Hello, new ChatOptions { Temperature = 0, MaxOutputTokens = 3 });

        response.Text.ShouldBe("bcd");
        response.FinishReason.ShouldBe(ChatFinishReason.Length);
        response.ModelId.ShouldBe("fake");
        response.Usage!.InputTokenCount.ShouldBe(1);
        response.Usage.OutputTokenCount.ShouldBe(3);
        response.Usage.TotalTokenCount.ShouldBe(4);
    }

    [Fact]
    public async Task A_streamed_answer_comes_in_parts_and_ends_with_its_usage()
    {
        await using var model = Fake();
        using var client = new LanguageModelChatClient(model);
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in client.GetStreamingResponseAsync(Hello, new ChatOptions { Temperature = 0, StopSequences = ["e"] }))
        {
            updates.Add(update);
        }

        updates.Where(update => update.Text.Length > 0).Select(update => update.Text).ShouldBe(["b", "c", "d"]);
        updates.ShouldAllBe(update => update.Role == ChatRole.Assistant && update.ModelId == "fake");
        updates[^1].FinishReason.ShouldBe(ChatFinishReason.Stop);
        updates[^1].Contents.OfType<UsageContent>().Single().Details.InputTokenCount.ShouldBe(1);
        updates[..^1].ShouldAllBe(update => update.FinishReason == null);
    }

    /// <summary>Guards a defect: an evaluation's adapter never reached the engine, and the base answered in its name.</summary>
    [Fact]
    public async Task A_client_of_an_adapter_runs_requests_through_it_unless_they_name_a_model()
    {
        await using var model = new LanguageModel("fake", "", new FakeByteTokenizer(), null, new FakeDecoder(), _recorded);
        using var client = new LanguageModelChatClient(model, "polite");

        await client.GetResponseAsync(Hello);
        _recorded.Options!.Adapter.ShouldBe("polite");
        await client.GetResponseAsync(Hello, new ChatOptions { MaxOutputTokens = 3 });
        _recorded.Options.Adapter.ShouldBe("polite");
        await client.GetResponseAsync(Hello, new ChatOptions { ModelId = "fake" });
        _recorded.Options.Adapter.ShouldBeNull();
    }

    [Fact]
    public async Task Options_reach_the_engine()
    {
        await Ask(new ChatOptions
        {
            MaxOutputTokens = 7,
            Temperature = 0.5f,
            TopP = 0.9f,
            TopK = 40,
            FrequencyPenalty = 0.1f,
            PresencePenalty = -0.2f,
            Seed = -1,
            StopSequences = ["x", "y"],
            AdditionalProperties = new() { ["min_p"] = 0.05, ["typical_p"] = 0.95f, ["repetition_penalty"] = 2 },
        });

        var options = _recorded.Options!;
        options.MaxTokens.ShouldBe(7);
        options.Temperature.ShouldBe(0.5f);
        options.TopP.ShouldBe(0.9f);
        options.TopK.ShouldBe(40);
        options.FrequencyPenalty.ShouldBe(0.1f);
        options.PresencePenalty.ShouldBe(-0.2f);
        options.Seed.ShouldBe(ulong.MaxValue);
        options.Stop.ShouldBe(["x", "y"]);
        options.MinP.ShouldBe(0.05f);
        options.TypicalP.ShouldBe(0.95f);
        options.RepetitionPenalty.ShouldBe(2f);
    }

    [Fact]
    public async Task Absent_options_are_the_engines_own()
    {
        var defaults = new GenerationOptions();
        foreach (var options in new[] { null, new ChatOptions(), new ChatOptions { AdditionalProperties = new() { ["min_p"] = null, ["other"] = null } } })
        {
            await Ask(options);

            (_recorded.Options! with { Stop = defaults.Stop, LogitBias = defaults.LogitBias }).ShouldBe(defaults);
        }
    }

    [Fact]
    public async Task Instructions_come_before_every_message()
    {
        ChatMessage[] messages = [new(ChatRole.System, "Be brief."), new(ChatRole.User, "a")];

        await Ask(new ChatOptions { Instructions = "Be kind." }, messages);
        _recorded.Prompt.ShouldBe("system:Be kind.;system:Be brief.;user:a;");

        await Ask(new ChatOptions { Instructions = "" }, messages);
        _recorded.Prompt.ShouldBe("system:Be brief.;user:a;");
    }

    [Fact]
    public async Task Options_that_ask_for_nothing_else_are_accepted()
    {
        await Ask(new ChatOptions { ModelId = "fake", ToolMode = ChatToolMode.Auto, Tools = [], ResponseFormat = ChatResponseFormat.Text });
        await Ask(new ChatOptions { ToolMode = ChatToolMode.None, AllowMultipleToolCalls = false });
    }

    [Fact]
    public async Task A_JSON_format_becomes_a_constraint_that_is_compiled_once()
    {
        var schema = JsonDocument.Parse("""{"type":"object","properties":{"size":{"enum":["S","M"]}},"required":["size"],"additionalProperties":false}""").RootElement;

        await using var model = new LanguageModel("fake", "", new FakeByteTokenizer(), null, new FakeDecoder(), _recorded);
        using var first = new LanguageModelChatClient(model);
        await first.GetResponseAsync(Hello, new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema) });
        var constraint = _recorded.Options!.Constraint.ShouldNotBeNull();
        constraint.IsSatisfiedBy("""{"size":"M"}"""u8).ShouldBeTrue();
        constraint.IsSatisfiedBy("""{"size":"L"}"""u8).ShouldBeFalse();

        using var second = new LanguageModelChatClient(model);
        await second.GetResponseAsync(Hello, new ChatOptions { ResponseFormat = ChatResponseFormat.ForJsonSchema(schema.Clone()) });
        _recorded.Options.Constraint.ShouldBeSameAs(constraint);
        await second.GetResponseAsync(Hello, new ChatOptions { ResponseFormat = ChatResponseFormat.Json });
        _recorded.Options.Constraint.ShouldNotBeNull().IsSatisfiedBy("""{"any":[1]}"""u8).ShouldBeTrue();
    }

    [Fact]
    public async Task What_the_engine_cannot_do_is_refused_by_name()
    {
#pragma warning disable MEAI001 // Experimental in this version of the library.
        (string Name, ChatOptions Options)[] refused =
        [
            ("ModelId 'other'", new() { ModelId = "other" }),
            ("Reasoning", new() { Reasoning = new ReasoningOptions() }),
            ("ConversationId", new() { ConversationId = "c1" }),
            ("AllowBackgroundResponses", new() { AllowBackgroundResponses = true }),
            ("ContinuationToken", new() { ContinuationToken = ResponseContinuationToken.FromBytes(new byte[] { 1 }) }),
            ("RawRepresentationFactory", new() { RawRepresentationFactory = _ => null }),
            ("'top_a'", new() { AdditionalProperties = new() { ["top_a"] = 0.1 } }),
        ];
#pragma warning restore MEAI001
        foreach (var (name, options) in refused)
        {
            var error = await Should.ThrowAsync<ModelException>(Ask(options), name);

            error.Code.ShouldBe("RUN0306");
            error.Message.ShouldContain(name);
        }

        _recorded.Options.ShouldBeNull();
    }

    [Fact]
    public async Task All_refused_options_are_named_at_once()
    {
        var error = await Should.ThrowAsync<ModelException>(Ask(new ChatOptions { ConversationId = "c1", Reasoning = new ReasoningOptions() }));

        error.Message.ShouldContain("Reasoning, ConversationId");
    }

    [Fact]
    public async Task Additional_numbers_may_be_JSON_or_text_and_mean_the_same_everywhere()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = ".";
        var before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = culture;
        try
        {
            await Ask(new ChatOptions
            {
                AdditionalProperties = new() { ["min_p"] = JsonSerializer.SerializeToElement(0.25), ["typical_p"] = "0.5", ["repetition_penalty"] = 1.5m },
            });
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        _recorded.Options!.MinP.ShouldBe(0.25f);
        _recorded.Options.TypicalP.ShouldBe(0.5f);
        _recorded.Options.RepetitionPenalty.ShouldBe(1.5f);
        await Ask(new ChatOptions { AdditionalProperties = new() { ["min_p"] = JsonSerializer.SerializeToElement<string?>(null) } });
        _recorded.Options.MinP.ShouldBe(0f);
    }

    [Fact]
    public async Task An_additional_property_that_is_no_number_is_named()
    {
        foreach (var value in new object[] { "much", true, JsonSerializer.SerializeToElement(true), JsonSerializer.SerializeToElement("much"), new[] { 1 } })
        {
            var error = await Should.ThrowAsync<ModelException>(Ask(new ChatOptions { AdditionalProperties = new() { ["min_p"] = value } }));

            error.Code.ShouldBe("RUN0302");
            error.Message.ShouldContain("min_p");
        }
    }

    [Fact]
    public async Task A_message_that_is_not_text_is_refused()
    {
        var error = await Should.ThrowAsync<ModelException>(
            Ask(null, [new ChatMessage(ChatRole.User, [new UriContent("https://example.org/a.png", "image/png")])]));

        error.Code.ShouldBe("RUN0306");
        error.Message.ShouldContain("UriContent");
    }

    private static LanguageModel Fake()
    {
        var decoder = new FakeDecoder();
        var tokenizer = new FakeByteTokenizer();
        var generator = new TextGenerator(decoder, tokenizer, new TextGeneratorOptions(), TimeProvider.System);
        return new LanguageModel("fake", "", tokenizer, null, decoder, generator);
    }

    private async Task Ask(ChatOptions? options, ChatMessage[]? messages = null)
    {
        var template = ChatTemplate.Parse("{% for m in messages %}{{ m['role'] }}:{{ m['content'] }};{% endfor %}");
        await using var model = new LanguageModel("fake", "", new FakeByteTokenizer(), template, new FakeDecoder(), _recorded);
        using var client = new LanguageModelChatClient(model);
        await client.GetResponseAsync(messages ?? Hello, options);
    }

    /// <summary>Keeps what it was asked, and answers nothing.</summary>
    private sealed class RecordingGenerator : ITextGenerator
    {
        public string Prompt { get; private set; } = "";

        public GenerationOptions? Options { get; private set; }

        public async IAsyncEnumerable<GenerationUpdate> GenerateAsync(
            IReadOnlyList<int> prompt,
            GenerationOptions options,
            [EnumeratorCancellation] CancellationToken cancellationToken = default)
        {
            Prompt = new FakeByteTokenizer().Decode([.. prompt]);
            Options = options;
            await Task.Yield();
            yield return new GenerationUpdate { FinishReason = FinishReason.Stop };
        }
    }
}
