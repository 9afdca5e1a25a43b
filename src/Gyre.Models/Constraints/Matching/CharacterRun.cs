namespace Gyre.Models.Constraints.Matching;

/// <summary>What is known of texts of certain characters, whatever they are in detail: all that are short enough can be read.</summary>
/// <param name="Groups">The characters, as bits of <see cref="CharacterGroups"/>.</param>
/// <param name="Length">The most characters of such texts; 0 when nothing is known.</param>
/// <param name="IsExact">Longer texts of these characters cannot be read; inside one rule, it does not end in such a text either.</param>
internal sealed record CharacterRun(ulong Groups, int Length, bool IsExact)
{
    /// <summary>Nothing is known.</summary>
    public static CharacterRun None { get; } = new(0, 0, IsExact: false);

    /// <summary>True when the run says of every text of these characters whether it can be read.</summary>
    public bool SettlesAll => IsExact || Length == CharacterGroups.MostCharacters;

    /// <summary>The bits of facts that are no part of the run.</summary>
    public ulong Excluded => ~Groups & CharacterGroups.AllGroups;
}
