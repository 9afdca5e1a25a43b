using Gyre.Models.Architectures;

namespace Gyre.Models.Generation;

/// <summary>Refuses prompts that a network cannot continue.</summary>
internal static class PromptCheck
{
    /// <summary>Requires tokens of the network's vocabulary that leave room in its context.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="decoder">The network.</param>
    /// <param name="virtualTokens">Places of the context that an adapter takes.</param>
    /// <remarks>Errors: <see cref="ModelException"/> RUN0302 for no token or one outside the vocabulary, RUN0301 for a prompt that fills the context.</remarks>
    public static void Require(IReadOnlyList<int> prompt, IDecoder decoder, int virtualTokens)
    {
        if (prompt.Count == 0)
        {
            throw new ModelException("RUN0302", "Generation refused: the prompt has no tokens; expected at least one (a begin token for an empty text).");
        }

        if (prompt.Count >= decoder.ContextLength - virtualTokens)
        {
            throw new ModelException(
                "RUN0301",
                $"Generation refused: the prompt has {prompt.Count} tokens; {ContextLimit.Holds(decoder, decoder.ContextLength)}, "
                + $"prompt and answer {(virtualTokens > 0 ? $"and the adapter's {virtualTokens} virtual tokens " : "")}together. Shorten the prompt, or {ContextLimit.Remedy(decoder, decoder.ContextLength)}.");
        }

        RequireBelow(prompt, decoder.VocabularySize);
    }

    /// <summary>Requires a source that a network can read, and options that make sense for it.</summary>
    /// <param name="source">The source.</param>
    /// <param name="options">The options.</param>
    /// <param name="model">The network.</param>
    /// <param name="virtualTokens">Places of the source that an adapter takes.</param>
    /// <remarks>
    /// Errors: <see cref="ModelException"/> RUN0302 for no token or one outside the vocabulary, RUN0301 for a source that is
    /// too long, RUN0432 for log-probabilities of a source, which it has none of.
    /// </remarks>
    public static void RequireSource(IReadOnlyList<int> source, GenerationOptions options, IEncoderDecoder model, int virtualTokens)
    {
        if (options.PromptLogprobs)
        {
            throw new ModelException(
                "RUN0432",
                "Generation refused: log-probabilities of the prompt were asked for; this model reads a prompt as its source and predicts none of its tokens. Leave that option out.");
        }

        if (source.Count == 0)
        {
            throw new ModelException("RUN0302", "Generation refused: the prompt has no tokens; expected at least one (an end token for an empty text).");
        }

        if (source.Count > model.SourceLength - virtualTokens)
        {
            throw new ModelException(
                "RUN0301",
                $"Generation refused: the prompt has {source.Count} tokens; {(model.SourceLength < model.ModelContextLength ? ContextLimit.Holds(model, model.SourceLength) : $"this model reads sources of at most {model.SourceLength}")}{(virtualTokens > 0 ? $", of which its adapter takes {virtualTokens}" : "")}. "
                + $"Shorten the prompt, split it, or {ContextLimit.Remedy(model, model.SourceLength)}.");
        }

        RequireBelow(source, model.SourceVocabularySize);
    }

    private static void RequireBelow(IReadOnlyList<int> prompt, int vocabulary)
    {
        for (var i = 0; i < prompt.Count; i++)
        {
            if ((uint)prompt[i] >= (uint)vocabulary)
            {
                throw new ModelException(
                    "RUN0302",
                    $"Generation refused: prompt token {i} is {prompt[i]}; expected 0 to {vocabulary - 1}. Tokenize with this model's own tokenizer.");
            }
        }
    }
}
