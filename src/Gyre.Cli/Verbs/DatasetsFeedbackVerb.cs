using System.CommandLine;
using Gyre.Evaluation.Endpoints;
using Gyre.Evaluation.Judges;
using Gyre.Evaluation.Replies;
using Gyre.Models.Generation;
using Gyre.Training.Alignment.Feedback;
using Gyre.Training.Alignment.Pairs;
using Microsoft.Extensions.AI;
using Spectre.Console;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre datasets feedback</c>: preference pairs that a model makes from prompts by the principles of a file.</summary>
internal sealed class DatasetsFeedbackVerb() : Verb("feedback", "Make preference pairs by AI feedback: a model answers, criticises itself by a constitution, revises, and compares.")
{
    private static readonly TimeSpan RequestTime = TimeSpan.FromMinutes(10);

    private readonly Argument<string> _prompts = new("PROMPTS") { Description = "The prompts, JSON Lines: {\"prompt\": text or messages} a line." };
    private readonly Option<string> _constitution = new("--constitution") { Description = "The principles, a YAML file; samples/constitution-shop.yaml is one.", HelpName = "FILE", Required = true };
    private readonly Option<string> _out = new("--out") { Description = "Where the pairs go, JSON Lines that 'gyre align' reads as data.files.", HelpName = "FILE", Required = true };
    private readonly Option<string?> _model = new("--model") { Description = "Who answers, criticises and compares: an alias, an installed model, a model folder or a .gguf file (default: default).", HelpName = "MODEL" };
    private readonly Option<string?> _url = new("--url") { Description = "A server with OpenAI's API instead of a model: http://localhost:5080.", HelpName = "URL" };
    private readonly Option<string?> _served = new("--served-model") { Description = "The model's name on that server.", HelpName = "NAME" };
    private readonly Option<string?> _key = new("--api-key-env") { Description = "The environment variable that holds the server's key.", HelpName = "VARIABLE" };
    private readonly Option<int> _rounds = new("--rounds") { Description = "Critiques and revisions of each answer, 1 to 8.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<int> _tokens = new("--max-tokens") { Description = "The most tokens of a reply.", HelpName = "N", DefaultValueFactory = _ => 512 };
    private readonly Option<int> _reason = new("--max-reason") { Description = "The most characters of a comparison's reason; few for models with a short context.", HelpName = "N", DefaultValueFactory = _ => 100 };
    private readonly Option<int> _limit = new("--limit") { Description = "The first N prompts alone; 0 for all.", HelpName = "N" };
    private readonly Option<long> _seed = new("--seed") { Description = "Fixes which principle each prompt gets.", HelpName = "N", DefaultValueFactory = _ => 1 };
    private readonly Option<long> _calls = new("--max-calls") { Description = "No further prompt is begun after so many calls; 0 for no limit.", HelpName = "N" };
    private readonly Option<double> _input = new("--input-price") { Description = "What a million tokens read cost.", HelpName = "PRICE" };
    private readonly Option<double> _output = new("--output-price") { Description = "What a million tokens written cost.", HelpName = "PRICE" };
    private readonly Option<double> _cost = new("--max-cost") { Description = "No further prompt is begun after so much cost; 0 for no limit.", HelpName = "PRICE" };
    private readonly Option<string?> _replies = new("--replies") { Description = "The file that keeps every reply, from which the same command goes on (default: beside the pairs).", HelpName = "FILE" };
    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre datasets feedback prompts.jsonl --constitution samples/constitution-shop.yaml --out pairs.jsonl --model my-model.gguf",
        "gyre datasets feedback prompts.jsonl --constitution ours.yaml --out pairs.jsonl --url https://example.com/v1 --served-model big --api-key-env BIG_KEY",
        "gyre datasets feedback prompts.jsonl --constitution ours.yaml --out pairs.jsonl --max-calls 500 --input-price 0.5 --output-price 2 --max-cost 1",
    ];

