using Gyre.Contracts;
using Gyre.Evaluation.Selection;
using Gyre.TestSupport;

namespace Gyre.Evaluation.Tests.Selection;

/// <summary>Whatever stands in a recipe of a choice is refused with its own error or read.</summary>
public sealed class SelectionRecipeFuzzTests() : YamlFuzz(new SeededRandom(5).NextInt32)
{
    protected override string Text => SelectionSample.Recipe;

    protected override void Read(string text) => SelectionRecipe.Parse(text);

    protected override bool IsDocumented(Exception error) => error is EvaluationException { Code: "EVA0121" or "EVA0122" };
}
