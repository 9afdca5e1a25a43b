namespace Gyre.Evaluation.Reports;

/// <summary>A sentence in which names from outside stay apart from the words, so that each form of the report can mark and escape them.</summary>
internal sealed class Sentence
{
    private readonly List<Phrase> _phrases = [];

    public IReadOnlyList<Phrase> Phrases => _phrases;

    public Sentence Say(string words)
    {
        _phrases.Add(new Phrase(words, false));
        return this;
    }

    public Sentence Name(string name)
    {
        _phrases.Add(new Phrase(name, true));
        return this;
    }

    /// <summary>Items with commas between and "and" before the last.</summary>
    public Sentence List<T>(IReadOnlyList<T> items, Action<Sentence, T> say)
    {
        for (var i = 0; i < items.Count; i++)
        {
            Say(i == 0 ? "" : i == items.Count - 1 ? " and " : ", ");
            say(this, items[i]);
        }

        return this;
    }

    /// <summary>The sentence on one line, names between quotes.</summary>
    public override string ToString() => string.Concat(_phrases.Select(phrase => phrase.IsName ? $"'{VisibleText.Line(phrase.Text)}'" : phrase.Text));
}
