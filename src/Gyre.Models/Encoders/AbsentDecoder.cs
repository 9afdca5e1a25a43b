using Gyre.Models.Architectures;
using Gyre.Models.Generation;

namespace Gyre.Models.Encoders;

/// <summary>Stands for the decoder and the generator of a model that does not continue text.</summary>
internal sealed class AbsentDecoder(EncoderModel model) : IDecoder, ITextGenerator
{
    public int VocabularySize => model.Configuration.VocabularySize;

    public int ContextLength => model.Configuration.ContextLength;

    public IDecoderSession CreateSession(int maxTokens) => throw Refusal();

    public IAsyncEnumerable<GenerationUpdate> GenerateAsync(IReadOnlyList<int> prompt, GenerationOptions options, CancellationToken cancellationToken = default) =>
        throw Refusal();

    public void Dispose()
    {
    }

    private ModelException Refusal() => EncoderErrors.WrongKind(model.Name, model.Kind, "continuing a text");
}
