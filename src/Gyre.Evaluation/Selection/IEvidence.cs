using Gyre.Evaluation.Experiments;

namespace Gyre.Evaluation.Selection;

/// <summary>One source of numbers about candidates.</summary>
internal interface IEvidence
{
    /// <summary>What it says of a candidate.</summary>
    Finding Find(SelectionObjective objective, string candidate);

    /// <summary>What paired samples say of two candidates; null when it has none of the two.</summary>
    PairedDifference? Compare(SelectionObjective objective, string first, string second);

    /// <summary>What a candidate's calls took; null when it has none.</summary>
    CandidateSummary? CallsOf(string candidate);
}
