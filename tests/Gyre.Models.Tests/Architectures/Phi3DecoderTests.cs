namespace Gyre.Models.Tests.Architectures;

public sealed class Phi3DecoderTests : FamilyTests
{
    protected override string[] Folders => ["phi3"];
}
