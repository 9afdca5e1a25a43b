namespace Gyre.Models.Tokenizers.Scanning;

/// <summary>The Unicode properties that published pre-tokenisation patterns ask for.</summary>
[Flags]
internal enum CharacterClass : ushort
{
    None = 0,

    /// <summary><c>\p{L}</c>.</summary>
    Letter = 1,

    /// <summary><c>\p{N}</c>.</summary>
    Number = 2,

    /// <summary><c>\s</c>: the White_Space property.</summary>
    Space = 4,

    /// <summary><c>[\r\n]</c>; also <see cref="Space"/>.</summary>
    NewLine = 8,

    /// <summary><c>\p{P}</c>.</summary>
    Punctuation = 16,

    /// <summary><c>\p{S}</c>.</summary>
    Symbol = 32,

    /// <summary><c>\p{M}</c>.</summary>
    Mark = 64,

    /// <summary><c>\p{Lu}</c> or <c>\p{Lt}</c>; also <see cref="Letter"/>.</summary>
    Upper = 128,

    /// <summary><c>\p{Ll}</c>; also <see cref="Letter"/>.</summary>
    Lower = 256,

    /// <summary><c>\p{Lm}</c> or <c>\p{Lo}</c>; also <see cref="Letter"/>.</summary>
    Uncased = 512,

    /// <summary><c>\w</c> beyond letters, marks and numbers: connector punctuation.</summary>
    Connector = 1024,

    /// <summary>An ASCII letter.</summary>
    AsciiLetter = 2048,

    /// <summary>ASCII punctuation or symbol: <c>!</c> to <c>/</c>, <c>:</c> to <c>@</c>, <c>[</c> to <c>`</c>, <c>{</c> to <c>~</c>.</summary>
    AsciiPunctuation = 4096,
}
