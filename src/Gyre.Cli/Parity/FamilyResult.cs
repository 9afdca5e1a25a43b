using Gyre.Contracts;

namespace Gyre.Cli.Parity;

/// <summary>What came of a family.</summary>
/// <param name="Family">The family.</param>
/// <param name="Rows">What was compared; empty when it did not run.</param>
/// <param name="Fault">Why it did not run, or failed; empty when it ran.</param>
/// <param name="IsAbsent">True when data are missing, which is no fault.</param>
internal sealed record FamilyResult(IParityFamily Family, IReadOnlyList<ParityRow> Rows, string Fault, bool IsAbsent)
{
    public long Values => Rows.Sum(row => row.Values);

    public int Different => Rows.Count(row => !row.IsEqual);

    public bool IsEqual => Fault.Length == 0 && Different == 0;

    public string Verdict => IsAbsent ? "not run: no data"
        : Fault.Length > 0 ? "failed"
        : Different == 0 ? "equal"
        : $"{Different} of {Rows.Count} different";

    /// <summary>Runs a family, or says what it lacks.</summary>
    public static FamilyResult Of(IParityFamily family, ParityInput input)
    {
        var lacking = family.Needs.FirstOrDefault(path => input.Folder is null || !Path.Exists(Path.Combine(input.Folder, path)));
        if (lacking is not null)
        {
            return new FamilyResult(family, [], $"needs '{lacking}' in the folder of reference data", true);
        }

        try
        {
            ParityRow[] rows = [.. family.Compute(input)];
            return rows.Length > 0 ? new FamilyResult(family, rows, "", false) : new FamilyResult(family, rows, "nothing was compared", false);
        }
        catch (GyreException error)
        {
            return new FamilyResult(family, [], $"{error.Code}: {error.Message}", false);
        }
    }
}
