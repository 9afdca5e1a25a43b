using System.CommandLine;
using Gyre.Models;
using Gyre.Models.Generation;
using Microsoft.Extensions.AI;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre chat</c>: a conversation in the terminal; reads standard input line by line.</summary>
internal sealed class ChatVerb() : Verb("chat", "Talk with a model in the terminal; answers stream, the conversation is remembered.")
{
    private readonly Option<string> _model = new("--model") { Description = "An alias, an installed model, a model folder or a .gguf file.", HelpName = "MODEL", DefaultValueFactory = _ => "default" };

    private readonly Option<string?> _system = new("--system") { Description = "A system prompt (default: the alias's own).", HelpName = "TEXT" };

    private readonly Option<string?> _once = new("--once") { Description = "Ask one thing, print the answer and end.", HelpName = "TEXT" };

    private readonly Option<int?> _maxTokens = new("--max-tokens") { Description = "The most tokens per answer (default: the alias's, else 256).", HelpName = "N" };

    private readonly Option<float?> _temperature = new("--temperature") { Description = "0 is greedy; up to 2 (default: the alias's, else 0.7).", HelpName = "T" };

    private readonly Option<long?> _seed = new("--seed") { Description = "Fixes the sampled answers.", HelpName = "S" };

    private readonly Option<string?> _schema = FormOptions.NewSchemaOption();

    private readonly Option<string?> _adapter = new("--adapter") { Description = "An adapter of the model: NAME=DIR, a PEFT folder, or a name in the data folder's adapters.", HelpName = "ADAPTER" };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre chat",
        "gyre chat --system \"You write for StyleSprint.\" --temperature 0",
        "gyre chat --once \"What is your returns policy?\" --json",
        "gyre chat --once \"Describe a red shirt.\" --json-schema product.json",
    ];

    protected override void Configure(Command command)
    {
        foreach (var option in new Option[] { _model, _system, _once, _maxTokens, _temperature, _seed, _schema, _adapter, _data })
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        if (parse.GetValue(Json) && parse.GetValue(_once) is null)
        {
            throw new CliException("CLI0002", "Chat writes JSON for one answer only; add --once TEXT.");
        }

        using var models = new CliModels(DataFolder.Resolve(parse.GetValue(_data)));
        await using var model = await models.LoadAsync(parse.GetValue(_model)!, cancellationToken); // The option has a default.
        using var client = new LanguageModelChatClient(model);
        var alias = models.FindAlias(parse.GetValue(_model)!); // The option has a default.
        var options = new ChatOptions
        {
            MaxOutputTokens = parse.GetValue(_maxTokens) ?? alias?.MaxTokens ?? 256,
            Temperature = parse.GetValue(_temperature) ?? alias?.Options.Temperature ?? 0.7f,
            TopP = alias?.Options.TopP,
            TopK = alias?.Options.TopK,
            FrequencyPenalty = alias?.Options.FrequencyPenalty,
            PresencePenalty = alias?.Options.PresencePenalty,
            StopSequences = alias is { Options.Stop.Count: > 0 } ? [.. alias.Options.Stop] : null,
            Seed = parse.GetValue(_seed),
            ResponseFormat = parse.GetValue(_schema) is { } schema ? ChatResponseFormat.ForJsonSchema(FormOptions.ReadSchema(schema)) : null,
            ModelId = parse.GetValue(_adapter) is { } adapter ? await models.LoadAdapterAsync(model, adapter, cancellationToken) : alias?.Options.Adapter,
        };
        if (alias is not null)
        {
            options.AdditionalProperties = new AdditionalPropertiesDictionary
            {
                ["min_p"] = alias.Options.MinP,
                ["typical_p"] = alias.Options.TypicalP,
                ["repetition_penalty"] = alias.Options.RepetitionPenalty,
            };
        }

        var conversation = new List<ChatMessage>();
        if ((parse.GetValue(_system) ?? alias?.System) is { Length: > 0 } system)
        {
            conversation.Add(new ChatMessage(ChatRole.System, system));
        }

        if (parse.GetValue(_once) is { } question)
        {
            conversation.Add(new ChatMessage(ChatRole.User, question));
            return await AnswerOnceAsync(client, conversation, options, terminal, parse.GetValue(Json), cancellationToken);
        }

        await terminal.Error.WriteLineAsync($"Talking with {model.Name}. /reset starts over, /exit or Ctrl-D ends.");
        await ConverseAsync(client, conversation, options, terminal, cancellationToken);
        return ExitCode.Success;
    }

    private static async Task<int> AnswerOnceAsync(
        IChatClient client,
        List<ChatMessage> conversation,
        ChatOptions options,
        Terminal terminal,
        bool isJson,
        CancellationToken cancellationToken)
    {
        if (!isJson)
        {
            await StreamAsync(client, conversation, options, terminal, cancellationToken);
            return ExitCode.Success;
        }

        var response = await client.GetResponseAsync(conversation, options, cancellationToken);
        terminal.WriteJson(new
        {
            model = response.ModelId,
            text = response.Text,
            finish_reason = response.FinishReason?.Value,
            usage = new { prompt_tokens = response.Usage?.InputTokenCount, completion_tokens = response.Usage?.OutputTokenCount },
        });
        return ExitCode.Success;
    }

    private static async Task ConverseAsync(
        IChatClient client,
        List<ChatMessage> conversation,
        ChatOptions options,
        Terminal terminal,
        CancellationToken cancellationToken)
    {
        var system = conversation.ToArray();
        while (!cancellationToken.IsCancellationRequested)
        {
            await terminal.Error.WriteAsync("\nyou  › ");
            var line = await Task.Run(Console.In.ReadLine, cancellationToken).WaitAsync(cancellationToken);
            if (line is null or "/exit" or "/quit")
            {
                return;
            }

            if (line == "/reset")
            {
                conversation.Clear();
                conversation.AddRange(system);
                await terminal.Error.WriteLineAsync("The conversation starts over.");
                continue;
            }

            if (line.Trim().Length == 0)
            {
                continue;
            }

            conversation.Add(new ChatMessage(ChatRole.User, line));
            await terminal.Error.WriteAsync("gyre › ");
            try
            {
                conversation.Add(new ChatMessage(ChatRole.Assistant, await StreamAsync(client, conversation, options, terminal, cancellationToken)));
            }
            catch (ModelException error)
            {
                // The question goes with its failure, so that the next one can be asked.
                conversation.RemoveAt(conversation.Count - 1);
                await terminal.Error.WriteLineAsync($"gyre: {error.Code}: {error.Message} Your last message was left out; /reset starts over.");
            }
        }
    }

    private static async Task<string> StreamAsync(
        IChatClient client,
        List<ChatMessage> conversation,
        ChatOptions options,
        Terminal terminal,
        CancellationToken cancellationToken)
    {
        var answer = new System.Text.StringBuilder();
        await foreach (var update in client.GetStreamingResponseAsync(conversation, options, cancellationToken))
        {
            answer.Append(update.Text);
            await terminal.Output.WriteAsync(update.Text);
            await terminal.Output.FlushAsync(cancellationToken);
        }

        await terminal.Output.WriteLineAsync();
        return answer.ToString();
    }
}
