namespace Gyre.Evaluation.Reports;

/// <summary>The word and the mark of a verdict.</summary>
internal static class VerdictText
{
    public static string Word(Verdict verdict) => verdict switch
    {
        Verdict.Better => "better",
        Verdict.Worse => "worse",
        Verdict.NotShown => "not shown",
        _ => "undefined",
    };

    /// <summary>A mark that is told apart without colour.</summary>
    public static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.Better => "▲",
        Verdict.Worse => "▼",
        Verdict.NotShown => "=",
        _ => "?",
    };

    public static string Style(Verdict verdict) => verdict switch
    {
        Verdict.Better => "good",
        Verdict.Worse => "bad",
        _ => "none",
    };
}
