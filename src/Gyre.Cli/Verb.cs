using System.CommandLine;

namespace Gyre.Cli;

/// <summary>The common frame of a verb: its command with examples, <c>--json</c>, and errors turned into exit codes.</summary>
internal abstract class Verb(string name, string description)
{
    /// <summary>Lines a user can copy; shown at the end of the help.</summary>
    protected abstract IReadOnlyList<string> Examples { get; }

    /// <summary>Verbs below this one; none by default.</summary>
    protected virtual IReadOnlyList<Verb> Verbs => [];

    protected Option<bool> Json { get; } = new("--json") { Description = "Write the result as JSON on standard output." };

    protected static Option<string?> NewDataOption() => new("--data")
    {
        Description = "The data folder (default: GYRE_DATA, or .gyre in your home folder).",
        HelpName = "DIR",
    };

    /// <summary>Builds the command; called once per process for the verb that runs and for help.</summary>
    public Command Build(Terminal terminal)
    {
        var command = new VerbCommand(name, description, Examples);
        command.Options.Add(Json);
        Configure(command);
        foreach (var verb in Verbs)
        {
            command.Subcommands.Add(verb.Build(terminal));
        }

        command.SetAction((parse, cancellationToken) => GuardAsync(parse, terminal, cancellationToken));
        return command;
    }

    protected abstract void Configure(Command command);

    protected abstract Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken);

    private async Task<int> GuardAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            return await RunAsync(parse, terminal, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync("gyre: interrupted.");
            return ExitCode.Interrupted;
        }
        catch (Exception failure)
        {
            return terminal.Fail(failure, parse.GetValue(Json));
        }
    }
}
