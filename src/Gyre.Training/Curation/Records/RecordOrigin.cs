namespace Gyre.Training.Curation.Records;

/// <summary>Where a record is from and what may be done with it.</summary>
/// <param name="Source">The source's name in the recipe; <c>synthetic:</c> and the model's name for what a model wrote.</param>
/// <param name="File">The file's name, or the version of a dataset, <c>name@3</c>.</param>
/// <param name="Line">The line on which it begins, or the row, from 1.</param>
/// <param name="Licence">Under what licence it may be used; empty only where the recipe allows that nobody said.</param>
public sealed record RecordOrigin(string Source, string File, long Line, string Licence)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Source}: {File}:{Line}";
}
