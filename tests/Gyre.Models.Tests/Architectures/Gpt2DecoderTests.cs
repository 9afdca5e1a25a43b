namespace Gyre.Models.Tests.Architectures;

[Trait("kernel", "true")]
public sealed class Gpt2DecoderTests : FamilyTests
{
    protected override string[] Folders => ["gpt2"];
}
