namespace Gyre.Models.Tests.Architectures;

public sealed class FalconDecoderTests : FamilyTests
{
    protected override string[] Folders => ["falcon"];
}
