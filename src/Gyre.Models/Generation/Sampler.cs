using System.Diagnostics.CodeAnalysis;
using Gyre.Contracts;
using Gyre.Models.Constraints;
using Gyre.Tensors;

namespace Gyre.Models.Generation;

/// <summary>Chooses the next token of one sequence from the model's logits.</summary>
/// <remarks>
/// The order of the steps is the reference's, behind the constraint's mask: penalties and bias, temperature, top-k, top-p, min-p, typical, then one
/// uniform draw. With temperature 0, or so little that nothing else could be drawn, the most likely token is chosen.
/// <para>Owns: work space of a few vectors of the vocabulary's size; one sequence at a time.</para>
/// </remarks>
internal sealed class Sampler
{
    private const float LeastTemperature = 1e-5f;

    private readonly GenerationOptions _options;
    private readonly SeededRandom _random;
    private readonly CandidateSet _candidates;
    private readonly float[] _adjusted;
    private readonly int[] _answerCounts;
    private readonly bool[] _seen;
    private readonly bool _adjusts;
    private readonly KeyValuePair<int, float>[] _bias;
    private readonly ConstraintState? _constraint;
    private readonly ulong[] _mask;

    /// <param name="vocabularySize">The number of logits per step.</param>
    /// <param name="options">How to choose.</param>
    /// <param name="random">The source of draws.</param>
    /// <param name="constraint">What the text must look like; tokens that it forbids are never candidates.</param>
    public Sampler(int vocabularySize, GenerationOptions options, SeededRandom random, ConstraintState? constraint = null)
    {
        _constraint = constraint;
        _mask = constraint is null ? [] : new ulong[constraint.MaskWords];
        VocabularySize = vocabularySize;
        _options = options;
        _random = random;
        _candidates = new CandidateSet(vocabularySize);
        _adjusts = options.RepetitionPenalty != 1f || options.FrequencyPenalty != 0f || options.PresencePenalty != 0f
            || options.LogitBias.Count > 0;
        _bias = [.. options.LogitBias];
        _adjusted = _adjusts ? new float[vocabularySize] : [];
        _answerCounts = _adjusts ? new int[vocabularySize] : [];
        _seen = _adjusts ? new bool[vocabularySize] : [];
    }

    /// <summary>The number of logits per step.</summary>
    public int VocabularySize { get; }

    /// <summary>Notes the prompt's tokens; the repetition penalty counts them, the other penalties do not.</summary>
    public void ObservePrompt(ReadOnlySpan<int> prompt)
    {
        if (_adjusts)
        {
            foreach (var id in prompt)
            {
                if (id < _seen.Length)
                {
                    _seen[id] = true;
                }
            }
        }
    }

    /// <summary>The next token for logits <c>[V]</c>; notes it for the penalties.</summary>
    /// <remarks>Errors: <see cref="ModelException"/> RUN0706 when the constraint allows none of the tokens.</remarks>
    [HotPath]
    public int Next(ReadOnlySpan<float> logits)
    {
        _constraint?.FillMask(_mask);
        var chosen = Choose(_adjusts ? Adjust(logits) : logits);
        _constraint?.Accept(chosen);
        if (_adjusts)
        {
            _answerCounts[chosen]++;
            _seen[chosen] = true;
        }

        return chosen;
    }

    /// <summary>Applies the filters to logits and leaves the surviving candidates; for tests and views.</summary>
    internal CandidateSet Filter(ReadOnlySpan<float> logits)
    {
        Load(logits);
        if (_options.Temperature is not (0f or 1f))
        {
            _candidates.Scale(1f / _options.Temperature);
        }

        if (_options.TopK > 0)
        {
            _candidates.KeepTopK(_options.TopK);
        }

        if (_options.TopP < 1f)
        {
            _candidates.KeepTopP(_options.TopP);
        }

        if (_options.MinP > 0f)
        {
            _candidates.KeepMinP(_options.MinP);
        }

        if (_options.TypicalP < 1f)
        {
            _candidates.RememberLogits();
            _candidates.KeepTypical(_options.TypicalP);
        }

        return _candidates;
    }

    /// <summary>Applies penalties and bias; returns the adjusted logits.</summary>
    internal ReadOnlySpan<float> Adjust(ReadOnlySpan<float> logits)
    {
        logits.CopyTo(_adjusted);
        for (var id = 0; id < _adjusted.Length; id++)
        {
            if (_seen[id])
            {
                var logit = _adjusted[id];
                logit = logit > 0 ? logit / _options.RepetitionPenalty : logit * _options.RepetitionPenalty;
                var count = _answerCounts[id];
                if (count > 0)
                {
                    logit -= (count * _options.FrequencyPenalty) + _options.PresencePenalty;
                }

                _adjusted[id] = logit;
            }
        }

        foreach (var (id, bias) in _bias)
        {
            if ((uint)id < (uint)_adjusted.Length)
            {
                _adjusted[id] += bias;
            }
        }

        return _adjusted;
    }

    private int Choose(ReadOnlySpan<float> logits)
    {
        if (_options.Temperature >= LeastTemperature)
        {
            return Filter(logits).Draw(_random.NextDouble());
        }

        if (_constraint is null)
        {
            return LogitScan.IndexOfMax(logits);
        }

        var chosen = LogitScan.IndexOfMax(logits, _mask);
        if (chosen < 0)
        {
            ThrowNoneLeft();
        }

        return chosen;
    }

    private void Load(ReadOnlySpan<float> logits)
    {
        if (_constraint is null)
        {
            _candidates.Load(logits);
            return;
        }

        _candidates.Load(logits, _mask);
        if (_candidates.Count == 0)
        {
            ThrowNoneLeft();
        }
    }

    [DoesNotReturn]
    private static void ThrowNoneLeft() => throw ConstraintErrors.Stuck(
        "every token that the constraint allows is outside the network's logits", "Use the tokenizer that belongs to the weights.");
}
