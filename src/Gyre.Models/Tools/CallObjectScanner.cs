using System.Text;
using System.Text.Json;

namespace Gyre.Models.Tools;

/// <summary>Reads one call's JSON object character by character: its name, then its arguments as they come.</summary>
internal sealed class CallObjectScanner(string argumentsKey, IReadOnlySet<string> names)
{
    private readonly StringBuilder _value = new();
    private readonly StringBuilder _fresh = new();
    private string _key = "";
    private string? _name;
    private State _state = State.Start;
    private int _depth;
    private bool _isInText;
    private bool _isEscaped;
    private bool _hasArguments;
    private bool _isTold;

    private enum State
    {
        Start,
        Key,
        InKey,
        Colon,
        Value,
        InValue,
        Next,
        Whole,
        Broken,
    }

    public bool IsWhole => _state == State.Whole;

    public bool IsBroken => _state == State.Broken;

    /// <summary>The name has been handed out.</summary>
    public bool HasBegun => _isTold;

    /// <summary>Takes in a character; false when it cannot stand here.</summary>
    public bool Read(char next)
    {
        switch (_state)
        {
            case State.Start:
                return Expect(next == '{', State.Key);
            case State.Key:
                return char.IsWhiteSpace(next) || (next == '}' && _key.Length == 0 ? Close() : Expect(next == '"', State.InKey) && Begin());
            case State.InKey:
                return ReadKey(next);
            case State.Colon:
                return char.IsWhiteSpace(next) || Expect(next == ':', State.Value);
            case State.Value:
                return char.IsWhiteSpace(next) || (BeginValue(next) && ReadValue(next));
            case State.InValue:
                return ReadValue(next);
            case State.Next:
                return char.IsWhiteSpace(next) || (next == '}' ? Close() : Expect(next == ',', State.Key));
            default:
                return Break();
        }
    }

    /// <summary>Adds the name, once it is known, and the arguments that have come since.</summary>
    public void Drain(List<ToolCallPart> destination)
    {
        if (_name is null)
        {
            return;
        }

        if (!_isTold)
        {
            _isTold = true;
            destination.Add(new ToolCallPart(ToolCallPartKind.Begin, _name));
        }

        if (_fresh.Length > 0)
        {
            destination.Add(new ToolCallPart(ToolCallPartKind.Arguments, _fresh.ToString()));
            _fresh.Clear();
        }
    }

    private bool Expect(bool holds, State then)
    {
        _state = holds ? then : State.Broken;
        return holds;
    }

    private bool Break()
    {
        _state = State.Broken;
        return false;
    }

    private bool Begin()
    {
        _value.Clear().Append('"');
        _isEscaped = false;
        return true;
    }

    private bool ReadKey(char next)
    {
        _value.Append(next);
        if (next == '"' && !_isEscaped)
        {
            if (Text(_value) is not { } key)
            {
                return Break();
            }

            if (_name is null && key is not ("name" or "id" or "type" or "arguments" or "parameters"))
            {
                // An object that begins so is an answer in JSON, which shall stream like any other.
                return Break();
            }

            _key = key;
            _state = State.Colon;
        }

        _isEscaped = next == '\\' && !_isEscaped;
        return true;
    }

    private bool BeginValue(char next)
    {
        _value.Clear();
        _depth = 0;
        _isInText = false;
        _isEscaped = false;
        _state = State.InValue;
        return next is not (',' or '}' or ']' or ':') || Break();
    }

    private bool ReadValue(char next)
    {
        if (_isInText)
        {
            Take(next);
            if (next == '"' && !_isEscaped)
            {
                _isInText = false;
                _isEscaped = false;
                return _depth > 0 || EndValue();
            }

            _isEscaped = next == '\\' && !_isEscaped;
            return true;
        }

        if (_depth == 0 && _value.Length > 0 && (next is ',' or '}' || char.IsWhiteSpace(next)))
        {
            // A number or a word has no mark of its end.
            return EndValue() && Read(next);
        }

        Take(next);
        switch (next)
        {
            case '"':
                _isInText = true;
                return true;
            case '{' or '[':
                _depth++;
                return true;
            case '}' or ']':
                _depth--;
                return _depth switch
                {
                    < 0 => Break(),
                    0 => EndValue(),
                    _ => true,
                };
            default:
                return true;
        }
    }

    private void Take(char next)
    {
        _value.Append(next);
        if (_key == argumentsKey && _value[0] == '{')
        {
            _fresh.Append(next);
        }
    }

    private bool EndValue()
    {
        _state = State.Next;
        if (_key == "name")
        {
            _name = _name is null ? Text(_value) : null;
            return (_name is not null && names.Contains(_name)) || Break();
        }

        if (_key != argumentsKey)
        {
            return true;
        }

        // Some models write the arguments as a text that holds the object.
        var written = _value.ToString();
        var arguments = _value[0] == '"' ? Text(_value) : written;
        if (_hasArguments || arguments is null || !IsObject(arguments))
        {
            return Break();
        }

        if (_value[0] == '"')
        {
            _fresh.Append(arguments);
        }

        _hasArguments = true;
        return true;
    }

    private bool Close()
    {
        if (_name is null)
        {
            return Break();
        }

        if (!_hasArguments)
        {
            _fresh.Append("{}");
        }

        _state = State.Whole;
        return true;
    }

    private static string? Text(StringBuilder json)
    {
        try
        {
            using var document = JsonDocument.Parse(json.ToString());
            return document.RootElement.ValueKind == JsonValueKind.String ? document.RootElement.GetString() : null;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            // Not a JSON text: the caller takes the call for broken.
            return null;
        }
    }

    private static bool IsObject(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
