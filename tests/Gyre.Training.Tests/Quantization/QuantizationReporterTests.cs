using System.Text.Json;
using Gyre.Models.Catalog;
using Gyre.Models.Conversion;
using Gyre.Models.Tokenizers;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;
using Gyre.Training.Quantization;

namespace Gyre.Training.Tests.Quantization;

public sealed class QuantizationReporterTests : IDisposable
{
    private const string Story = "Once upon a time, there was a little girl named Lily. She loved to play outside in the park. One day, she saw a big, red ball. She wanted to play with it, but it was too high. Lily's mom said, \"Lily, let's go to the park.\" Lily was sad and didn't know what to do.";

    private readonly TemporaryFolder _folder = new();
    private readonly ThreadTeam _team = new(2);

    public void Dispose()
    {
        _team.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_copy_does_not_diverge_at_all()
    {
        var report = await Report("stories260K-F32.gguf", ElementFormat.F32, Story);

        var divergence = report.Divergence.Value.ShouldNotBeNull();
        divergence.MaxKl.ShouldBe(0);
        divergence.SameTop.ShouldBe(1);
        divergence.PerplexityAfter.ShouldBe(divergence.PerplexityBefore);
        divergence.PerplexityBefore.ShouldBeInRange(1, 20);
        report.Tokenizer.Value.ShouldNotBeNull().Differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task Fewer_bits_diverge_a_little_and_the_report_says_how_much()
    {
        var report = await Report("stories260K-F32.gguf", ElementFormat.Q4_0, Story);

        var divergence = report.Divergence.Value.ShouldNotBeNull();
        divergence.MeanKl.ShouldBeInRange(1e-4, 0.5);
        divergence.Kl99.ShouldBeInRange(divergence.MeanKl, divergence.MaxKl);
        report.BytesAfter.ShouldBe(new FileInfo(_folder.In("out.gguf")).Length);
        report.BitsPerWeight.ShouldBeInRange(4.5, 12);
        report.Fallbacks.ShouldContain(line => line.Contains("ffn_down") && line.Contains("rows of 172"));
        report.Speed.Value.ShouldNotBeNull().GenerateAfter.ShouldBeGreaterThan(0);
    }

    [Fact]
    public async Task Without_a_text_the_divergence_is_undefined_with_the_reason()
    {
        var report = await Report("stories260K-F32.gguf", ElementFormat.Q8_0, null);
        QuantizationReporter.Write(report, _folder.In("report.json"));

        report.Divergence.Undefined.ShouldBe("no text was given");
        using var json = JsonDocument.Parse(File.ReadAllText(_folder.In("report.json")));
        var divergence = json.RootElement.GetProperty("divergence");
        divergence.GetProperty("undefined").GetString().ShouldBe("no text was given");
        divergence.TryGetProperty("value", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_text_of_a_few_tokens_is_undefined_too()
    {
        var report = await Report("stories260K-F32.gguf", ElementFormat.Q8_0, "a");

        report.Divergence.Undefined.ShouldNotBeNull().ShouldContain("expected 8 or more");
    }

    [Fact]
    public void Another_tokenizer_is_found_out()
    {
        var first = TokenizerLoader.FromFolder(TestData.Require("tokenizers/gpt2"));
        var second = TokenizerLoader.FromFolder(TestData.Require("tokenizers/qwen2"));

        TextChecks.Tokenizers(first, first, Story).IsEqual.ShouldBeTrue();
        TextChecks.Tokenizers(first, second, Story).Differences.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("{% for m in messages %}{{ m.content }}{% endfor %}", true)]
    [InlineData("{% for m in messages %}{{ m['content'] }}{% endfor %}", true)]
    [InlineData("{% for m in messages %}{{ m.content | trim }}{% endfor %}", false)]
    [InlineData("{{ raise_exception('no') }}", false)]
    public void Templates_are_compared_by_what_they_render(string other, bool isEqual)
    {
        const string Template = "{% for m in messages %}{{ m.content }}{% endfor %}";

        TextChecks.Templates(Template, other, null, null).Value.ShouldNotBeNull().IsEqual.ShouldBe(isEqual);
    }

    [Fact]
    public void A_lost_template_is_a_difference_and_none_at_all_is_undefined()
    {
        TextChecks.Templates("x", null, null, null).Value.ShouldNotBeNull().IsEqual.ShouldBeFalse();
        TextChecks.Templates(null, null, null, null).Undefined.ShouldBe("the model has no chat template");
    }

    [Fact]
    public void Windows_begin_with_the_begin_token_and_leave_out_the_rest()
    {
        var tokenizer = ModelLoader.LoadTokenizer(TestData.Require("models/stories260K/derived-gguf/stories260K-F32.gguf"));

        var windows = QuantizationReporter.Windows(tokenizer, Story, 16);

        windows.Count.ShouldBeGreaterThan(3);
        windows.ShouldAllBe(window => window.Length == 16 && window[0] == tokenizer.BeginId);
        Should.Throw<TrainingException>(() => QuantizationReporter.Windows(tokenizer, "a", 16)).Code.ShouldBe("TRN0065");
    }

    private Task<QuantizationReport> Report(string file, ElementFormat format, string? text)
    {
        var source = ModelFolder.Open(TestData.Require("models/stories260K/derived-gguf/" + file));
        QuantizationResult result;
        using (var model = GgufSource.OpenFile(source.Path))
        {
            result = new Quantizer(_team).Write(model, new QuantizationOptions { Format = format }, _folder.In("out.gguf"));
        }

        return new QuantizationReporter(_team, TimeProvider.System).MeasureAsync(source, result, text is null ? null : ("story", text), 64);
    }
}
