using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>Templates of one purpose, parted into those that training shows and those kept for evaluation.</summary>
internal sealed class Wordings(string name, string[] train, string[] heldOut)
{
    /// <summary>The templates that belong to a split.</summary>
    public string[] Of(Split split) => split == Split.Train ? train : heldOut;

    /// <summary>Picks a template and gives its name for the family, for example <c>ask.h1</c>.</summary>
    public (string Template, string Family) Pick(SeededRandom random, Split split)
    {
        var list = Of(split);
        var index = random.NextInt32(list.Length);
        return (list[index], $"{name}.{(split == Split.Train ? 't' : 'h')}{index}");
    }
}
