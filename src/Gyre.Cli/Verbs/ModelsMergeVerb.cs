using System.CommandLine;
using Gyre.Cli.Training;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.Training.Bases;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre models merge</c>: an adapter becomes part of its base.</summary>
internal sealed class ModelsMergeVerb() : Verb("merge", "Make an adapter part of its base's weights and write the model.")
{
    private readonly Argument<string> _model = new("model") { Description = "The base: an installed model, an alias, a path or 'default'." };
    private readonly Option<string> _adapter = new("--adapter") { Description = "The adapter's folder, as PEFT and 'gyre finetune' write it.", HelpName = "DIR", Required = true };
    private readonly Option<string> _out = new("--out") { Description = "The folder to write; it must not exist.", HelpName = "DIR", Required = true };
    private readonly Option<string> _type = new("--type") { Description = "What a GGUF base's matrices are stored as: q8_0, f16 or f32.", HelpName = "TYPE", DefaultValueFactory = _ => "q8_0" };
    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
        ["gyre models merge default --adapter runs/brand/adapter --out models/store-writer", "gyre models merge ./my-base --adapter ./my-adapter --out ./my-model --json"];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_model);
        foreach (var option in (Option[])[_adapter, _out, _type, _data])
        {
            command.Options.Add(option);
        }
    }

    protected override Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var format = parse.GetValue(_type) switch
        {
            "q8_0" => ElementFormat.Q8_0,
            "f16" => ElementFormat.F16,
            "f32" => ElementFormat.F32,
            var other => throw new CliException("CLI0002", $"--type is '{other}'; expected q8_0, f16 or f32."),
        };

        // The argument and the options are required, so the parser has checked that they are there.
        var (model, adapter, folder) = (parse.GetValue(_model)!, parse.GetValue(_adapter)!, parse.GetValue(_out)!);
        var source = JobBase.PathOf(model, Environment.CurrentDirectory, DataFolder.Resolve(parse.GetValue(_data)));
        using var team = new ThreadTeam(Math.Clamp(Environment.ProcessorCount, 1, 64));
        AdapterMerging.Run(source, adapter, folder, format, team);
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { Base = source, Adapter = adapter, Folder = folder });
        }
        else
        {
            terminal.Output.WriteLine($"Merged '{adapter}' into '{model}': {folder}");
        }

        return Task.FromResult(ExitCode.Success);
    }
}
