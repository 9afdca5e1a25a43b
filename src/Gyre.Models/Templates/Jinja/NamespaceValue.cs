namespace Gyre.Models.Templates.Jinja;

/// <summary>What <c>namespace()</c> makes: attributes that can be set from inner scopes.</summary>
internal sealed class NamespaceValue
{
    /// <summary>The attributes.</summary>
    public Dictionary<string, object?> Attributes { get; } = new(StringComparer.Ordinal);
}
