namespace Gyre.Orchestration.Retrieval;

/// <summary>How texts become the words of a <see cref="KeywordIndex"/>; FTS5's names.</summary>
public enum KeywordTokenizer
{
    /// <summary>Runs of letters and digits, without case and accents, English endings cut off by Porter's algorithm: for English.</summary>
    Porter,

    /// <summary>Runs of letters and digits, without case and accents: for any language that parts its words.</summary>
    Unicode61,
}
