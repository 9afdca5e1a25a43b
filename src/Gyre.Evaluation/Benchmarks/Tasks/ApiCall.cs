using System.Text.Json.Nodes;
using Gyre.Evaluation.Metrics;
using Gyre.Evaluation.Metrics.Trajectories;

namespace Gyre.Evaluation.Benchmarks.Tasks;

/// <summary>A call as API-Bank writes it: <c>[Name(key='value', other=[1, 2])]</c>.</summary>
/// <remarks>
/// The first such call of a text counts. Arguments are equal by key; values as texts, without case, since the benchmark's services
/// take them so.
/// <para>Source: Li et al. 2023 (API-Bank); its script runs the call against its services and compares inputs and outputs.</para>
/// </remarks>
internal static class ApiCall
{
    private const int MostCharacters = 64 << 10;
    private const int MostDepth = 16;
    private static readonly ArgumentComparison Rules = new() { IgnoresCase = true };

    /// <summary>Whether the text's call is the wanted one: name and arguments, and name alone.</summary>
    public static (Dictionary<string, double> Values, Undefined? Reason) Judge(string text, IReadOnlyList<string> references)
    {
        if (references.Count == 0 || Read(references[0]) is not { } wanted)
        {
            return ([], new Undefined(UndefinedCause.EmptyReference, "the reference is no call"));
        }

        var made = Read(text);
        return (new Dictionary<string, double>(StringComparer.Ordinal)
        {
            ["call-accuracy"] = made is not null && Rules.AreEqual(made, wanted) ? 1 : 0,
            ["call-name"] = made?.Name == wanted.Name ? 1 : 0,
        }, null);
    }

    /// <summary>The first call of a text; null when there is none.</summary>
    public static ToolCall? Read(string text)
    {
        text = text[..Math.Min(text.Length, MostCharacters)];
        for (var at = text.IndexOf('['); at >= 0; at = text.IndexOf('[', at + 1))
        {
            var reader = new CallReader(text, at + 1);
            if (reader.TryRead(out var name, out var arguments))
            {
                return new ToolCall(name, arguments.ToJsonString());
            }
        }

        return null;
    }

    private ref struct CallReader(string text, int at)
    {
        private int _at = at;

        public bool TryRead(out string name, out JsonObject arguments)
        {
            arguments = [];
            name = Word();
            if (name.Length == 0 || !Take('('))
            {
                return false;
            }

            if (Take(')'))
            {
                return Take(']');
            }

            do
            {
                var key = Word();
                if (key.Length == 0 || !Take('=') || Value(0) is not { } value)
                {
                    return false;
                }

                arguments[key] = value;
            }
            while (Take(','));
            return Take(')') && Take(']');
        }

        private JsonNode? Value(int depth)
        {
            Skip();
            return depth == MostDepth || _at == text.Length ? null : text[_at] switch
            {
                '\'' or '"' => Quoted(),
                '[' => List(depth),
                '{' => Mapping(depth),
                _ => Bare(),
            };
        }

        private JsonValue? Quoted()
        {
            var (quote, value) = (text[_at++], new System.Text.StringBuilder());
            for (; _at < text.Length; _at++)
            {
                if (text[_at] == '\\' && _at + 1 < text.Length)
                {
                    value.Append(text[++_at]);
                }
                else if (text[_at] != quote || !Ends())
                {
                    value.Append(text[_at]);
                }
                else
                {
                    _at++;
                    return JsonValue.Create(value.ToString().Trim());
                }
            }

            return null;
        }

        /// <summary>A quote ends a text when what follows ends a value: models write 'the dentist's office' too.</summary>
        private readonly bool Ends()
        {
            var next = text.AsSpan(_at + 1).TrimStart();
            return next.IsEmpty || next[0] is ',' or ')' or ']' or '}' or ':';
        }

        private JsonArray? List(int depth)
        {
            _at++;
            var list = new JsonArray();
            if (Take(']'))
            {
                return list;
            }

            do
            {
                if (Value(depth + 1) is not { } value)
                {
                    return null;
                }

                list.Add(value);
            }
            while (Take(','));
            return Take(']') ? list : null;
        }

        private JsonObject? Mapping(int depth)
        {
            _at++;
            var mapping = new JsonObject();
            if (Take('}'))
            {
                return mapping;
            }

            do
            {
                Skip();
                if (_at == text.Length || text[_at] is not ('\'' or '"') || Quoted() is not { } key || !Take(':') || Value(depth + 1) is not { } value)
                {
                    return null;
                }

                mapping[key.GetValue<string>()] = value;
            }
            while (Take(','));
            return Take('}') ? mapping : null;
        }

        private JsonValue? Bare()
        {
            var start = _at;
            while (_at < text.Length && text[_at] is not (',' or ')' or ']' or '}' or ':' or '=' or '(' or '[' or '{'))
            {
                _at++;
            }

            var value = text[start.._at].Trim();
            return value.Length == 0 ? null : JsonValue.Create(value);
        }

        private string Word()
        {
            Skip();
            var start = _at;
            while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] == '_'))
            {
                _at++;
            }

            return text[start.._at];
        }

        private bool Take(char letter)
        {
            Skip();
            if (_at < text.Length && text[_at] == letter)
            {
                _at++;
                return true;
            }

            return false;
        }

        private void Skip()
        {
            while (_at < text.Length && char.IsWhiteSpace(text[_at]))
            {
                _at++;
            }
        }
    }
}
