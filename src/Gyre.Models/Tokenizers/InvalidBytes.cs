namespace Gyre.Models.Tokenizers;

/// <summary>How decoding a whole sequence writes byte tokens that are not UTF-8.</summary>
internal enum InvalidBytes
{
    /// <summary>One U+FFFD for each maximal part of a character (Unicode's recommendation).</summary>
    MaximalSubpart,

    /// <summary>One U+FFFD for each byte that begins no character (SentencePiece).</summary>
    EachByte,

    /// <summary>One U+FFFD for each byte of a run of byte tokens that is not wholly valid (the ByteFallback decoder).</summary>
    WholeRun,
}
