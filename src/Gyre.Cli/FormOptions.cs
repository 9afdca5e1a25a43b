using System.CommandLine;
using System.Text.Json;
using Gyre.Models.Constraints;

namespace Gyre.Cli;

/// <summary>The options that force an answer into a form: a JSON schema, a regular expression or a grammar.</summary>
internal sealed class FormOptions
{
    private readonly Option<string?> _schema = NewSchemaOption();

    private readonly Option<string?> _regex = new("--regex") { Description = "Force the answer to match this regular expression.", HelpName = "PATTERN" };

    private readonly Option<string?> _grammar = new("--grammar") { Description = "Force the answer to follow the grammar of this file (GBNF).", HelpName = "FILE" };

    /// <summary>The options, for the command.</summary>
    public IReadOnlyList<Option> All => [_schema, _regex, _grammar];

    public static Option<string?> NewSchemaOption() => new("--json-schema")
    {
        Description = "Force the answer to obey this JSON schema: a file, or the schema itself.", HelpName = "FILE",
    };

    /// <summary>The form that the command line asks for; null for none.</summary>
    /// <remarks>Errors: CLI0002 for several, CLI0003 for a file that cannot be read, CLI0004 for a schema that is no JSON; RUN07xx of the constraints.</remarks>
    public Constraint? Read(ParseResult parse)
    {
        var given = All.Where(option => parse.GetResult(option) is { Implicit: false }).ToList();
        if (given.Count > 1)
        {
            throw new CliException("CLI0002", $"Generate obeys one form of an answer; found {string.Join(" and ", given.Select(option => option.Name))}. Leave all but one out.");
        }

        if (parse.GetValue(_schema) is { } schema)
        {
            return Constraint.FromJsonSchema(ReadSchema(schema));
        }

        if (parse.GetValue(_grammar) is { } grammar)
        {
            return Constraint.FromGrammar(ReadFile("--grammar", grammar));
        }

        return parse.GetValue(_regex) is { } pattern ? Constraint.FromRegex(pattern) : null;
    }

    /// <summary>A schema, written out or in a file.</summary>
    public static JsonElement ReadSchema(string schema)
    {
        var text = schema.TrimStart().StartsWith('{') ? schema : ReadFile("--json-schema", schema);
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException error)
        {
            throw new CliException("CLI0004", $"--json-schema: '{(schema.Length <= 80 ? schema : schema[..80] + "…")}' is no JSON: {error.Message}");
        }
    }

    private static string ReadFile(string option, string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException("CLI0003", $"{option}: '{path}' cannot be read: {error.Message}");
        }
    }
}
