using System.Text;
using Gyre.Contracts;

namespace Gyre.Evaluation.Experiments;

/// <summary>How a row becomes a message: text with <c>{prompt}</c>, <c>{task}</c>, <c>{subject}</c>, <c>{fact.NAME}</c> and <c>{step.NAME}</c>; <c>{{</c> and <c>}}</c> are braces.</summary>
/// <remarks>Values are put in as they are and not looked at again: a row cannot name another value. Immutable.</remarks>
public sealed class PromptTemplate
{
    private const string FactPrefix = "fact.";
    private const string StepPrefix = "step.";
    private readonly (string Text, bool IsValue)[] _parts;

    private PromptTemplate(string source, (string Text, bool IsValue)[] parts) => (Source, _parts) = (source, parts);

    /// <summary>The prompt alone.</summary>
    public static PromptTemplate Prompt { get; } = Parse("{prompt}");

    /// <summary>The template's text.</summary>
    public string Source { get; }

    /// <summary>The steps whose answers the template names.</summary>
    public IReadOnlyList<string> Steps => [.. _parts.Where(part => part.IsValue && part.Text.StartsWith(StepPrefix, StringComparison.Ordinal)).Select(part => part.Text[StepPrefix.Length..])];

    /// <summary>Reads a template.</summary>
    /// <exception cref="FormatException">A brace without its match, or a value that rows do not have.</exception>
    public static PromptTemplate Parse(string source)
    {
        ArgumentNullException.ThrowIfNull(source);
        var parts = new List<(string, bool)>();
        var text = new StringBuilder();
        for (var i = 0; i < source.Length; i++)
        {
            if (source[i] is '{' or '}' && i + 1 < source.Length && source[i + 1] == source[i])
            {
                text.Append(source[i++]);
            }
            else if (source[i] == '{')
            {
                var end = source.IndexOf('}', i);
                var name = end < 0 ? throw new FormatException($"the '{{' at character {i + 1} has no '}}'; write '{{{{' for a brace.") : source[(i + 1)..end];
                if (name is not ("prompt" or "task" or "subject") && !IsNamed(name, FactPrefix) && !IsNamed(name, StepPrefix))
                {
                    throw new FormatException($"'{{{name}}}' is unknown; expected {{prompt}}, {{task}}, {{subject}}, {{fact.NAME}} or {{step.NAME}}.");
                }

                parts.Add((text.ToString(), false));
                parts.Add((name, true));
                text.Clear();
                i = end;
            }
            else if (source[i] == '}')
            {
                throw new FormatException($"the '}}' at character {i + 1} has no '{{'; write '}}}}' for a brace.");
            }
            else
            {
                text.Append(source[i]);
            }
        }

        parts.Add((text.ToString(), false));
        return new PromptTemplate(source, [.. parts]);
    }

    /// <summary>The message of a row.</summary>
    /// <param name="row">The row.</param>
    /// <param name="steps">Answers of earlier steps by their names; null for none.</param>
    /// <exception cref="EvaluationException">EVA0015: the row lacks a fact that the template names. EVA0017: there is no such step before it.</exception>
    public string Render(DatasetRow row, IReadOnlyDictionary<string, string>? steps = null)
    {
        ArgumentNullException.ThrowIfNull(row);
        return string.Concat(_parts.Select(part => !part.IsValue ? part.Text : part.Text switch
        {
            "prompt" => row.Prompt,
            "task" => row.Task,
            "subject" => row.Subject,
            var name when IsNamed(name, StepPrefix) => steps is not null && steps.TryGetValue(name[StepPrefix.Length..], out var answer)
                ? answer
                : throw new EvaluationException("EVA0017", $"Writing a prompt failed: '{{{name}}}' names no step before it; found {(steps is null or { Count: 0 } ? "none" : string.Join(", ", steps.Keys))}. Name the steps in the order in which they are asked."),
            var name => row.Facts.TryGetValue(name[FactPrefix.Length..], out var value)
                ? value
                : throw new EvaluationException("EVA0015", $"Writing a prompt failed: the row '{row.Id}' has no fact '{name[FactPrefix.Length..]}', which the template names; found {(row.Facts.Count == 0 ? "none" : string.Join(", ", row.Facts.Keys.Order(StringComparer.Ordinal).Take(12)))}. Name the column among the dataset's facts, or change the template."),
        }));
    }

    private static bool IsNamed(string place, string prefix) => place.StartsWith(prefix, StringComparison.Ordinal) && place.Length > prefix.Length;
}
