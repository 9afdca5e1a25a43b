namespace Gyre.Models.Templates.Jinja;

/// <summary>A place in a template's text, both counted from 1.</summary>
internal readonly record struct Position(int Line, int Column);
