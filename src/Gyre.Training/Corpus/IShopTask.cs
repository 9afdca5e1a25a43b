using Gyre.Contracts;

namespace Gyre.Training.Corpus;

/// <summary>Draws items of one task. Stateless and safe for several threads; all chance comes from the argument.</summary>
internal interface IShopTask
{
    /// <summary>The task's name.</summary>
    string Name { get; }

    /// <summary>Draws one item that uses only names, values and wordings of the split.</summary>
    TaskSample Draw(SeededRandom random, Split split);
}
