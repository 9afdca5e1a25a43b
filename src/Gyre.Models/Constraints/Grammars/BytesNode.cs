namespace Gyre.Models.Constraints.Grammars;

/// <summary>Exactly these bytes.</summary>
internal sealed record BytesNode(byte[] Bytes) : GrammarNode;
