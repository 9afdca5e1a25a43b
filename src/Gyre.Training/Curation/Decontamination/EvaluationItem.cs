namespace Gyre.Training.Curation.Decontamination;

/// <summary>An item of an evaluation set.</summary>
/// <param name="Set">The set's name.</param>
/// <param name="Id">Where the item stands: its file and line.</param>
/// <param name="Question">What is asked.</param>
/// <param name="More">Further text of the item that must not be learnt: choices, the answer, the passage; may be empty.</param>
public sealed record EvaluationItem(string Set, string Id, string Question, string More = "");
