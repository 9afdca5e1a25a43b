using System.CommandLine;
using System.Runtime.CompilerServices;
using Gyre.Models;
using Gyre.Models.Generation;
using Gyre.Server.Catalog;

namespace Gyre.Cli.Verbs;

/// <summary><c>gyre generate</c>: continues one prompt.</summary>
internal sealed class GenerateVerb() : Verb("generate", "Continue a prompt with a model.")
{
    private readonly Option<string> _model = new("--model")
    {
        Description = "An alias, an installed model, a model folder or a .gguf file.",
        HelpName = "MODEL",
        DefaultValueFactory = _ => "default",
    };

    private readonly Option<string?> _prompt = new("--prompt") { Description = "The text to continue.", HelpName = "TEXT" };

    private readonly Option<string?> _promptIds = new("--prompt-ids")
    {
        Description = "A file of token ids (JSON array, or numbers separated by blanks) to continue as they are.",
        HelpName = "FILE",
    };

    private readonly Option<int?> _maxTokens = new("--max-tokens") { Description = "The most tokens to generate (default: the alias's, else 256).", HelpName = "N" };

    private readonly Option<float?> _temperature = new("--temperature") { Description = "0 is greedy; up to 2 (default: the alias's, else 0.7).", HelpName = "T" };

    private readonly Option<float?> _topP = new("--top-p") { Description = "Keep the most likely tokens up to this probability (default: the alias's, else all).", HelpName = "P" };

    private readonly Option<int?> _topK = new("--top-k") { Description = "Keep the K most likely tokens; 0 keeps all (default: the alias's, else 0).", HelpName = "K" };

    private readonly Option<float?> _minP = new("--min-p") { Description = "Drop tokens below this share of the most likely one (default: the alias's, else none).", HelpName = "P" };

    private readonly Option<float?> _repetitionPenalty = new("--repetition-penalty") { Description = "1 is off (default: the alias's, else 1).", HelpName = "X" };

    private readonly Option<ulong?> _seed = new("--seed") { Description = "Fixes the sampled answer.", HelpName = "S" };

    private readonly Option<string[]> _stop = new("--stop") { Description = "End at this text (repeatable).", HelpName = "TEXT" };

    private readonly Option<int?> _logprobs = new("--logprobs") { Description = "Report log-probabilities with K alternatives per token (0 to 20).", HelpName = "K" };

    private readonly Option<int?> _beams = new("--beams") { Description = "Search for the most likely answer with N beams instead of sampling; of an alias's parameters only max_tokens holds then.", HelpName = "N" };

    private readonly Option<float> _lengthPenalty = new("--length-penalty") { Description = "With --beams: more than 0 favours long answers.", HelpName = "X", DefaultValueFactory = _ => 1f };

    private readonly Option<bool> _ignoreEnd = new("--ignore-end") { Description = "Go on past end tokens until --max-tokens." };

    private readonly FormOptions _form = new();

    private readonly Option<string?> _adapter = new("--adapter") { Description = "An adapter of the model: NAME=DIR, a PEFT folder, or a name in the data folder's adapters.", HelpName = "ADAPTER" };

    private readonly Option<string?> _data = NewDataOption();

    protected override IReadOnlyList<string> Examples =>
    [
        "gyre generate --prompt \"Once upon a time\" --max-tokens 60 --temperature 0",
        "gyre generate --model ./models/my-model --prompt \"Dear customer,\" --seed 7 --json",
        "gyre generate --prompt \"Dear customer,\" --adapter ./adapters/polite",
        "gyre generate --prompt \"Dear customer,\" --beams 4 --max-tokens 40",
        "gyre generate --prompt \"A shirt as JSON:\" --json-schema '{\"type\":\"object\",\"properties\":{\"price\":{\"type\":\"integer\"}},\"required\":[\"price\"]}'",
        "gyre generate --prompt \"Size:\" --regex \"(XS|S|M|L|XL)\" --max-tokens 4",
        "gyre generate --model tiny.gguf --prompt-ids ids.json --max-tokens 16 --temperature 0 --logprobs 5 --json",
    ];

