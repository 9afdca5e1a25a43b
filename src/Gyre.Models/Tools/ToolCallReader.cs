using System.Text;

namespace Gyre.Models.Tools;

/// <summary>Cuts a streamed answer into plain text and calls. Used by one thread at a time.</summary>
/// <remarks>
/// Text that may be the beginning of a call is held back until it is decided. What looks like a call and is none (no
/// JSON object, a function that was not offered) is text, as the model wrote it.
/// </remarks>
public sealed class ToolCallReader
{
    private readonly ToolSyntax _syntax;
    private readonly IReadOnlySet<string> _names;
    private readonly StringBuilder _pending = new();
    private readonly StringBuilder _raw = new();
    private CallObjectScanner? _call;
    private State _state = State.Text;
    private bool _isAtStart = true;
    private bool _hasCall;
    private bool _isListOpen;

    internal ToolCallReader(ToolSyntax syntax, IReadOnlySet<string> names)
    {
        _syntax = syntax;
        _names = names;
    }

    private enum State
    {
        Text,
        BeforeCall,
        InCall,
        AfterCall,
    }

    /// <summary>Takes in the next piece of the answer and adds what it decides.</summary>
    public void Read(string text, List<ToolCallPart> destination)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(destination);
        _pending.Append(text);
        while (Step(destination))
        {
        }
    }

    /// <summary>Ends the answer and adds what was held back.</summary>
    public void Complete(List<ToolCallPart> destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        if (_state == State.InCall && _call is { HasBegun: true } call)
        {
            call.Drain(destination);
            destination.Add(new ToolCallPart(ToolCallPartKind.Broken, _raw.ToString()));
        }
        else
        {
            var text = _raw.ToString() + _pending;
            if (text.Length > 0 && !(_hasCall && string.IsNullOrWhiteSpace(text)) && _state != State.AfterCall)
            {
                destination.Add(new ToolCallPart(ToolCallPartKind.Text, text));
            }
            else if (_state == State.AfterCall && !string.IsNullOrWhiteSpace(text) && !IsPrefix(_syntax.Close, text.Trim()))
            {
                destination.Add(new ToolCallPart(ToolCallPartKind.Text, text));
            }
        }

        _pending.Clear();
        _raw.Clear();
    }

    private static bool IsPrefix(string? whole, string part) => whole?.StartsWith(part, StringComparison.Ordinal) == true;

    private bool Step(List<ToolCallPart> destination) => _state switch
    {
        State.Text => StepText(destination),
        State.BeforeCall => StepBefore(destination),
        State.InCall => StepCall(destination),
        _ => StepAfter(),
    };

    private bool StepText(List<ToolCallPart> destination)
    {
        var text = _pending.ToString();
        if (_syntax.Open is null || _isAtStart)
        {
            if (StepStart(text) is { } goesOn)
            {
                return goesOn;
            }
        }

        if (_syntax.Open is not { } open)
        {
            Emit(text, text.Length, destination);
            return false;
        }

        var at = text.IndexOf(open, StringComparison.Ordinal);
        if (at >= 0)
        {
            Emit(text[..at].TrimEnd(), at + open.Length, destination);
            _raw.Append(open);
            _state = State.BeforeCall;
            return true;
        }

        // What may be the beginning of the mark, and white space before it, waits.
        var keep = text.Length;
        for (var length = Math.Min(open.Length - 1, text.Length); length > 0; length--)
        {
            if (text.EndsWith(open[..length], StringComparison.Ordinal))
            {
                keep = text.Length - length;
                break;
            }
        }

        keep = text[..keep].TrimEnd().Length;
        Emit(text[..keep], keep, destination);
        return false;
    }

    /// <summary>An answer that begins with an object is a call where the family writes calls so; null when it is plain text.</summary>
    private bool? StepStart(string text)
    {
        var trimmed = text.TrimStart();
        foreach (var prefix in _syntax.Prefixes)
        {
            if (trimmed.StartsWith(prefix, StringComparison.Ordinal))
            {
                trimmed = trimmed[prefix.Length..].TrimStart();
                break;
            }

            if (trimmed.Length > 0 && prefix.StartsWith(trimmed, StringComparison.Ordinal))
            {
                return false;
            }
        }

        if (_syntax.Open is null && _isAtStart)
        {
            if (trimmed.Length == 0)
            {
                return false;
            }

            if (trimmed[0] == '{')
            {
                _raw.Append(text, 0, text.Length - trimmed.Length);
                _pending.Remove(0, text.Length - trimmed.Length);
                _state = State.BeforeCall;
                return true;
            }
        }

        return null;
    }

    private void Emit(string shown, int consumed, List<ToolCallPart> destination)
    {
        if (shown.Length > 0 && !(_hasCall && string.IsNullOrWhiteSpace(shown)))
        {
            destination.Add(new ToolCallPart(ToolCallPartKind.Text, shown));
        }

        if (consumed > 0)
        {
            _isAtStart = false;
        }

        _pending.Remove(0, consumed);
    }

    private bool StepBefore(List<ToolCallPart> destination)
    {
        while (_pending.Length > 0)
        {
            var next = _pending[0];
            if (char.IsWhiteSpace(next) || (_syntax.IsList && !_isListOpen && next == '['))
            {
                _isListOpen |= next == '[';
                _raw.Append(next);
                _pending.Remove(0, 1);
            }
            else if (next == '{')
            {
                _call = new CallObjectScanner(_syntax.ArgumentsKey, _names);
                _state = State.InCall;
                return true;
            }
            else
            {
                BackToText(destination);
                return true;
            }
        }

        return false;
    }

    private bool StepCall(List<ToolCallPart> destination)
    {
        var call = _call!; // Set on the way into this state.
        var used = 0;
        var text = _pending.ToString();
        while (used < text.Length && call.Read(text[used]))
        {
            used++;
            if (call.IsWhole)
            {
                break;
            }
        }

        _raw.Append(text, 0, used);
        _pending.Remove(0, used);
        if (call.IsBroken)
        {
            if (call.HasBegun)
            {
                call.Drain(destination);
                destination.Add(new ToolCallPart(ToolCallPartKind.Broken, _raw.ToString()));
                _raw.Clear();
                _hasCall = true;
                _isListOpen = false;
                _isAtStart = false;
                _state = State.Text;
            }
            else
            {
                BackToText(destination);
            }

            return true;
        }

        call.Drain(destination);
        if (!call.IsWhole)
        {
            return false;
        }

        destination.Add(new ToolCallPart(ToolCallPartKind.End, ""));
        _raw.Clear();
        _hasCall = true;
        _isAtStart = false;
        _state = State.AfterCall;
        return true;
    }

    private bool StepAfter()
    {
        var text = _pending.ToString();
        var trimmed = text.TrimStart();
        if (trimmed.Length == 0)
        {
            return false;
        }

        if (_syntax.Close is { } close)
        {
            if (!trimmed.StartsWith(close, StringComparison.Ordinal) && close.StartsWith(trimmed, StringComparison.Ordinal))
            {
                return false;
            }

            var skipped = trimmed.StartsWith(close, StringComparison.Ordinal) ? close.Length : 0;
            _pending.Remove(0, text.Length - trimmed.Length + skipped);
            _state = State.Text;
        }
        else
        {
            var isNext = _syntax.IsList ? trimmed[0] == ',' : trimmed[0] is ';' or '{';
            _pending.Remove(0, text.Length - trimmed.Length + (trimmed[0] is ',' or ';' || (trimmed[0] == ']' && _syntax.IsList) ? 1 : 0));
            _state = isNext ? State.BeforeCall : State.Text;
            _isListOpen &= isNext;
        }

        return true;
    }

    /// <summary>What was taken for a call is none: all of it is text.</summary>
    private void BackToText(List<ToolCallPart> destination)
    {
        if (_raw.Length > 0)
        {
            destination.Add(new ToolCallPart(ToolCallPartKind.Text, _raw.ToString()));
        }

        if (_pending.Length > 0)
        {
            // At least one character is done with, so that the same place is not tried again.
            destination.Add(new ToolCallPart(ToolCallPartKind.Text, _pending[0].ToString()));
            _pending.Remove(0, 1);
        }

        _raw.Clear();
        _call = null;
        _isAtStart = false;
        _isListOpen = false;
        _state = State.Text;
    }
}
