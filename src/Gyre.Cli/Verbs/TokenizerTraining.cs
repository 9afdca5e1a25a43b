using System.CommandLine;
using Gyre.Models.Tokenizers.Training;

namespace Gyre.Cli.Verbs;

/// <summary>The part of <c>gyre tokenize</c> that trains a new vocabulary.</summary>
internal sealed class TokenizerTraining
{
    private readonly Option<string?> _kind = new("--train") { Description = "Train a tokenizer on the text of --file: bpe, sentencepiece-bpe, wordpiece or unigram.", HelpName = "KIND" };

    private readonly Option<int> _size = new("--size") { Description = "With --train: the number of tokens.", HelpName = "N", DefaultValueFactory = _ => 8000 };

    private readonly Option<string?> _out = new("--out") { Description = "With --train: the folder to write tokenizer.json to.", HelpName = "DIR" };

    private readonly Option<bool> _bytes = new("--byte-fallback") { Description = "With --train unigram or sentencepiece-bpe: add a token for each byte." };

    private readonly Option<double> _coverage = new("--coverage") { Description = "With --train: the share of the text's characters that gets tokens.", HelpName = "SHARE", DefaultValueFactory = _ => 1 };

    /// <summary>The options to add to the verb.</summary>
    public IReadOnlyList<Option> Options => [_kind, _size, _out, _bytes, _coverage];

    /// <summary>True when the command line asks for training.</summary>
    public bool IsAsked(ParseResult parse) => parse.GetValue(_kind) is not null;

    /// <summary>Trains and writes.</summary>
    public int Run(ParseResult parse, string text, bool isJson, Terminal terminal, CancellationToken cancellationToken)
    {
        var kind = parse.GetValue(_kind) switch
        {
            "bpe" => VocabularyKind.ByteBpe,
            "sentencepiece-bpe" => VocabularyKind.SentencePieceBpe,
            "wordpiece" => VocabularyKind.WordPiece,
            "unigram" => VocabularyKind.Unigram,
            var other => throw new CliException("CLI0002", $"Training a tokenizer: found --train {other}, expected bpe, sentencepiece-bpe, wordpiece or unigram."),
        };
        var folder = parse.GetValue(_out) ?? throw new CliException("CLI0002", "Training a tokenizer needs --out DIR, the folder to write it to.");
        var options = new VocabularyTrainerOptions
        {
            Kind = kind, VocabularySize = parse.GetValue(_size), UsesByteTokens = parse.GetValue(_bytes), CharacterCoverage = parse.GetValue(_coverage),
        };
        var trained = new VocabularyTrainer(options).Train([text], isJson ? null : new Lines(terminal), cancellationToken);
        var path = trained.Save(folder);
        var ids = new List<int>();
        trained.ToTokenizer().Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);
        var perToken = text.Length / Math.Max(1.0, ids.Count);
        if (isJson)
        {
            terminal.WriteJson(new { path, kind = parse.GetValue(_kind), tokens = trained.Tokens.Count, charactersPerToken = perToken });
        }
        else
        {
            terminal.Output.WriteLine($"kind                  {parse.GetValue(_kind)}");
            terminal.Output.WriteLine($"tokens                {trained.Tokens.Count:N0}");
            terminal.Output.WriteLine($"characters per token  {perToken:0.00} on this text");
            terminal.Output.WriteLine($"written               {path}");
        }

        return ExitCode.Success;
    }

    private sealed class Lines(Terminal terminal) : IProgress<VocabularyTrainingProgress>
    {
        private string _last = "";

        // One line a phase and each pruning; merges come too often to be told one by one.
        public void Report(VocabularyTrainingProgress value)
        {
            if (value.Phase != _last || value.Phase == "prune")
            {
                terminal.Error.WriteLine(value.Wanted == 0 ? $"{value.Phase}: {value.Done:N0} characters" : $"{value.Phase}: {value.Done:N0} tokens (wanted {value.Wanted:N0})");
            }

            _last = value.Phase;
        }
    }
}
