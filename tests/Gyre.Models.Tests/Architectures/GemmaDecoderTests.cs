namespace Gyre.Models.Tests.Architectures;

public sealed class GemmaDecoderTests : FamilyTests
{
    protected override string[] Folders => ["gemma", "gemma2", "gemma3"];
}
