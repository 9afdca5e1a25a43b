namespace Gyre.Models.Tests.Architectures;

public sealed class BloomDecoderTests : FamilyTests
{
    protected override string[] Folders => ["bloom"];
}
