using Gyre.Models.Architectures;
using Gyre.Models.Weights;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Threading;

namespace Gyre.Models.Tests.Architectures;

/// <summary>Forms of the families for which there are no goldens: both executors agree, and what is written is read.</summary>
[Trait("kernel", "true")]
public sealed class DecoderVariantsTests
{
    private const int Ignored = -100;

    public static TheoryData<string> Names => [.. DecoderVariants.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_saved_model_generates_what_the_trained_one_scores(string name)
    {
        var folder = Directory.CreateTempSubdirectory("gyre-variant-").FullName;
        try
        {
            using var team = new ThreadTeam(2);
            using var pool = new TensorPool();
            using var model = new TrainableDecoder(DecoderVariants.All[name], pool, 11);
            Spread(model);
            model.Save(folder);
            using var weights = SafetensorsFolder.Open(folder);
            var path = Path.Combine(folder, "config.json");
            var read = DecoderConfiguration.FromHuggingFace(File.ReadAllText(path), path);
            read.ToHuggingFace().ShouldBe(model.Configuration.ToHuggingFace());
            using var decoder = DecoderLoader.Load(weights, read, new DecoderOptions { Team = team });
            using var session = decoder.CreateSession(12);
            int[] ids = [3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8];
            var logits = new float[ids.Length * decoder.VocabularySize];
            session.ForwardAll(ids, logits);
            var expected = -Logprobs.OfFollowing(logits, ids, decoder.VocabularySize).Average(value => (double)value);
            using var tape = new Tape(team, pool, isRecording: true);
            var loss = model.Loss(tape, ids, [.. ids[1..], Ignored], [], 1, ids.Length, 1f / (ids.Length - 1));
            ((double)loss.Span[0]).ShouldBe(expected, 1e-4);
            tape.Backward(loss);
            model.Parameters.ShouldAllBe(parameter => parameter.Value.Gradient != null);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Norms that are 1 and biases that are 0 would hide which is which.</summary>
    private static void Spread(TrainableDecoder model)
    {
        var i = 0;
        foreach (var parameter in model.Parameters.Where(parameter => !parameter.Decays))
        {
            foreach (ref var value in parameter.Value.Span)
            {
                value += 0.1f * ((i++ % 7) - 3);
            }
        }
    }
}
