using Gyre.Models.Tokenizers;

namespace Gyre.Training.Encoders;

/// <summary>The special tokens of a BERT vocabulary.</summary>
internal readonly record struct EncoderTokens(int Pad, int Begin, int End, int Mask)
{
    /// <summary>Finds them.</summary>
    /// <remarks>Errors: TRN0042 the vocabulary lacks one.</remarks>
    public static EncoderTokens Of(ITokenizer tokenizer)
    {
        return new EncoderTokens(Find("[PAD]", "<pad>"), Find("[CLS]", "<s>"), Find("[SEP]", "</s>"), Find("[MASK]", "<mask>"));

        int Find(string name, string other) => tokenizer.FindToken(name) ?? tokenizer.FindToken(other)
            ?? throw new TrainingException("TRN0042", $"Using the tokenizer failed: its vocabulary of {tokenizer.VocabularySize} tokens has neither '{name}' nor '{other}'; expected the vocabulary of an encoder. Choose another, or train one.");
    }
}
