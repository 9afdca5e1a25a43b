namespace Gyre.Models.Tests.Architectures;

public sealed class LlamaDecoderTests : FamilyTests
{
    protected override string[] Folders =>
    [
        "llama", "llama-q", "llama-rope-linear", "llama-rope-dynamic", "llama-rope-llama3", "llama-rope-yarn", "mistral", "qwen2", "qwen3",
    ];
}
