namespace Gyre.Models.Templates.Jinja;

/// <summary>One token of a template.</summary>
/// <param name="Type">What it is.</param>
/// <param name="Text">Its text; for strings the unescaped value.</param>
/// <param name="Position">Where it begins.</param>
internal readonly record struct Token(TokenType Type, string Text, Position Position)
{
    /// <summary>True for this operator.</summary>
    public bool IsOperator(string text) => Type == TokenType.Operator && Text == text;

    /// <summary>True for this name.</summary>
    public bool IsName(string text) => Type == TokenType.Name && Text == text;

    /// <summary>The token in words, for messages.</summary>
    public string Describe() => Type switch
    {
        TokenType.Text => "text",
        TokenType.End => "the end of the template",
        TokenType.BlockEnd => "'%}'",
        TokenType.OutputEnd => "'}}'",
        TokenType.String => "a string",
        _ => $"'{(Text.Length > 40 ? Text[..40] + "…" : Text)}'",
    };
}
