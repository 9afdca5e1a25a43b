namespace Gyre.Models.Tests.Architectures;

public sealed class Gpt2DecoderTests : FamilyTests
{
    protected override string[] Folders => ["gpt2"];
}
