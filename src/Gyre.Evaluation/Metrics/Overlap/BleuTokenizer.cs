namespace Gyre.Evaluation.Metrics.Overlap;

/// <summary>How BLEU cuts a text into words, by sacreBLEU's names.</summary>
public enum BleuTokenizer
{
    /// <summary><c>13a</c>: ASCII punctuation apart, as mteval-v13a does it.</summary>
    Mteval13a,

    /// <summary><c>intl</c>: all of Unicode's punctuation and symbols apart, as mteval-v14 does it.</summary>
    International,

    /// <summary><c>char</c>: every character a word.</summary>
    Character,

    /// <summary><c>zh</c>: every Chinese character a word, the rest as <see cref="Mteval13a"/>.</summary>
    Chinese,

    /// <summary><c>none</c>: words stand between whitespace.</summary>
    None,
}
