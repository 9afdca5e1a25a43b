using Gyre.Models.Architectures;

namespace Gyre.Models.Generation;

/// <summary>Refuses prompts that a network cannot continue.</summary>
internal static class PromptCheck
{
    /// <summary>Requires tokens of the network's vocabulary that leave room in its context.</summary>
    /// <remarks>Errors: <see cref="ModelException"/> RUN0302 for no token or one outside the vocabulary, RUN0301 for a prompt that fills the context.</remarks>
    public static void Require(IReadOnlyList<int> prompt, IDecoder decoder)
    {
        if (prompt.Count == 0)
        {
            throw new ModelException("RUN0302", "Generation refused: the prompt has no tokens; expected at least one (a begin token for an empty text).");
        }

        if (prompt.Count >= decoder.ContextLength)
        {
            throw new ModelException(
                "RUN0301",
                $"Generation refused: the prompt has {prompt.Count} tokens; this model's context holds {decoder.ContextLength}, "
                + "prompt and answer together. Shorten the prompt or choose a model with a longer context.");
        }

        for (var i = 0; i < prompt.Count; i++)
        {
            if ((uint)prompt[i] >= (uint)decoder.VocabularySize)
            {
                throw new ModelException(
                    "RUN0302",
                    $"Generation refused: prompt token {i} is {prompt[i]}; expected 0 to {decoder.VocabularySize - 1}. Tokenize with this model's own tokenizer.");
            }
        }
    }
}
