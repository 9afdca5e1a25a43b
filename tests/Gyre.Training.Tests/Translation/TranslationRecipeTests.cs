using Gyre.Training.Translation;

namespace Gyre.Training.Tests.Translation;

public sealed class TranslationRecipeTests
{
    [Fact]
    public void All_faults_are_reported_together_with_lines_and_suggestions()
    {
        var error = Should.Throw<TrainingException>(() => TranslationRecipe.Parse(
            """
            kind: translate
            name: x
            data: {training: {table: a.csv, source: b.txt}, long_texts: shorten}
            model: {width: 30, heads: 4, context: 16}
            form: {softmax_before_loss: true, label_smoothing: 0.1, mask: false}
            scoring: {tokens: 40}
            schedule: {steps: 1, peak: 1}
            """,
            "recipe.yaml"));
        error.Code.ShouldBe("TRN0003");
        foreach (var part in new[]
        {
            "kind: is 'translate'", "data.training.table: needs either", "'shorten' is not known; expected refuse or drop or cut", "4 heads do not divide width 30",
            "form.label_smoothing: cannot be together", "did you mean 'masks'?", "40 leaves no room",
        })
        {
            error.Message.ShouldContain(part);
        }
    }

    [Fact]
    public void Defaults_are_the_paper_s_form_and_the_published_sizes()
    {
        var recipe = TranslationRecipe.Parse("kind: translation\nname: x\ndata: {training: {source: a.gz, target: b.gz}}\nschedule: {steps: 1, peak: 1}\n", "recipe.yaml");
        recipe.Form.ShouldBe(new TranslationForm { Shifts = true, Masks = true, NormalizesTwice = false, LabelSmoothing = 0 });
        (recipe.Model.Width, recipe.Model.Heads, recipe.Model.FeedForwardSize, recipe.Model.EncoderLayers, recipe.Model.DecoderLayers).ShouldBe((512, 8, 2048, 2, 2));
        (recipe.SourceVocabulary, recipe.TargetVocabulary, recipe.Pairs).ShouldBe((5000, 5000, 31));
        recipe.Settings.Select(setting => setting.Key).ShouldContain("form.label_smoothing");
    }
}
