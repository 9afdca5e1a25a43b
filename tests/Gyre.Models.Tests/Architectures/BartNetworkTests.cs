namespace Gyre.Models.Tests.Architectures;

public sealed class BartNetworkTests : EncoderDecoderTests
{
    protected override string[] Folders => ["bart"];
}
