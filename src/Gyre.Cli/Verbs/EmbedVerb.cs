using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Gyre.Models;
using Gyre.Models.Embeddings;
using Gyre.Models.Encoders;
using Microsoft.Extensions.AI;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre embed</c>: the vectors of texts.</summary>
internal sealed class EmbedVerb() : Verb("embed", "Turn texts into vectors with an embedding model.")
{
    /// <summary>So many texts are read and answered at a time, so that a long file streams.</summary>
    private const int TextsAtOnce = 1024;

    private static readonly JsonSerializerOptions Line = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Argument<string[]> _texts = new("TEXT") { Description = "The texts; without any, one a line from --file or standard input.", Arity = ArgumentArity.ZeroOrMore };

    private readonly Option<string> _model = new("--model") { Description = "An alias, an installed model, a model folder, or a .gguf file.", HelpName = "MODEL", Required = true };

    private readonly Option<string?> _file = new("--file") { Description = "A UTF-8 file with one text a line; - for standard input.", HelpName = "FILE" };

    private readonly Option<int?> _dimensions = new("--dimensions") { Description = "Keep the first N numbers of each vector, scaled to length 1.", HelpName = "N" };

    private readonly Option<string?> _prompt = new("--prompt") { Description = "The name of one of the model's prompts, for example query.", HelpName = "NAME" };

    private readonly Option<bool> _truncate = new("--truncate") { Description = "Cut texts that are too long instead of refusing them; each line says so." };

    private readonly Option<string?> _adapter = new("--adapter") { Description = "An adapter of the model: NAME=DIR, a PEFT folder, or a name in the data folder's adapters.", HelpName = "ADAPTER" };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre embed --model ./models/all-MiniLM-L6-v2 \"a blue dress\" \"a red shirt\"",
        "gyre embed --model minilm --file texts.txt --dimensions 128 > vectors.jsonl",
        "cat texts.txt | gyre embed --model minilm --truncate --json",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_texts);
        foreach (var option in new Option[] { _model, _file, _dimensions, _prompt, _truncate, _adapter, _data })
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var given = parse.GetValue(_texts) ?? [];
        if (given.Length > 0 && parse.GetValue(_file) is not null)
        {
            throw new CliException("CLI0002", "Embed takes texts as arguments or from --file, not both.");
        }

        using var models = new CliModels(DataFolder.Resolve(parse.GetValue(_data)));
        await using var model = await models.LoadAsync(parse.GetValue(_model)!, cancellationToken); // The option is required.
        var name = parse.GetValue(_adapter) is { } adapter
            ? await models.LoadAdapterAsync(model, adapter, cancellationToken)
            : models.FindAlias(parse.GetValue(_model)!)?.Options.Adapter; // The option is required.
        var adapted = name is null ? model : model.WithAdapter(name);
        var embedder = adapted.Embedder ?? throw new ModelException(
            "RUN0602", $"Embedding texts with '{model.Name}': it is a model for {model.Kind.ToText()} and makes no vectors. Choose an embedding model: 'gyre models' tells each one's kind.");
        var options = OptionsOf(parse);
        var rows = new List<Row>();
        var tokens = 0L;
        foreach (var texts in (given.Length > 0 ? given : ReadLines(parse.GetValue(_file) ?? "-")).Chunk(TextsAtOnce))
        {
            foreach (var row in await EmbedAsync(embedder, texts, options, rows.Count, cancellationToken))
            {
                tokens += row.Tokens;
                rows.Add(parse.GetValue(Json) ? row : row with { Embedding = [] });
                if (!parse.GetValue(Json))
                {
                    await terminal.Output.WriteLineAsync(JsonSerializer.Serialize(row, Line));
                }
            }
        }

        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new { model = model.Name, dimensions = options.Dimensions ?? embedder.Dimensions, tokens, embeddings = rows });
        }

        return ExitCode.Success;
    }

    private static async Task<IEnumerable<Row>> EmbedAsync(
        ITextEmbedder embedder, string[] texts, EmbeddingGenerationOptions options, int first, CancellationToken cancellationToken)
    {
        var vectors = await embedder.GenerateAsync(texts, options, cancellationToken);
        return vectors.Select((vector, i) => new Row(
            first + i,
            texts[i],
            vector.AdditionalProperties?["tokens"] as int? ?? 0,
            vector.AdditionalProperties?["truncated"] as bool? ?? false,
            vector.Vector.ToArray()));
    }

    private static IEnumerable<string> ReadLines(string path)
    {
        if (path == "-")
        {
            while (Console.In.ReadLine() is { } line)
            {
                yield return line;
            }

            yield break;
        }

        string[] lines;
        try
        {
            lines = File.ReadAllLines(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new CliException("CLI0003", $"Reading the texts failed: {error.Message} Give a readable file to --file.", error);
        }

        foreach (var line in lines)
        {
            yield return line;
        }
    }

    private EmbeddingGenerationOptions OptionsOf(ParseResult parse)
    {
        var further = new AdditionalPropertiesDictionary { ["truncate"] = parse.GetValue(_truncate) };
        if (parse.GetValue(_prompt) is { } prompt)
        {
            further["prompt_name"] = prompt;
        }

        return new EmbeddingGenerationOptions { Dimensions = parse.GetValue(_dimensions), AdditionalProperties = further };
    }

    private sealed record Row(int Index, string Text, int Tokens, bool Truncated, float[] Embedding);
}