    protected override void Configure(Command command)
    {
        foreach (var option in new Option[] { _model, _prompt, _promptIds, _maxTokens, _temperature, _topP, _topK, _minP, _repetitionPenalty, _seed, _stop, _logprobs, _beams, _lengthPenalty, _ignoreEnd, _adapter, _data })
        {
            command.Options.Add(option);
        }

        foreach (var option in _form.All)
        {
            command.Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(ParseResult parse, Terminal terminal, CancellationToken cancellationToken)
    {
        var isJson = parse.GetValue(Json);
        if (parse.GetValue(_prompt) is null == parse.GetValue(_promptIds) is null)
        {
            throw new CliException("CLI0002", "Generate needs exactly one of --prompt TEXT and --prompt-ids FILE.");
        }

        if (parse.GetValue(_beams) is null && parse.GetResult(_lengthPenalty) is { Implicit: false })
        {
            throw new CliException("CLI0002", "Generate needs --beams for --length-penalty: sampled answers have no score to weigh.");
        }

        using var models = new CliModels(DataFolder.Resolve(parse.GetValue(_data)));
        var options = OptionsOf(parse, models.FindAlias(parse.GetValue(_model)!)); // The option has a default.
        await using var model = await models.LoadAsync(parse.GetValue(_model)!, cancellationToken); // The option has a default.
        if (parse.GetValue(_adapter) is { } adapter)
        {
            options = options with { Adapter = await models.LoadAdapterAsync(model, adapter, cancellationToken) };
        }

        var prompt = parse.GetValue(_prompt) is { } text ? model.TokenizePrompt(text) : await TokenIdFile.ReadAsync(parse.GetValue(_promptIds)!, cancellationToken);
        var result = new GenerateResult(model);
        if (parse.GetValue(_beams) is null && model.SequenceToSequence is not null && parse.GetValue(_temperature) is null && models.FindAlias(parse.GetValue(_model)!) is null)
        {
            // Nothing was asked for: the model's own search or its most likely tokens.
            options = options with { Temperature = 0, MaxTokens = parse.GetValue(_maxTokens) ?? model.DefaultMaxTokens };
        }

        var updates = parse.GetValue(_beams) is { } beams ? Search(model, prompt, beams, parse, options, cancellationToken) : model.Generator.GenerateAsync(prompt, options, cancellationToken);
        await foreach (var update in updates)
        {
            result.Add(update);
            if (!isJson)
            {
                await terminal.Output.WriteAsync(update.Text);
                await terminal.Output.FlushAsync(cancellationToken);
            }
        }

        if (isJson)
        {
            terminal.WriteJson(result.ToJson());
        }
        else
        {
            await terminal.Output.WriteLineAsync();
            await terminal.Error.WriteLineAsync(result.Summary());
        }

        return ExitCode.Success;
    }

    /// <summary>The best answer of a beam search, as one update a token.</summary>
    private async IAsyncEnumerable<GenerationUpdate> Search(
        LanguageModel model, IReadOnlyList<int> prompt, int beams, ParseResult parse, GenerationOptions options, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        Option[] others = [.. _form.All, _temperature, _topP, _topK, _minP, _repetitionPenalty, _seed, _stop, _logprobs, _ignoreEnd];
        if (others.FirstOrDefault(option => parse.GetResult(option) is { Implicit: false }) is { } other)
        {
            throw new CliException("CLI0002", $"Generate cannot obey {other.Name} with --beams, which takes no choice by chance and scores whole answers; leave one of them out.");
        }

        if (options.Stop.Count > 0)
        {
            throw new CliException("CLI0002", $"Generate cannot obey the stop texts of the alias '{parse.GetValue(_model)}' with --beams, which scores whole answers; name its model instead of the alias.");
        }

        var ends = model.SequenceToSequence?.Settings.EndIds ?? (model.Generator is TextGenerator generator ? generator.EndIds : model.Tokenizer.EndIds);
        var start = TimeProvider.System.GetTimestamp();
        var best = (await Task.Run(() => Run(model, prompt, beams, parse, options, ends, cancellationToken), cancellationToken))[0];
        int[] shown = [.. best.Ids.Where(id => !ends.Contains(id))];
        yield return new GenerationUpdate { Text = model.Tokenizer.Decode(shown) };
        foreach (var id in best.Ids)
        {
            yield return new GenerationUpdate { TokenId = id };
        }

        yield return new GenerationUpdate
        {
            FinishReason = best.FinishReason,
            Usage = new GenerationUsage(prompt.Count, best.Ids.Count, 0, TimeSpan.Zero, TimeSpan.Zero, TimeProvider.System.GetElapsedTime(start)),
        };
    }

    private IReadOnlyList<BeamAnswer> Run(
        LanguageModel model, IReadOnlyList<int> prompt, int beams, ParseResult parse, GenerationOptions options, IReadOnlyList<int> ends, CancellationToken cancellationToken)
    {
        var wanted = new BeamSearchOptions { Adapter = options.Adapter, Beams = beams, MaxTokens = options.MaxTokens, LengthPenalty = parse.GetValue(_lengthPenalty) };
        if (model.SequenceToSequence is not { } pairs)
        {
            return new BeamSearch(model.Decoder, model.Tokenizer.VocabularySize, ends).Run(prompt, wanted, cancellationToken);
        }

        var own = pairs.Settings.Search;
        return pairs.Search(
            prompt,
            own with
            {
                Beams = beams,
                Answers = 1,
                MaxTokens = parse.GetValue(_maxTokens) ?? own.MaxTokens,
                LengthPenalty = parse.GetResult(_lengthPenalty) is { Implicit: false } ? wanted.LengthPenalty : own.LengthPenalty,
            },
            cancellationToken);
    }

    /// <summary>What the command line names; where it names nothing, the alias's parameters, as the server would take them.</summary>
    private GenerationOptions OptionsOf(ParseResult parse, AliasLookup? alias)
    {
        var basis = alias?.Options ?? new GenerationOptions { Temperature = 0.7f };
        return basis with
        {
            MaxTokens = parse.GetValue(_maxTokens) ?? alias?.MaxTokens ?? 256,
            Temperature = parse.GetValue(_temperature) ?? basis.Temperature,
            TopP = parse.GetValue(_topP) ?? basis.TopP,
            TopK = parse.GetValue(_topK) ?? basis.TopK,
            MinP = parse.GetValue(_minP) ?? basis.MinP,
            RepetitionPenalty = parse.GetValue(_repetitionPenalty) ?? basis.RepetitionPenalty,
            Seed = parse.GetValue(_seed) ?? basis.Seed,
            Stop = parse.GetValue(_stop) is { Length: > 0 } stop ? stop : basis.Stop,
            Logprobs = parse.GetValue(_logprobs),
            IgnoreEnd = parse.GetValue(_ignoreEnd),
            Constraint = _form.Read(parse),
        };
    }
}
