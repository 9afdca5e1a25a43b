using Gyre.TestSupport;
using Gyre.Training.Alignment;

namespace Gyre.Training.Tests.Alignment;

public class AlignmentRecipeTests
{
    [Fact]
    public void Every_fault_is_told_at_once()
    {
        var error = Should.Throw<TrainingException>(() => AlignmentRecipe.Parse(
            """
            kind: align
            method: ppo
            name: test
            base: x
            data: {fiels: a.jsonl}
            loss: {type: logistic, beta: -1}
            rollout: {prompts: 2, answers: 1, minibatches: 8}
            reward: {scorer: nobody}
            schedule: {steps: 3}
            """,
            "here.yaml"));
        error.Code.ShouldBe("TRN0003");
        foreach (var part in new[] { "data.files", "did you mean 'files'", "loss.type", "loss.beta", "rollout.minibatches", "'nobody' is not known", "schedule.peak" })
        {
            error.Message.ShouldContain(part);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("reward: {scorer: exact-match, model: there}")]
    public void Learning_from_own_answers_needs_one_reward(string reward)
    {
        var text = $$"""
            kind: align
            method: grpo
            name: test
            base: x
            data: {files: a.jsonl}
            schedule: {steps: 3, peak: 0.1}
            {{reward}}
            """;
        Should.Throw<TrainingException>(() => AlignmentRecipe.Parse(text, "here.yaml")).Message.ShouldContain("expected exactly one of scorer, model and judge");
    }

    [Fact]
    public void Another_jobs_recipe_is_refused() =>
        Should.Throw<TrainingException>(() => AlignmentRecipe.Parse("kind: finetune\nname: x", "here.yaml")).Message.ShouldContain("expected 'align' for this job");

    [Fact]
    public void The_recipes_that_come_with_Gyre_are_sound()
    {
        var paths = Directory.GetFiles(Path.Combine(TestData.RepositoryRoot, "recipes"), "align-*.yaml");
        paths.ShouldNotBeEmpty();
        foreach (var path in paths)
        {
            AlignmentRecipe.Load(path).Base.ShouldBe("default");
        }
    }
}
