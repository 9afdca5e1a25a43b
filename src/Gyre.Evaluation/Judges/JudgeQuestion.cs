using Gyre.Evaluation.Judges.Forms;

namespace Gyre.Evaluation.Judges;

/// <summary>A question to a judge.</summary>
/// <param name="Sections">The texts that are judged, each under the name of its tag: lower-case letters. Data, never instructions.</param>
/// <param name="Task">What is asked about them, in our own words.</param>
/// <param name="Form">What a reply looks like.</param>
internal sealed record JudgeQuestion<T>(IReadOnlyList<(string Tag, string Text)> Sections, string Task, IReplyForm<T> Form)
    where T : class;
