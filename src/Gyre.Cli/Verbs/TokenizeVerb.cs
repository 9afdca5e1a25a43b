using System.CommandLine;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre tokenize</c>: the ids of a text, or a new tokenizer trained on it.</summary>
internal sealed class TokenizeVerb() : Verb("tokenize", "Turn text into a model's token ids, or train a tokenizer.")
{
    private readonly Option<string> _model = new("--model") { Description = "An alias, an installed model, a model or tokenizer folder, or a .gguf file.", HelpName = "MODEL", DefaultValueFactory = _ => "default" };

    private readonly Option<string?> _text = new("--text") { Description = "The text.", HelpName = "TEXT" };

    private readonly Option<string?> _file = new("--file") { Description = "A UTF-8 file with the text.", HelpName = "FILE" };

    private readonly Option<bool> _special = new("--special") { Description = "Add begin and end tokens as the model does, and read special tokens in the text." };

    private readonly Option<string?> _data = NewDataOption();

    private readonly TokenizerTraining _training = new();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre tokenize --text \"Hello, world\"",
        "gyre tokenize --model ./models/my-model --file prompt.txt --json",
        "gyre tokenize --train unigram --file corpus.txt --size 8000 --out ./my-tokenizer",
    ];

    protected override void Configure(Command command)
    {
        foreach (var option in (IEnumerable<Option>)[_model, _text, _file, _special, _data, .. _training.Options])
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        if (parse.GetValue(_text) is null == parse.GetValue(_file) is null)
        {
            throw new CliException("CLI0002", "Tokenize needs exactly one of --text TEXT and --file FILE.");
        }

        var text = parse.GetValue(_text) ?? await ReadFileAsync(parse.GetValue(_file)!, cancellationToken);
        if (_training.IsAsked(parse))
        {
            return _training.Run(parse, text, parse.GetValue(Json), terminal, cancellationToken);
        }

        using var models = new CliModels(DataFolder.Resolve(parse.GetValue(_data)));
        var tokenizer = models.LoadTokenizer(parse.GetValue(_model)!); // The option has a default.
        var isSpecial = parse.GetValue(_special);
        var ids = new List<int>();
        tokenizer.Encode(text, isSpecial, isSpecial, ids);
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { ids, tokens = ids.Select(tokenizer.GetToken) });
        }
        else
        {
            foreach (var id in ids)
            {
                await terminal.Output.WriteLineAsync($"{id,7}  {tokenizer.GetToken(id)}");
            }
        }

        return ExitCode.Success;
    }

    private static async Task<string> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllTextAsync(path, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException("CLI0003", $"Reading the text failed: {error.Message} Give a readable file to --file.", error);
        }
    }
}
