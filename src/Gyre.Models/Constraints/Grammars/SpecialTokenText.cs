using System.Text;

namespace Gyre.Models.Constraints.Grammars;

/// <summary>How special tokens stand among the bytes of texts: between two bytes that UTF-8 never holds.</summary>
/// <remarks>A vocabulary leaves out text tokens that hold the first of them, so no text can be taken for a special token.</remarks>
internal static class SpecialTokenText
{
    /// <summary>Before a special token's name.</summary>
    public const byte Open = 0xFF;

    /// <summary>Behind it.</summary>
    public const byte Close = 0xFE;

    public static byte[] Spell(string token) => [Open, .. Encoding.UTF8.GetBytes(token), Close];
}
