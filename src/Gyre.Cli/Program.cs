using System.CommandLine;
using System.CommandLine.Help;
using System.Text;
using Gyre.Cli;
using Gyre.Cli.Verbs;

Console.OutputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);
var terminal = new Terminal(Console.Out, Console.Error);
var root = new RootCommand("Gyre: one .NET process that trains, runs and serves generative models.");
foreach (var verb in AllVerbs.Create())
{
    root.Subcommands.Add(verb.Build(terminal));
}

if (root.Options.OfType<HelpOption>().FirstOrDefault() is { Action: HelpAction standard } help)
{
    help.Action = new ExamplesHelp(standard);
}

var parse = root.Parse(args);
if (parse.Errors.Count > 0 && args.Contains("--json"))
{
    return terminal.Fail(new CliException("CLI0002", string.Join(' ', parse.Errors.Select(error => error.Message)) + " See --help."), isJson: true);
}

// Ctrl-C lets long work finish its step and save a checkpoint; the default of two seconds would cut it off.
var exit = await parse.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromMinutes(10) });
return parse.Errors.Count > 0 && exit == ExitCode.Negative ? ExitCode.Usage : exit;
