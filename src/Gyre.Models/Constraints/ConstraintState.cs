using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using Gyre.Models.Constraints.Grammars;
using Gyre.Models.Constraints.Matching;
using Gyre.Tensors;

namespace Gyre.Models.Constraints;

/// <summary>How far one text has come under a constraint: which tokens may follow.</summary>
/// <remarks>
/// For one thread at a time. Cost: nothing is allocated for what has been met before, in this text or another of the same
/// constraint and vocabulary.
/// </remarks>
public sealed class ConstraintState
{
    private readonly PushdownMachine _machine;
    private readonly ConstraintVocabulary _vocabulary;
    private readonly VocabularyMasks _masks;
    private Configuration _configuration;
    private bool _isFirst;

    internal ConstraintState(PushdownMachine machine, ConstraintVocabulary vocabulary, VocabularyMasks masks, bool isFirst)
    {
        _machine = machine;
        _vocabulary = vocabulary;
        _masks = masks;
        _isFirst = isFirst;
        _configuration = machine.Start;
    }

    /// <summary>The number of 64-bit words in a mask.</summary>
    public int MaskWords => _vocabulary.MaskWords;

    /// <summary>True when the text satisfies the constraint as it stands.</summary>
    public bool IsComplete => _configuration.IsComplete;

    /// <summary>True when the text satisfies the constraint and nothing can be added to it.</summary>
    public bool MustEnd => _configuration.MustEnd;

    /// <summary>True once an end token has been accepted.</summary>
    public bool HasEnded { get; private set; }

    /// <summary>Sets the bit of each token that may come next (bit <c>id mod 64</c> of word <c>id / 64</c>) and clears the others.</summary>
    /// <param name="destination">Receives <see cref="MaskWords"/> words.</param>
    /// <remarks>
    /// End tokens may come where the text is complete. Errors: <see cref="ModelException"/> RUN0706 when no token can go on
    /// (the vocabulary lacks a character that the constraint asks for), or when a grammar reads the text in too many ways.
    /// </remarks>
    [HotPath]
    public void FillMask(Span<ulong> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, MaskWords, nameof(destination));
        destination = destination[..MaskWords];
        destination.Clear();
        if (!HasEnded && !_configuration.MustEnd)
        {
            (_isFirst ? _masks.First : _masks.Ordinary).Fill(_configuration, destination);
        }

        if (IsComplete)
        {
            for (var i = 0; i < _vocabulary.EndIds.Count; i++)
            {
                var id = _vocabulary.EndIds[i];
                destination[id >> 6] |= 1UL << id;
            }
        }
        else if (destination.IndexOfAnyExcept(0UL) < 0)
        {
            ThrowStuck();
        }
    }

    /// <summary>Adds a token to the text; false, and nothing changes, when it may not come next.</summary>
    [HotPath]
    public bool TryAccept(int token)
    {
        if (HasEnded)
        {
            return false;
        }

        if (IsEnd(token))
        {
            HasEnded = IsComplete;
            return HasEnded;
        }

        var bytes = _vocabulary.BytesOf(token, _isFirst);
        var next = _configuration;
        for (var i = 0; i < bytes.Length && !next.IsDead; i++)
        {
            next = _machine.Step(next, bytes[i]);
        }

        if (bytes.IsEmpty || next.IsDead)
        {
            return false;
        }

        _configuration = next;
        _isFirst = false;
        return true;
    }

    /// <summary>Adds a token to the text.</summary>
    /// <remarks>Errors: <see cref="ArgumentException"/> for a token that may not come next.</remarks>
    [HotPath]
    public void Accept(int token)
    {
        if (!TryAccept(token))
        {
            ThrowRefused(token);
        }
    }

    /// <summary>The only token that may come next, or −1 when there are several.</summary>
    /// <param name="mask">What <see cref="FillMask"/> gave.</param>
    [HotPath]
    public static int OnlyToken(ReadOnlySpan<ulong> mask)
    {
        var only = -1;
        for (var word = 0; word < mask.Length; word++)
        {
            var bits = mask[word];
            if (bits == 0)
            {
                continue;
            }

            if (only >= 0 || (bits & (bits - 1)) != 0)
            {
                return -1;
            }

            only = (word << 6) + BitOperations.TrailingZeroCount(bits);
        }

        return only;
    }

    /// <summary>Appends the bytes that must come next whatever is chosen, as far as there is only one way to go on.</summary>
    /// <param name="destination">Receives the bytes; the text itself does not change.</param>
    /// <param name="maxBytes">The most bytes to append.</param>
    public void AppendForced(IBufferWriter<byte> destination, int maxBytes)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var configuration = _configuration;
        for (var count = 0; count < maxBytes && !configuration.IsComplete && !HasEnded; count++)
        {
            var only = -1;
            for (var value = 0; value < 256; value++)
            {
                if (!_machine.Step(configuration, (byte)value).IsDead)
                {
                    if (only >= 0)
                    {
                        return;
                    }

                    only = value;
                }
            }

            if (only is < 0 or SpecialTokenText.Open)
            {
                return;
            }

            destination.Write([(byte)only]);
            configuration = _machine.Step(configuration, (byte)only);
        }
    }

    /// <summary>A second text that begins with this one and goes its own way, for another sequence or to come back to.</summary>
    public ConstraintState Fork() => new(_machine, _vocabulary, _masks, _isFirst) { _configuration = _configuration, HasEnded = HasEnded };

    private bool IsEnd(int token)
    {
        for (var i = 0; i < _vocabulary.EndIds.Count; i++)
        {
            if (_vocabulary.EndIds[i] == token)
            {
                return true;
            }
        }

        return false;
    }

    [DoesNotReturn]
    private static void ThrowStuck() => throw ConstraintErrors.Stuck(
        "no token of the vocabulary can go on in the text", "The vocabulary cannot spell what the constraint asks for: allow other characters, or use a model with byte tokens.");

    [DoesNotReturn]
    private static void ThrowRefused(int token) =>
        throw new ArgumentException($"Accept a token: found {token}, which the constraint does not allow here; expected one of its mask.", nameof(token));
}