    protected override void Configure(Command command)
    {
        command.Arguments.Add(_prompts);
        foreach (var option in (Option[])[_constitution, _out, _model, _url, _served, _key, _rounds, _tokens, _reason, _limit, _seed, _calls, _input, _output, _cost, _replies, _data])
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        // The argument and the options are required, so the parser has checked that they are there.
        var (file, pairs) = (parse.GetValue(_prompts)!, parse.GetValue(_out)!);
        var key = CheckOptions(parse);
        var constitution = Constitution.Load(parse.GetValue(_constitution)!);
        IReadOnlyList<TaskPrompt> prompts = AlignmentFile.ReadPrompts(file);
        prompts = parse.GetValue(_limit) is > 0 and var limit ? [.. prompts.Take(limit)] : prompts;

        using var models = new CliModels(DataFolder.Resolve(parse.GetValue(_data)));
        await using var model = parse.GetValue(_url) is null ? await models.LoadAsync(parse.GetValue(_model) ?? CliModels.Default, cancellationToken) : null;
        using var http = parse.GetValue(_url) is { } url ? OpenAiServer.Connect(url, key, RequestTime) : null;
        using IChatClient client = model is not null
            ? new LanguageModelChatClient(model)
            : new OpenAiChatClient(http!, new OpenAiChatOptions { Model = parse.GetValue(_served)! }, TimeProvider.System); // Checked: without a model there is a server and a name.
        var path = parse.GetValue(_replies) ?? pairs + ".replies.jsonl";
        using var replies = ReplyCache.Open(path);
        using var meter = new FeedbackMeter(client);
        using var kept = new KeptChatClient(meter, replies, model?.Digest ?? ((OpenAiChatClient)client).Digest, TimeProvider.System);
        var feedback = new ConstitutionalFeedback(
            constitution,
            kept,
            new JudgeModel(kept, new JudgeOptions { MaxReasonLength = parse.GetValue(_reason) }),
            new FeedbackOptions { Seed = (ulong)parse.GetValue(_seed), Rounds = parse.GetValue(_rounds), MaxTokens = parse.GetValue(_tokens) });
        FeedbackResult result;
        try
        {
            result = await feedback.RunAsync(prompts, new Progress(terminal, prompts.Count, meter), cancellationToken, () => MayBegin(parse, meter));
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await terminal.Error.WriteLineAsync($"Interrupted; every reply is kept in {path}, and the same command goes on from there.");
            return ExitCode.Interrupted;
        }

        PreferenceWriter.Write(pairs, result.Pairs);
        Write(parse, terminal, pairs, result, meter, kept);
        return result.IsPartial ? ExitCode.Negative : ExitCode.Success;
    }

    /// <summary>Refuses options that do not fit; the server's key, if one is named.</summary>
    private string? CheckOptions(ParseResult parse)
    {
        var (url, served) = (parse.GetValue(_url), parse.GetValue(_served));
        Refuse(url is not null && parse.GetValue(_model) is not null, "--url was given together with --model; expected a server or a model.");
        Refuse(url is not null && string.IsNullOrWhiteSpace(served), "--url was given without --served-model; expected the model's name on that server.");
        Refuse(url is null && (served ?? parse.GetValue(_key)) is not null, "--served-model or --api-key-env was given without --url; expected the server's address.");
        Refuse(parse.GetValue(_rounds) is < 1 or > 8, $"--rounds is {parse.GetValue(_rounds)}; expected 1 to 8.");
        Refuse(parse.GetValue(_tokens) is < 1 or > 1 << 20, $"--max-tokens is {parse.GetValue(_tokens)}; expected 1 to {1 << 20}.");
        Refuse(parse.GetValue(_reason) is < 20 or > 2000, $"--max-reason is {parse.GetValue(_reason)}; expected 20 to 2000.");
        Refuse(parse.GetValue(_limit) < 0 || parse.GetValue(_calls) < 0 || parse.GetValue(_seed) < 0, "--limit, --max-calls or --seed is negative; expected 0 or more.");
        Refuse(!(parse.GetValue(_input) >= 0 && parse.GetValue(_output) >= 0 && parse.GetValue(_cost) >= 0), "A price is negative or no number; expected 0 or more.");
        Refuse(parse.GetValue(_cost) > 0 && parse.GetValue(_input) + parse.GetValue(_output) == 0, "--max-cost was given without --input-price or --output-price; expected what a million tokens cost.");
        return parse.GetValue(_key) is { } variable
            ? Environment.GetEnvironmentVariable(variable) ?? throw new CliException("CLI0002", $"--api-key-env is '{variable}', and the environment has no such variable; expected one that holds the key.")
            : null;
    }

