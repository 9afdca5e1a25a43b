namespace Gyre.Models.Architectures.Engine;

/// <summary>A value as its readers see it: some of a source's rows, and the norm that they apply first.</summary>
/// <param name="Source">What is read.</param>
/// <param name="Norm">Null for no norm.</param>
internal readonly record struct RowInput(Value Source, RowNorm? Norm)
{
    /// <summary>The source has all rows of a run, of which those are read whose results are wanted.</summary>
    public bool Gathers { get; init; }

    /// <summary>There are only rows whose results are wanted.</summary>
    public bool IsWantedOnly { get; init; }

    /// <summary>True when the source has been changed since.</summary>
    public bool IsStale { get; init; }

    /// <summary>True when it is the source itself.</summary>
    public bool IsStored => Norm is null && !Gathers;

    /// <summary>How many rows a run has.</summary>
    public unsafe int Count(PlanRun* run) => IsWantedOnly ? run->Wanted : run->Rows;

    /// <summary>The run's row that is read as row <paramref name="row"/>.</summary>
    public unsafe int RunRow(PlanRun* run, int row) => IsWantedOnly ? run->WantedRows[row] : row;

    /// <summary>The source's row that is read as row <paramref name="row"/>.</summary>
    public unsafe int SourceRow(PlanRun* run, int row) => Gathers ? run->WantedRows[row] : row;
}
