namespace Gyre.Models.Generation;

/// <summary>How to search for likely continuations. Immutable; checked once by <see cref="Validate"/>, all faults reported together.</summary>
public sealed record BeamSearchOptions
{
    /// <summary>Sequences kept at every step, 1 to 64. Default 4.</summary>
    public int Beams { get; init; } = 4;

    /// <summary>Answers returned, 1 to <see cref="Beams"/>. Default 1.</summary>
    public int Answers { get; init; } = 1;

    /// <summary>The most tokens to generate; 1 or more. Default 256.</summary>
    public int MaxTokens { get; init; } = 256;

    /// <summary>An answer's score is its log-probability divided by its length to this power; more than 0 favours long answers. Range −10…10, default 1.</summary>
    public float LengthPenalty { get; init; } = 1f;

    /// <summary>The loaded adapter that the tokens run through; null for the model alone.</summary>
    public string? Adapter { get; init; }

    /// <summary>Ends as soon as there are as many finished answers as beams, even if a running one could become better. Default off.</summary>
    public bool StopsEarly { get; init; }

    /// <summary>
    /// Judges what a running answer can still reach by the length limit instead of its present length, when long answers
    /// are favoured: none that could win is given up. Default off.
    /// </summary>
    public bool IsPatient { get; init; }

    /// <summary>What the model's settings forbid or force; null for nothing.</summary>
    public AnswerRules? Rules { get; init; }

    /// <summary>Every fault of these options; empty when valid.</summary>
    public IReadOnlyList<string> Validate()
    {
        var faults = new List<string>();
        Check(Beams is >= 1 and <= 64, $"beams is {Beams}; expected 1 to 64.");
        Check(Answers >= 1 && Answers <= Beams, $"answers is {Answers}; expected 1 to the number of beams, {Beams}.");
        Check(MaxTokens >= 1, $"max_tokens is {MaxTokens}; expected 1 or more.");
        Check(LengthPenalty is >= -10f and <= 10f, $"length_penalty is {LengthPenalty}; expected -10 to 10.");
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
