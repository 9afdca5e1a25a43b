using System.CommandLine;
using Gyre.Cli.Training;
using Gyre.Training.Bases;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre models convert-adapter</c>: an adapter as llama.cpp reads it.</summary>
internal sealed class ModelsConvertAdapterVerb() : Verb("convert-adapter", "Write an adapter as a GGUF file that llama.cpp loads beside the base (--lora).")
{
    private readonly Argument<string> _model = new("model") { Description = "The base: an installed model, an alias, a path or 'default'." };
    private readonly Option<string> _adapter = new("--adapter") { Description = "The adapter's folder, as PEFT and 'gyre finetune' write it: LoRA, rsLoRA or AdaLoRA.", HelpName = "DIR", Required = true };
    private readonly Option<string> _out = new("--out") { Description = "The GGUF file to write; it must not exist.", HelpName = "FILE", Required = true };
    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
        ["gyre models convert-adapter default --adapter runs/brand/adapter --out brand.gguf", "gyre models convert-adapter ./my-base --adapter ./my-adapter --out my-adapter.gguf --json"];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_model);
        foreach (var option in (Option[])[_adapter, _out, _data])
        {
            command.Options.Add(option);
        }
    }

    protected override Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        // The argument and the options are required, so the parser has checked that they are there.
        var (model, adapter, file) = (parse.GetValue(_model)!, parse.GetValue(_adapter)!, parse.GetValue(_out)!);
        var source = JobBase.PathOf(model, Environment.CurrentDirectory, DataFolder.Resolve(parse.GetValue(_data)));
        AdapterConversion.WriteGguf(source, adapter, file);
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { Base = source, Adapter = adapter, File = file });
        }
        else
        {
            terminal.Output.WriteLine($"Wrote '{adapter}' as {file}; llama.cpp takes it beside '{model}' with --lora.");
        }

        return Task.FromResult(ExitCode.Success);
    }
}
