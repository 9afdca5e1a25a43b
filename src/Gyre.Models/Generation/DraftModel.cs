using Gyre.Models.Architectures;
using Gyre.Tensors;

namespace Gyre.Models.Generation;

/// <summary>Drafts continuations with a smaller network of the same vocabulary, for several sequences together.</summary>
/// <remarks>
/// It drafts its most likely tokens. The sequence then chooses from its own network's logits as if there were no draft,
/// so that the text has the distribution, and for a seed the tokens, that it would have without.
/// <para>Owns: work space; neither the network nor the sequences' sessions of it.</para>
/// <para>Source: Y. Leviathan et al., "Fast Inference from Transformers via Speculative Decoding", 2023.</para>
/// </remarks>
internal sealed class DraftModel
{
    private readonly IDecoder _decoder;
    private readonly int _choices;
    private readonly DecoderBatch _batch = new();
    private readonly List<GenerationSequence> _drafting = [];

    /// <param name="decoder">The smaller network.</param>
    /// <param name="choices">How many of its logits belong to tokens.</param>
    public DraftModel(IDecoder decoder, int choices)
    {
        _decoder = decoder;
        _choices = Math.Min(choices, decoder.VocabularySize);
    }

    /// <summary>Extends each sequence by a draft, as long as it wants one.</summary>
    /// <param name="sequences">Sequences that have no draft yet.</param>
    [HotPath]
    public void Draft(List<GenerationSequence> sequences)
    {
        _drafting.Clear();
        foreach (var sequence in sequences)
        {
            if (sequence.WantsDraft && TryOpen(sequence))
            {
                _drafting.Add(sequence);
            }
        }

        while (_drafting.Count > 0)
        {
            _batch.Clear();
            foreach (var sequence in _drafting)
            {
                _batch.Add(sequence.DraftSession!, sequence.Undrafted, LogitRows.Last); // Opened above.
            }

            _decoder.Forward(_batch);
            for (var i = _drafting.Count - 1; i >= 0; i--)
            {
                var id = LogitScan.IndexOfMax(_batch.Logits(i, 0)[.._choices]);
                if (!_batch.IsFinite(i) || !_drafting[i].AddDraft(id))
                {
                    _drafting.RemoveAt(i);
                }
            }
        }
    }

    /// <summary>Brings the smaller network's session to all but the last few tokens of a sequence; false when it has no room.</summary>
    private bool TryOpen(GenerationSequence sequence)
    {
        var capacity = sequence.MostTokens;
        if (capacity > _decoder.ContextLength)
        {
            return false;
        }

        sequence.DraftSession ??= _decoder.CreateSession(capacity);
        var missing = sequence.Undrafted;
        if (!sequence.DraftSession.TryReserve(missing.Length + sequence.DraftLength))
        {
            return false;
        }

        if (missing.Length > 1)
        {
            sequence.DraftSession.Forward(missing[..^1]);
        }

        return true;
    }
}
