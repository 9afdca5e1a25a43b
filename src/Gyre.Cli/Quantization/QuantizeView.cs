using System.Globalization;
using Gyre.Models.Encoders;
using Gyre.Training.Quantization;
using Spectre.Console;

namespace Gyre.Cli.Quantization;

/// <summary>Shows what quantising a model gained and cost.</summary>
internal static class QuantizeView
{
    /// <summary>The whole report.</summary>
    public static void Write(Terminal terminal, QuantizationReport report, string path, string reportPath, bool asJson)
    {
        if (asJson)
        {
            terminal.WriteJson(new { path, report_path = reportPath, report });
            return;
        }

        var table = NewTable();
        table.AddColumn(new TableColumn("change").RightAligned());
        Row("size", Size(report.BytesBefore), Size(report.BytesAfter), Ratio(report.BytesAfter, report.BytesBefore));
        if (report.Speed.Value is { } speed)
        {
            Row($"prompt {speed.PromptTokens}, tokens/s", Number(speed.PromptBefore), Number(speed.PromptAfter), Ratio(speed.PromptAfter, speed.PromptBefore));
            Row($"generate {speed.GeneratedTokens}, tokens/s", Number(speed.GenerateBefore), Number(speed.GenerateAfter), Ratio(speed.GenerateAfter, speed.GenerateBefore));
        }

        if (report.Reading.Value is { } reading)
        {
            Row($"{reading.Texts} texts, tokens/s", Number(reading.Before), Number(reading.After), Ratio(reading.After, reading.Before));
        }

        if (report.Divergence.Value is { } text)
        {
            Row("perplexity", Figure(text.PerplexityBefore), Figure(text.PerplexityAfter), Ratio(text.PerplexityAfter, text.PerplexityBefore));
        }

        terminal.Rich.Write(table);
        var facts = new Grid().AddColumn(new GridColumn().NoWrap().PadRight(3)).AddColumn();
        Fact("bits per weight", report.BitsPerWeight.ToString("0.00", CultureInfo.InvariantCulture));
        Fact("tensors", string.Join(", ", report.TensorsByFormat.Select(pair => $"{pair.Value} {pair.Key}")) + (report.WeighedTensors > 0 ? $"; {report.WeighedTensors} weighed by importance" : ""));
        foreach (var fallback in report.Fallbacks.GroupBy(EveryLayer))
        {
            Fact("other than asked", fallback.Count() == 1 ? fallback.First() : $"{fallback.Key} ({fallback.Count()} tensors)");
        }

        if (report.Speed.Undefined is { } noSpeed && report.Reading.Undefined is not null)
        {
            Fact("speed", Undefined(noSpeed));
        }

        if (report.Vectors.Value is { } vectors)
        {
            Fact("vectors", $"cosine to the original's {Figure(vectors.MeanCosine)} in the mean, {Figure(vectors.LeastCosine)} at the least, of {vectors.Texts} texts ({vectors.Dimensions} numbers each)");
        }
        else if (report.Labels.Value is { } labels)
        {
            Fact(labels.Labels == 1 ? "scores" : "labels", $"{Figure(labels.MeanDifference)} apart in the mean, {Figure(labels.MaxDifference)} at most, of {labels.Texts} texts" + (labels.Labels == 1 ? "" : $"; same first choice {labels.SameLabel.ToString("0.0%", CultureInfo.InvariantCulture)}"));
        }
        else
        {
            WriteDivergence(report, Fact);
        }

        Fact("chat template", Shown(report.ChatTemplate, "conversations"));
        Fact("tokenizer", Shown(report.Tokenizer, "texts"));
        Fact("model", path);
        Fact("report", reportPath);
        terminal.Rich.Write(facts);

        void Row(string name, params string[] cells) => table.AddRow([name, .. cells]);
        void Fact(string name, string value) => facts.AddRow("[dim]" + name + "[/]", Markup.Escape(value));
    }

    private static void WriteDivergence(QuantizationReport report, Action<string, string> fact) =>
        fact("divergence", report.Divergence.Value is { } kl
            ? $"mean {Figure(kl.MeanKl)}, 99% under {Figure(kl.Kl99)}, at most {Figure(kl.MaxKl)} nats; same first choice {kl.SameTop.ToString("0.0%", CultureInfo.InvariantCulture)} of {kl.Tokens} tokens ({(report.Kind == ModelKind.SequenceToSequence.ToText() ? "answers of up to" : "windows of")} {kl.Window})"
            : Undefined(report.Divergence.Undefined));

    /// <summary>Only what was written.</summary>
    public static void WriteSizes(Terminal terminal, QuantizationResult result, long bytesBefore, bool asJson)
    {
        if (asJson)
        {
            terminal.WriteJson(new { path = result.Path, format = result.Format.ToString(), bytes_before = bytesBefore, bytes_after = new FileInfo(result.Path).Length, bits_per_weight = result.BitsPerWeight });
            return;
        }

        var table = NewTable();
        table.AddRow("size", Size(bytesBefore), Size(new FileInfo(result.Path).Length));
        terminal.Rich.Write(table);
        foreach (var fallback in result.Fallbacks.GroupBy(EveryLayer))
        {
            terminal.Output.WriteLine(fallback.Count() == 1 ? fallback.First() : $"{fallback.Key} ({fallback.Count()} tensors)");
        }

        terminal.Output.WriteLine(result.Path);
    }

    /// <summary>The line with a star in place of the layer's number, so that layers alike make one line.</summary>
    private static string EveryLayer(string line) =>
        line.Split('.', 3) is ["blk", var number, var rest] && int.TryParse(number, out _) ? "blk.*." + rest : line;

    private static Table NewTable() => new Table().Border(TableBorder.Simple).AddColumn("")
        .AddColumn(new TableColumn("before").RightAligned()).AddColumn(new TableColumn("after").RightAligned());

    private static string Shown(Measured<TextEquality> equality, string cases) => equality.Value switch
    {
        null => Undefined(equality.Undefined),
        { IsEqual: true } same => $"equal on {same.Cases} {cases}",
        var other => "DIFFERENT: " + string.Join("; ", other.Differences),
    };

    private static string Undefined(string? reason) => $"undefined, because {reason}";

    private static string Ratio(double after, double before) => "×" + (after / before).ToString("0.000", CultureInfo.InvariantCulture);

    private static string Number(double value) => value.ToString(value < 100 ? "0.0" : "0", CultureInfo.InvariantCulture);

    private static string Figure(double value) => value.ToString("0.######", CultureInfo.InvariantCulture);

    private static string Size(long bytes) => bytes < 1 << 20
        ? (bytes / 1024.0).ToString("0.0", CultureInfo.InvariantCulture) + " KiB"
        : (bytes / 1048576.0).ToString("0.0", CultureInfo.InvariantCulture) + " MiB";
}
