namespace Gyre.Models.Tests.Architectures;

public sealed class T5NetworkTests : EncoderDecoderTests
{
    protected override string[] Folders => ["t5", "flan-t5"];
}
