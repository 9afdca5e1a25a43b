using System.CommandLine;
using Gyre.Cli.Ratings;
using Gyre.Evaluation.Reports;
using Gyre.Server.Ratings;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre ratings show</c>: progress, and what a campaign found.</summary>
internal sealed class RatingsShowVerb() : Verb("show", "Show how far a campaign is and what it found: candidates, agreement, consistency, sides, a judge.")
{
    private readonly Argument<string> _name = new("NAME") { Description = "The campaign." };
    private readonly Option<bool> _unblind = new("--unblind") { Description = "Show results although the campaign is open; that is kept with it." };
    private readonly Option<string?> _judge = new("--judge") { Description = "Compare people with a judge: an experiment's folder or rows.jsonl whose scores are the judge's, or what 'gyre judge --rows' wrote for an export by item.", HelpName = "DIR" };
    private readonly Option<string?> _scorer = new("--scorer") { Description = "Which of its scorers is the judge.", HelpName = "NAME" };
    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre ratings show tone",
        "gyre ratings show tone --unblind --json",
        "gyre ratings show tone --judge runs/tone --scorer rubric-quality",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_name);
        foreach (var option in (Option[])[_unblind, _judge, _scorer, _data])
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var name = parse.GetValue(_name)!; // The parser demands the argument.
        var isJson = parse.GetValue(Json);
        using var ratings = RatingDatabase.Open(DataFolder.Resolve(parse.GetValue(_data)));
        var overview = await ratings.Store.FindAsync(name, cancellationToken);
        if (overview is { Campaign.IsOpen: true } && !parse.GetValue(_unblind))
        {
            if (parse.GetValue(_judge) is not null)
            {
                throw new CliException("CLI0002", "--judge compares results, and the campaign is open; add --unblind, or close it first.");
            }

            if (isJson)
            {
                terminal.WriteJson(new { campaign = name, overview.Campaign.IsOpen, overview.Progress });
                return ExitCode.Success;
            }

            RatingView.Progress(terminal, overview);
            await terminal.Output.WriteLineAsync("Results name the candidates; add --unblind to see them while people still rate.");
            return ExitCode.Success;
        }

        var results = await ratings.Store.ReadResultsAsync(name, parse.GetValue(_unblind), cancellationToken);
        var report = RatingAnalysis.Of(results, Verdicts(parse), cancellationToken);
        if (isJson)
        {
            terminal.WriteJson(report);
            return ExitCode.Success;
        }

        RatingView.Progress(terminal, new(results.Campaign, results.Progress));
        RatingView.Results(terminal, report);
        return ExitCode.Success;
    }

    private JudgeVerdicts? Verdicts(ParseResult parse)
    {
        if (parse.GetValue(_judge) is not { } from)
        {
            return parse.GetValue(_scorer) is null ? null : throw new CliException("CLI0002", "--scorer names a scorer of the file that --judge names; add --judge.");
        }

        var path = Directory.Exists(from) ? Path.Combine(from, ReportFolder.RowsName) : from;
        return JudgeVerdicts.Read(path, parse.GetValue(_scorer), out var scorers) ?? throw new CliException(
            "CLI0002", $"--scorer is {(parse.GetValue(_scorer) is { } scorer ? $"'{scorer}'" : "not given")}; expected one of {(scorers.Count == 0 ? "the scorers of the file, which has none" : string.Join(", ", scorers))}. File: {path}.");
    }
}
