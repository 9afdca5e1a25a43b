using Gyre.Models.Architectures;
using Gyre.Models.Catalog;
using Gyre.Models.Encoders;
using Gyre.Tensors;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Encoders;

/// <summary>A folder with the real tokenizer and sentence settings of all-MiniLM-L6-v2 and small random weights.</summary>
internal sealed class EncoderFolder : IDisposable
{
    public const int Width = 24;
    private readonly ThreadTeam _team = new(2);

    public EncoderFolder(EncoderHead head, bool hasSentenceFiles = false, int positions = 64, params string[] labels)
    {
        Path = Directory.CreateTempSubdirectory("gyre-encoder-").FullName;
        var source = TestData.Require("tokenizers/bert-all-MiniLM-L6-v2");
        string[] names = ["tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt"];
        foreach (var name in names)
        {
            File.Copy(System.IO.Path.Combine(source, name), At(name));
        }

        if (hasSentenceFiles)
        {
            Directory.CreateDirectory(At("1_Pooling"));
            string[] settings = ["modules.json", "sentence_bert_config.json", "config_sentence_transformers.json", "1_Pooling/config.json"];
            foreach (var name in settings)
            {
                // Copies of read-only files shall be changeable.
                File.WriteAllText(At(name), File.ReadAllText(System.IO.Path.Combine(source, name)));
            }
        }

        using var pool = new TensorPool();
        using var model = new TrainableEncoder(
            new EncoderConfiguration
            {
                Architecture = "bert",
                VocabularySize = 30_522,
                HiddenSize = Width,
                IntermediateSize = 40,
                Layers = 2,
                Heads = 3,
                Positions = positions,
                TokenTypes = 2,
                Head = head,
                Labels = labels,
                Problem = labels.Length == 1 ? ClassificationProblem.Regression : ClassificationProblem.SingleLabel,
                InitialDeviation = 0.3f,
            },
            pool,
            seed: 7);
        model.Save(Path);
    }

    public string Path { get; }

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public EncoderModel Load() => EncoderModel.Load(ModelFolder.Open(Path), "test", new EncoderOptions { Team = _team });

    /// <summary>A result for every token of a text or pair.</summary>
    public static float[][] Results(EncoderModel model, EncoderOutput output, string text, string? second = null)
    {
        var tokens = model.Tokenizer.EncodePair(text, second);
        var batch = new EncoderBatch();
        batch.AddAll([.. tokens.Ids], [.. tokens.TypeIds]);
        model.Encoder.Run(batch, output);
        return batch.Rows(0).ToArray().Chunk(batch.Width).ToArray();
    }

    public void Dispose()
    {
        Directory.Delete(Path, recursive: true);
        _team.Dispose();
    }
}
