namespace Gyre.Evaluation.Reports.Examples;

/// <summary>One row that a report shows.</summary>
/// <param name="Number">Its place in the dataset, from 1.</param>
/// <param name="Id">Its id.</param>
/// <param name="Task">Its task.</param>
/// <param name="Prompt">What was asked, clipped.</param>
/// <param name="Reference">What was wanted, clipped; may be empty.</param>
/// <param name="Answers">An answer a candidate, in the order of the result.</param>
/// <param name="Tags">Why it is shown.</param>
public sealed record Example(long Number, string Id, string Task, string Prompt, string Reference, IReadOnlyList<ExampleAnswer> Answers, IReadOnlyList<ExampleTag> Tags);
