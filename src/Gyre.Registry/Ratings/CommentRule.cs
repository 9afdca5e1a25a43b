namespace Gyre.Registry.Ratings;

/// <summary>Whether raters may, or must, say why.</summary>
public enum CommentRule
{
    /// <summary>They may.</summary>
    Optional,

    /// <summary>They must.</summary>
    Required,

    /// <summary>They are not asked.</summary>
    None,
}
