namespace Gyre.Models.Tests.Architectures;

public sealed class PhiDecoderTests : FamilyTests
{
    protected override string[] Folders => ["phi"];
}
