using Gyre.Contracts;
using Gyre.Training.Recipes;
using Gyre.TestSupport;

namespace Gyre.Training.Tests.Recipes;

/// <summary>Reading a training recipe gives a result or a <see cref="TrainingException"/> with a documented code, whatever stands in it.</summary>
public class TrainingRecipeFuzzTests() : YamlFuzz(new SeededRandom(51).NextInt32)
{
    protected override string Text { get; } = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "recipes", "tiny-story.yaml"));

    protected override void Read(string text) => TrainingRecipe.Parse(text, "recipe.yaml");

    protected override bool IsDocumented(Exception error) => error is TrainingException { Code: "TRN0002" or "TRN0003" };
}
