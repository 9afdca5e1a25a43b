namespace Gyre.Models.Templates.Jinja;

/// <summary>The value of a name, attribute or item that does not exist: prints as nothing, is false, has no parts.</summary>
internal sealed class Undefined
{
    private Undefined(string what) => What = what;

    /// <summary>What is missing, for messages; short, whatever the template asked for.</summary>
    public string What { get; }

    /// <summary>The value for something missing.</summary>
    public static Undefined Of(string what) => new(TemplateErrors.Quote(what));
}
