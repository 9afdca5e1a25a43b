namespace Gyre.Training.Curation.Decontamination;

/// <summary>How a record was found to hold an evaluation item.</summary>
public enum ContaminationKind
{
    /// <summary>They share a run of words.</summary>
    Run,

    /// <summary>A part of the record is the item's question, case and punctuation aside.</summary>
    SameQuestion,

    /// <summary>A part of the record is nearly the item's question.</summary>
    NearQuestion,
}
