namespace Gyre.Models.Tests.Architectures;

public sealed class MarianNetworkTests : EncoderDecoderTests
{
    protected override string[] Folders => ["marian"];
}
