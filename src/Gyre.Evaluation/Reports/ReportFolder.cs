using Gyre.Evaluation.Experiments;

namespace Gyre.Evaluation.Reports;

/// <summary>The files that an experiment leaves in its folder.</summary>
public static class ReportFolder
{
    /// <summary>The tables, for gates and comparisons.</summary>
    public const string ResultName = "result.json";

    /// <summary>A line a row, written by the run.</summary>
    public const string RowsName = "rows.jsonl";

    /// <summary>The page for people.</summary>
    public const string PageName = "report.html";

    /// <summary>The text for a pull request.</summary>
    public const string MarkdownName = "report.md";

    /// <summary>The cases for a build server.</summary>
    public const string JunitName = "junit.xml";

    /// <summary>Writes result, page, Markdown and JUnit XML; examples come from the folder's rows when they are there.</summary>
    /// <param name="folder">The folder; created when it is not there.</param>
    /// <param name="result">The result.</param>
    /// <param name="options">What the page embeds.</param>
    /// <param name="cancellationToken">Ends the passes over the rows; the result is written by then.</param>
    /// <exception cref="EvaluationException">EVA0046, EVA0043, EVA0044: the rows. EVA0045: a file cannot be written.</exception>
    public static void Write(string folder, ExperimentResult result, ReportOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(result);

        // The result comes first: it is what cannot be had again without the run.
        ResultFile.Save(Path.Combine(folder, ResultName), result);
        ReportFile.WriteText(Path.Combine(folder, MarkdownName), writer => MarkdownReport.Write(result, writer));
        ReportFile.Write(Path.Combine(folder, JunitName), stream => JunitReport.Write(result, stream));
        var rows = Path.Combine(folder, RowsName);
        ReportFile.WriteText(Path.Combine(folder, PageName), writer => HtmlReport.Write(result, writer, File.Exists(rows) ? rows : null, options, cancellationToken));
    }
}
