using Gyre.Models;
using Gyre.Models.Tokenizers;
using Gyre.Models.Tokenizers.Training;

namespace Gyre.Training.Translation;

/// <summary>A WordPiece tokenizer for each language, with the same four special tokens.</summary>
internal sealed record PairTokenizers(ITokenizer Source, ITokenizer Target)
{
    public const string SourceFile = "source_tokenizer.json";
    public const string TargetFile = "target_tokenizer.json";
    public const int PadId = 0;
    public const int StartId = 2;
    public const int EndId = 3;

    private static readonly string[] Specials = ["[PAD]", "[UNK]", "<s>", "</s>"];

    /// <summary>Trains both on the pairs to learn from and writes them into a folder.</summary>
    /// <remarks>Errors: TRN0042 a vocabulary is too small for the characters of its language.</remarks>
    public static void Train(TranslationRecipe recipe, IReadOnlyList<SentencePair> pairs, string folder, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        TrainOne(recipe.SourceVocabulary, pairs.Select(pair => pair.Source), SourceFile, "source");
        TrainOne(recipe.TargetVocabulary, pairs.Select(pair => pair.Target), TargetFile, "target");

        void TrainOne(int size, IEnumerable<string> texts, string file, string language)
        {
            try
            {
                var trainer = new VocabularyTrainer(new VocabularyTrainerOptions
                {
                    Kind = VocabularyKind.WordPiece, VocabularySize = size, SpecialTokens = Specials, LowersCase = recipe.LowersCase,
                });
                using var stream = new FileStream(Path.Combine(folder, file), FileMode.Create, FileAccess.Write, FileShare.None);
                trainer.Train(texts, progress: null, cancellationToken).WriteTokenizerJson(stream);
            }
            catch (ModelException error)
            {
                throw new TrainingException("TRN0042", $"Training the tokenizer of the {language} language failed: {error.Message} Raise tokenizers.{language}_vocabulary.", error);
            }
        }
    }

    /// <summary>Reads what <see cref="Train"/> wrote.</summary>
    /// <remarks>Errors: TRN0042 a file is missing or damaged.</remarks>
    public static PairTokenizers Load(string folder)
    {
        try
        {
            return new PairTokenizers(TokenizerLoader.FromFolder(Path.Combine(folder, SourceFile)), TokenizerLoader.FromFolder(Path.Combine(folder, TargetFile)));
        }
        catch (ModelException error)
        {
            throw new TrainingException("TRN0042", $"Reading the tokenizers in '{folder}' failed: {error.Message} Remove the run's data folder and run again with --resume.", error);
        }
    }

    /// <summary>The ids of a pair.</summary>
    public EncodedSentence Encode(SentencePair pair) => new(Encode(Source, pair.Source), Encode(Target, pair.Target));

    /// <summary>The ids of a text.</summary>
    public static int[] Encode(ITokenizer tokenizer, string text)
    {
        var ids = new List<int>();
        tokenizer.Encode(text, addSpecialTokens: false, parseSpecialTokens: false, ids);
        return [.. ids];
    }

    /// <summary>The text of ids of the target language, special tokens left out.</summary>
    public string TextOf(IEnumerable<int> ids) => Target.Decode([.. ids.Where(id => !Target.IsSpecial(id))]);
}
