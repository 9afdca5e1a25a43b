using Gyre.Contracts;
using Gyre.Evaluation.Recipes;
using Gyre.TestSupport;

namespace Gyre.Evaluation.Tests.Recipes;

/// <summary>Reading an evaluation recipe gives a result or a <see cref="EvaluationException"/> with a documented code, whatever stands in it.</summary>
public class EvaluationRecipeFuzzTests() : YamlFuzz(new SeededRandom(51).NextInt32)
{
    protected override string Text { get; } = File.ReadAllText(Path.Combine(TestData.RepositoryRoot, "recipes", "default.yaml"));

    protected override void Read(string text) => EvaluationRecipe.Parse(text);

    protected override bool IsDocumented(Exception error) => error is EvaluationException { Code: "EVA0002" or "EVA0003" };
}
