namespace Gyre.Models.Tests.Architectures;

public sealed class GptNeoXDecoderTests : FamilyTests
{
    protected override string[] Folders => ["gpt_neox", "gpt_neox-sequential"];
}
