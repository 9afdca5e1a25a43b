namespace Gyre.Models.Templates.Jinja;

/// <summary>How a row of statements ended.</summary>
internal enum Signal
{
    /// <summary>At its end.</summary>
    None,

    /// <summary>At a <c>break</c>.</summary>
    Break,

    /// <summary>At a <c>continue</c>.</summary>
    Continue,
}
