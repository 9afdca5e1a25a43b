using Gyre.Contracts;
using Gyre.Models.Architectures;
using Gyre.Models.Tokenizers;
using Gyre.Tensors;
using Gyre.Training.Recipes;

namespace Gyre.Training.Encoders;

/// <summary>The shape of a BERT to train from nothing.</summary>
internal sealed record EncoderModelRecipe
{
    /// <summary>The shortest wave of positions, in tokens.</summary>
    private const double ShortestWave = 8;

    /// <summary>What is left of the types' rows, so that words outweigh them.</summary>
    private const float TypeShare = 0.5f;

    public required int HiddenSize { get; init; }

    public required int Layers { get; init; }

    public required int Heads { get; init; }

    public required int FeedForwardSize { get; init; }

    public required int Context { get; init; }

    public required double InitialDeviation { get; init; }

    /// <summary>The score that equal and near tokens' attention begins with; 0 for random queries and keys as in the paper.</summary>
    public required double Matching { get; init; }

    /// <summary>Types of tokens mark the words that a passage shares with its question, and their shapes.</summary>
    public required bool MarksPassages { get; init; }

    public static EncoderModelRecipe Read(RecipeSection section)
    {
        var hidden = section.Integer("hidden_size", null, 8, 8192);
        var model = new EncoderModelRecipe
        {
            HiddenSize = hidden,
            Layers = section.Integer("layers", null, 1, 128),
            Heads = section.Integer("heads", null, 1, 256),
            FeedForwardSize = section.Integer("ffn_size", 4 * hidden, 8, 65536),
            Context = section.Integer("context", 256, 8, 8192),
            InitialDeviation = section.Number("init_deviation", 0.02, 1e-6, 1),
            Matching = section.Number("matching", 0, 0, 100),
            MarksPassages = section.Flag("passage_marks", false),
        };
        if (model.HiddenSize % model.Heads != 0)
        {
            section.Fault("heads", $"{model.Heads} heads do not divide hidden_size {model.HiddenSize}.");
        }

        section.Finish();
        return model;
    }

    public EncoderConfiguration Configure(ITokenizer tokenizer) => new()
    {
        Architecture = "bert",
        VocabularySize = tokenizer.VocabularySize,
        HiddenSize = HiddenSize,
        IntermediateSize = FeedForwardSize,
        Layers = Layers,
        Heads = Heads,
        Positions = Context,
        TokenTypes = MarksPassages ? EncoderConfiguration.PassageTypes : 2,
        MarksPassages = MarksPassages,
        Head = EncoderHead.MaskedWords,
        PaddingId = EncoderTokens.Of(tokenizer).Pad,
        InitialDeviation = (float)InitialDeviation,
    };

    /// <summary>
    /// Lets attention begin with a use: half of the heads see equal tokens, the other half near ones. Positions begin as
    /// sinusoids in the first quarter of the width, words in the rest; queries and keys begin equal, each head's in one of the two.
    /// Where passages are marked, every fourth head sees the question's tokens instead.
    /// </summary>
    /// <remarks>What a large model learns over long training, a small one that is trained for minutes may be given; every weight still moves.</remarks>
    public void Initialise(TrainableEncoder model, ulong seed)
    {
        if (Matching == 0)
        {
            return;
        }

        var weights = model.Weights.ToDictionary(weight => weight.Name, weight => weight.Value, StringComparer.Ordinal);
        var forPositions = HiddenSize / 4;
        var random = new SeededRandom(seed);
        ForEach("bert.embeddings.word_embeddings.weight", (value, _, column) => column < forPositions ? 0 : value);
        ForEach("bert.embeddings.token_type_embeddings.weight", (value, _, _) => value * TypeShare);
        if (MarksPassages)
        {
            JoinMarks(weights["bert.embeddings.token_type_embeddings.weight"].Span);
        }

        ForEach("bert.embeddings.position_embeddings.weight", (_, position, column) =>
        {
            if (column >= forPositions)
            {
                return 0;
            }

            var angle = 2 * Math.PI * position / (ShortestWave * Math.Pow(Context / ShortestWave, column / 2 / Math.Max(1.0, (forPositions / 2) - 1)));
            return (float)(Math.Sqrt(2) * InitialDeviation * (column % 2 == 0 ? Math.Sin(angle) : Math.Cos(angle)));
        });

        var headWidth = HiddenSize / Heads;
        for (var layer = 0; layer < Layers; layer++)
        {
            var name = $"bert.encoder.layer.{layer}.attention.self.query.weight";
            var (source, keys) = (random.Fork(name), weights[name.Replace(".query.", ".key.", StringComparison.Ordinal)]);
            ForEach(name, (value, row, column) =>
            {
                if (SeesQuestion(row / headWidth))
                {
                    return value;
                }

                // A normed token has variance 1 in each place; W of deviation s over n of them scores an equal token √D·s²·n.
                var seesWords = row / headWidth % 2 == 0;
                var places = seesWords ? HiddenSize - forPositions : forPositions;
                keys.Span[(row * HiddenSize) + column] = column < forPositions == seesWords ? 0 : (float)(source.NextGaussian() * Math.Sqrt(Matching / (Math.Sqrt(headWidth) * places)));
                return keys.Span[(row * HiddenSize) + column];
            });
            SeeQuestion(weights[name.Replace(".weight", ".bias", StringComparison.Ordinal)], keys);
        }

        // A passage type's row begins as the sum of rows of its features, so that what is learned of one serves all types that have it.
        void JoinMarks(Span<float> rows)
        {
            var source = random.Fork("marks");
            var features = Enumerable.Range(0, 1 + EncoderConfiguration.PassageFeatures).Select(_ => Enumerable.Range(0, HiddenSize).Select(_ => (float)(source.NextGaussian() * InitialDeviation * TypeShare)).ToArray()).ToArray();
            for (var type = 1; type < EncoderConfiguration.PassageTypes; type++)
            {
                var row = rows.Slice(type * HiddenSize, HiddenSize);
                features[^1].CopyTo(row);
                foreach (var feature in EncoderConfiguration.FeaturesOf(type))
                {
                    for (var column = 0; column < HiddenSize; column++)
                    {
                        row[column] += features[feature][column];
                    }
                }
            }
        }

        // Every token asks alike, for the type of the question's tokens: by their part along its row, of the variance that words and the row have.
        void SeeQuestion(Tensor queryBias, Tensor keys)
        {
            var row = weights["bert.embeddings.token_type_embeddings.weight"].Span[..HiddenSize];
            var norm = Math.Sqrt(row.ToArray().Sum(value => (double)value * value));
            var along = norm / Math.Sqrt((InitialDeviation * InitialDeviation) + (norm * norm / HiddenSize));
            var factor = (float)Math.Sqrt(Matching / (Math.Sqrt(headWidth) * along));
            foreach (var i in Enumerable.Range(0, HiddenSize).Where(i => SeesQuestion(i / headWidth)))
            {
                queryBias.Span[i] = factor;
                for (var column = 0; column < HiddenSize; column++)
                {
                    keys.Span[(i * HiddenSize) + column] += (float)(factor * row[column] / norm);
                }
            }
        }

        bool SeesQuestion(int head) => MarksPassages && head % 4 == 2;

        void ForEach(string name, Func<float, int, int, float> change)
        {
            var values = weights[name].Span;
            for (var i = 0; i < values.Length; i++)
            {
                values[i] = change(values[i], i / HiddenSize, i % HiddenSize);
            }
        }
    }
}