    private bool MayBegin(ParseResult parse, FeedbackMeter meter) =>
        (parse.GetValue(_calls) == 0 || meter.Calls < parse.GetValue(_calls)) && (parse.GetValue(_cost) == 0 || CostOf(parse, meter) < parse.GetValue(_cost));

    private double CostOf(ParseResult parse, FeedbackMeter meter) =>
        ((meter.InputTokens * parse.GetValue(_input)) + (meter.OutputTokens * parse.GetValue(_output))) / 1e6;

    private void Write(ParseResult parse, Terminal terminal, string file, FeedbackResult result, FeedbackMeter meter, KeptChatClient kept)
    {
        var cost = parse.GetValue(_input) + parse.GetValue(_output) > 0 ? CostOf(parse, meter) : (double?)null;
        if (parse.GetValue(Json))
        {
            terminal.WriteJson(new
            {
                file, pairs = result.Pairs.Count, result.Prompts, result.Done, result.IsPartial, result.Ties, result.Unreadable, result.Failed, result.Fault, meter.Calls, kept.Kept, meter.InputTokens, meter.OutputTokens, cost,
            });
            return;
        }

        var table = new Table().Border(TableBorder.Rounded).HideHeaders().AddColumns("", "");
        table.AddRow("pairs", $"{result.Pairs.Count:N0} of {result.Done:N0} prompts; {result.Ties:N0} ties, {result.Unreadable:N0} unreadable, {result.Failed:N0} failed");
        if (result.Fault.Length > 0)
        {
            table.AddRow("the first without", Markup.Escape(result.Fault));
        }

        table.AddRow("calls", $"{meter.Calls:N0} asked, {kept.Kept:N0} kept from before; {meter.InputTokens:N0} tokens read, {meter.OutputTokens:N0} written{(cost is { } price ? $"; cost {price:0.####}" : "")}");
        table.AddRow("file", Markup.Escape(file));
        terminal.Rich.Write(table);
        if (result.IsPartial)
        {
            terminal.Error.WriteLine($"Only {result.Done:N0} of {result.Prompts:N0} prompts were worked on: a limit was reached, or calls kept failing. The same command with a higher limit goes on from there.");
        }
    }

    private static void Refuse(bool isFault, string message)
    {
        if (isFault)
        {
            throw new CliException("CLI0002", message);
        }
    }

    /// <summary>A line that is written over, or a line for each tenth where it cannot be.</summary>
    private sealed class Progress(Terminal terminal, int count, FeedbackMeter meter) : IProgress<int>
    {
        private readonly bool _isInteractive = terminal.RichError.Profile.Capabilities.Interactive;

        public void Report(int value)
        {
            if (_isInteractive)
            {
                terminal.Error.Write($"\r{value:N0} of {count:N0} prompts, {meter.Calls:N0} calls {(value == count ? "\n" : "")}");
            }
            else if (value * 10 / count != (value - 1) * 10 / count)
            {
                terminal.Error.WriteLine($"{value:N0} of {count:N0} prompts, {meter.Calls:N0} calls");
            }
        }
    }
}
