namespace Gyre.Models.Tokenizers;

/// <summary>How special tokens stand round one text and a pair of texts. Immutable.</summary>
/// <param name="Single">The steps for one text.</param>
/// <param name="Pair">The steps for two; empty when nothing says how they are joined.</param>
internal sealed record SequenceTemplate(IReadOnlyList<SequenceTemplate.Step> Single, IReadOnlyList<SequenceTemplate.Step> Pair)
{
    /// <summary>One step.</summary>
    /// <param name="Source">0 or 1 for the tokens of a text, −1 for a special token.</param>
    /// <param name="Id">The special token.</param>
    /// <param name="TypeId">The segment.</param>
    internal readonly record struct Step(int Source, int Id, int TypeId)
    {
        /// <summary>A special token.</summary>
        public static Step Special(int id, int typeId) => new(-1, id, typeId);

        /// <summary>The tokens of a text.</summary>
        public static Step Text(int source, int typeId) => new(source, -1, typeId);
    }

    /// <summary>Two texts have the separator twice between them, as RoBERTa has it.</summary>
    public bool DoublesSeparator => Pair.Zip(Pair.Skip(1)).Any(steps => steps.First.Source < 0 && steps.Second.Source < 0 && steps.First.Id == steps.Second.Id);

    /// <summary>BERT: <c>[CLS] a [SEP]</c> and <c>[CLS] a [SEP] b [SEP]</c>, the second text and its end in segment 1.</summary>
    public static SequenceTemplate Bert(int begin, int end) => new(
        [Step.Special(begin, 0), Step.Text(0, 0), Step.Special(end, 0)],
        [Step.Special(begin, 0), Step.Text(0, 0), Step.Special(end, 0), Step.Text(1, 1), Step.Special(end, 1)]);

    /// <summary>RoBERTa: <c>&lt;s&gt; a &lt;/s&gt;</c> and <c>&lt;s&gt; a &lt;/s&gt;&lt;/s&gt; b &lt;/s&gt;</c>, all in segment 0.</summary>
    public static SequenceTemplate Roberta(int begin, int end) => new(
        [Step.Special(begin, 0), Step.Text(0, 0), Step.Special(end, 0)],
        [Step.Special(begin, 0), Step.Text(0, 0), Step.Special(end, 0), Step.Special(end, 0), Step.Text(1, 0), Step.Special(end, 0)]);

    /// <summary>Each text between the same special tokens, the second in segment 1: Llama, T5, and vocabularies that add nothing.</summary>
    public static SequenceTemplate Around(IReadOnlyList<int> prefix, IReadOnlyList<int> suffix) =>
        new(Around(prefix, suffix, 0), [.. Around(prefix, suffix, 0), .. Around(prefix, suffix, 1)]);

    private static Step[] Around(IReadOnlyList<int> prefix, IReadOnlyList<int> suffix, int source) =>
        [.. prefix.Select(id => Step.Special(id, source)), Step.Text(source, source), .. suffix.Select(id => Step.Special(id, source))];
}
