using Gyre.TestSupport;
using Gyre.Training.Bases;
using Gyre.Training.Examples;

namespace Gyre.Training.Tests.Examples;

public sealed class TemplateCheckTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void A_base_whose_template_and_vocabulary_belong_together_gives_no_warning()
    {
        using var source = BaseModel.Open(Path.Combine(TestData.RepositoryRoot, "models", "compact"));

        TemplateCheck.Warnings(source).ShouldBeEmpty();
    }

    [Fact]
    public void A_base_without_a_template_is_told()
    {
        using var source = BaseModel.Open(TestData.Require("models/stories260K/derived-hf"));

        TemplateCheck.Warnings(source).ShouldHaveSingleItem().Code.ShouldBe("TRN0311");
    }

    [Fact]
    public void Markers_of_another_vocabulary_are_named()
    {
        foreach (var file in Directory.GetFiles(TestData.Require("models/stories260K/derived-hf")))
        {
            File.Copy(file, _folder.In(Path.GetFileName(file)));
        }

        File.WriteAllText(_folder.In("tokenizer_config.json"), """{"chat_template": "{% for m in messages %}<|im_start|>{{ m['role'] }}\n{{ m['content'] }}<|im_end|>\n{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}"}""");
        using var source = BaseModel.Open(_folder.In(""));

        var (code, message) = TemplateCheck.Warnings(source).ShouldHaveSingleItem();

        code.ShouldBe("TRN0312");
        message.ShouldContain("<|im_start|>, <|im_end|>");
    }

    public void Dispose() => _folder.Dispose();
}
