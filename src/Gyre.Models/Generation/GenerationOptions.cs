using Gyre.Models.Constraints;

namespace Gyre.Models.Generation;

/// <summary>How to continue a prompt. Immutable; checked once by <see cref="Validate"/>, all faults reported together.</summary>
public sealed record GenerationOptions
{
    /// <summary>The most tokens to generate; 1 or more. Default 256.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>Divides the logits; 0 chooses the most likely token (greedy). Range 0–2, default 1.</summary>
    public float Temperature { get; init; } = 1f;

    /// <summary>Keeps the k most likely tokens; 0 keeps all. Default 0.</summary>
    public int TopK { get; init; }

    /// <summary>Keeps the smallest set whose probability reaches this; range (0, 1], default 1 keeps all.</summary>
    public float TopP { get; init; } = 1f;

    /// <summary>Drops tokens less likely than this share of the most likely one; range [0, 1], default 0 drops none.</summary>
    public float MinP { get; init; }

    /// <summary>Keeps the tokens whose information is nearest the expected one until their probability reaches this; range (0, 1], default 1 keeps all.</summary>
    public float TypicalP { get; init; } = 1f;

    /// <summary>Divides positive and multiplies negative logits of tokens already seen; default 1 changes nothing.</summary>
    public float RepetitionPenalty { get; init; } = 1f;

    /// <summary>Subtracted per earlier occurrence in the answer; range −2…2, default 0.</summary>
    public float FrequencyPenalty { get; init; }

    /// <summary>Subtracted once for tokens that occur in the answer; range −2…2, default 0.</summary>
    public float PresencePenalty { get; init; }

    /// <summary>Added to the logit of single tokens before sampling; −100 forbids, 100 forces.</summary>
    public IReadOnlyDictionary<int, float> LogitBias { get; init; } = new Dictionary<int, float>();

    /// <summary>Fixes the sampled sequence; null draws a seed from the engine's own source.</summary>
    public ulong? Seed { get; init; }

    /// <summary>Texts at which the answer ends; they are not part of it. At most 16.</summary>
    public IReadOnlyList<string> Stop { get; init; } = [];

    /// <summary>How many alternatives to report per token; null reports no log-probabilities, 0 only the chosen token's. At most 20.</summary>
    public int? Logprobs { get; init; }

    /// <summary>Also reports log-probabilities of the prompt's tokens (for scoring a given text).</summary>
    public bool PromptLogprobs { get; init; }

    /// <summary>The loaded adapter that the tokens run through; null for the model alone.</summary>
    public string? Adapter { get; init; }

    /// <summary>Continues past end-of-sequence tokens until <see cref="MaxTokens"/>.</summary>
    public bool IgnoreEnd { get; init; }

    /// <summary>What the answer must look like; null lets the model write freely. Its tokens are masked before penalties and temperature.</summary>
    public Constraint? Constraint { get; init; }

    /// <summary>Every fault of these options, in words that name the option, the value and the range; empty when valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        Check(MaxTokens >= 1, $"max_tokens is {MaxTokens}; expected 1 or more.");
        Check(Temperature is >= 0f and <= 2f, $"temperature is {Temperature}; expected 0 to 2.");
        Check(TopK >= 0, $"top_k is {TopK}; expected 0 (off) or more.");
        Check(TopP is > 0f and <= 1f, $"top_p is {TopP}; expected more than 0 and at most 1.");
        Check(MinP is >= 0f and <= 1f, $"min_p is {MinP}; expected 0 to 1.");
        Check(TypicalP is > 0f and <= 1f, $"typical_p is {TypicalP}; expected more than 0 and at most 1.");
        Check(RepetitionPenalty is > 0f and <= 10f, $"repetition_penalty is {RepetitionPenalty}; expected more than 0 and at most 10.");
        Check(FrequencyPenalty is >= -2f and <= 2f, $"frequency_penalty is {FrequencyPenalty}; expected -2 to 2.");
        Check(PresencePenalty is >= -2f and <= 2f, $"presence_penalty is {PresencePenalty}; expected -2 to 2.");
        Check(Stop.Count <= 16, $"stop has {Stop.Count} texts; expected at most 16.");
        Check(Stop.All(text => text.Length > 0), "stop holds an empty text; expected texts of one character or more.");
        Check(Logprobs is null or (>= 0 and <= 20), $"logprobs is {Logprobs}; expected 0 to 20.");
        Check(LogitBias.Values.All(float.IsFinite), "logit_bias holds a value that is not a finite number.");
        Check(Constraint is null || !IgnoreEnd, "a constraint is given and ignore_end is set; expected one of them, because a constrained answer ends where it is complete.");
        return faults;

        void Check(bool isValid, string fault)
        {
            if (!isValid)
            {
                faults.Add(fault);
            }
        }
    }
}
