namespace Gyre.Models.Tests.Architectures;

public sealed class OptDecoderTests : FamilyTests
{
    protected override string[] Folders => ["opt"];
}
