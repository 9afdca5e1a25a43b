namespace Gyre.Models.Tests.Architectures;

public sealed class GptNeoDecoderTests : FamilyTests
{
    protected override string[] Folders => ["gpt_neo"];
}
