namespace Gyre.Evaluation.Benchmarks.Views;

/// <summary>A change of questions that should not change their answers.</summary>
/// <param name="name">The stable name.</param>
/// <param name="change">Text and the item's id to the changed text; the same for the same arguments.</param>
public sealed class Perturbation(string name, Func<string, string, string> change)
{
    /// <summary>The stable name: <c>typos</c>.</summary>
    public string Name => name;

    /// <summary>The changed text.</summary>
    /// <param name="text">The question.</param>
    /// <param name="id">The item: its own sequence of draws.</param>
    public string Apply(string text, string id) => change(text, id);
}
