using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Engine;

namespace Gyre.Models.Tests.Architectures;

/// <summary>What every encoder–decoder family is held to: float64 runs of the reference implementation (see each folder's SOURCE.md).</summary>
public abstract class EncoderDecoderTests
{
    /// <summary>Folders of the kit with models of the family.</summary>
    protected abstract string[] Folders { get; }

    [Fact]
    public void Encoder_states_equal_the_reference_at_every_layer()
    {
        foreach (var name in Folders)
        {
            using var loaded = LoadedPairModel.Open(name);
            var last = loaded.Arrays.Numbers("encoder_last_hidden_state");
            var layers = loaded.Configuration.EncoderLayers;
            for (var row = 0; row < loaded.Sources.Length; row++)
            {
                float[] final = [];
                using var read = loaded.Model.ReadObserved(loaded.Sources[row], (layer, hidden) =>
                {
                    // The reference's last entry is what its final norm gives, where there is one.
                    if (layer < layers)
                    {
                        Close(hidden, RowOf(loaded.Arrays.Numbers($"encoder_hidden_states.{layer}"), row, loaded.Sources.Length, hidden.Length), loaded.Tolerance, $"{name}, layer {layer}");
                    }

                    final = hidden.ToArray();
                });
                Close(final, RowOf(last, row, loaded.Sources.Length, final.Length), loaded.Tolerance, name);
                read.Length.ShouldBe(loaded.Sources[row].Length);
            }
        }
    }

    [Fact]
    public void Decoder_states_equal_the_reference_at_every_layer()
    {
        foreach (var name in Folders)
        {
            using var loaded = LoadedPairModel.Open(name);
            var layers = loaded.Configuration.DecoderLayers;
            for (var row = 0; row < loaded.Sources.Length; row++)
            {
                var answer = loaded.Answers[row];
                using var read = loaded.Model.Read([loaded.Sources[row]])[0];
                using var session = (EngineSession)loaded.Model.CreateSession(read, answer.Length);
                var seen = 0;
                session.ForwardObserved(answer, (layer, hidden) =>
                {
                    seen++;
                    if (layer < layers)
                    {
                        Close(hidden, RowOf(loaded.Arrays.Numbers($"decoder_hidden_states.{layer}"), row, loaded.Sources.Length, hidden.Length), loaded.Tolerance, $"{name}, layer {layer}");
                    }
                });
                seen.ShouldBe(layers + 1);
            }
        }
    }

    [Fact]
    public void Logits_and_token_logprobs_equal_the_reference()
    {
        foreach (var name in Folders)
        {
            using var loaded = LoadedPairModel.Open(name);
            var (expected, logprobs) = (loaded.Arrays.Numbers("logits"), loaded.Arrays.Numbers("decoder_token_logprobs"));
            for (var row = 0; row < loaded.Sources.Length; row++)
            {
                var logits = loaded.LogitsOf(loaded.Sources[row], loaded.Answers[row]);
                Close(logits, expected.AsSpan(row * logits.Length, logits.Length), loaded.Tolerance, name);
                var actual = Logprobs.OfFollowing(logits, loaded.Answers[row], loaded.Model.VocabularySize);
                Close(actual, logprobs.AsSpan(row * actual.Length, actual.Length), loaded.Tolerance, name);
            }
        }
    }

    [Fact]
    public void Greedy_answers_equal_the_reference()
    {
        foreach (var name in Folders)
        {
            using var loaded = LoadedPairModel.Open(name);
            var greedy = loaded.Golden["greedy"]!;
            ((int)greedy["decoder_start_token_id"]!).ShouldBe(loaded.Configuration.StartTokenId);
            var forbidden = (int?)greedy["bad_words_ids"]?[0]?[0];
            for (var row = 0; row < loaded.Sources.Length; row++)
            {
                var expected = Ids(greedy["new_ids"]![row]!);
                loaded.Greedy(loaded.Sources[row], expected.Length, forbidden).ShouldBe(expected, name);
            }
        }
    }

    /// <summary>Sources and answers of several lengths in one batch, which the tape fills up and the engine runs one by one.</summary>
    [Fact]
    public void The_loss_of_the_tape_is_the_cross_entropy_of_the_engine_s_logits()
    {
        foreach (var name in Folders)
        {
            using var loaded = LoadedPairModel.Open(name);
            using var trained = new TrainedPairModel(loaded.Folder);
            int[][] answers = [.. loaded.Answers.Select((row, i) => row[..^i])];
            loaded.Sources.Select(row => row.Length).Distinct().Count().ShouldBeGreaterThan(1);
            var expected = -loaded.Sources.Zip(answers)
                .SelectMany(pair => Logprobs.OfFollowing(loaded.LogitsOf(pair.First, pair.Second), pair.Second, loaded.Model.VocabularySize))
                .Average(value => (double)value);
            trained.Loss(loaded.Sources, answers).ShouldBe(expected, 1e-4, name);
            trained.Loss(loaded.Sources, loaded.Answers).ShouldBe(-loaded.Arrays.Numbers("decoder_token_logprobs").Average(), 1e-4, name);
        }
    }

    [Fact]
    public void The_loss_rises_along_its_gradient_as_steeply_as_the_gradient_is_long()
    {
        foreach (var name in Folders)
        {
            using var loaded = LoadedPairModel.Open(name);
            using var trained = new TrainedPairModel(loaded.Folder);
            var (norm, slope) = trained.SlopeAlongGradient(loaded.Sources[..2], loaded.Answers[..2]);
            slope.ShouldBe(norm, 0.01 * norm, name);
        }
    }

    [Fact]
    public void Recomputing_layers_changes_no_bit_of_the_gradients()
    {
        foreach (var name in Folders)
        {
            using var loaded = LoadedPairModel.Open(name);
            using var trained = new TrainedPairModel(loaded.Folder);
            var plain = trained.Gradients(loaded.Sources[..2], loaded.Answers[..2]);
            trained.Model.ActivationCheckpointing = true;
            var again = trained.Gradients(loaded.Sources[..2], loaded.Answers[..2]);
            for (var p = 0; p < plain.Length; p++)
            {
                again[p].ShouldBe(plain[p], $"{name}, {trained.Model.Parameters[p].Name}");
            }
        }
    }

    internal static int[] Ids(JsonNode node) => [.. node.AsArray().Select(item => (int)item!)];

    internal static void Close(ReadOnlySpan<float> actual, ReadOnlySpan<double> expected, double tolerance, string what)
    {
        actual.Length.ShouldBe(expected.Length, what);
        var worst = 0.0;
        for (var i = 0; i < actual.Length; i++)
        {
            worst = Math.Max(worst, Math.Abs(actual[i] - expected[i]));
            float.IsFinite(actual[i]).ShouldBeTrue(what);
        }

        worst.ShouldBeLessThanOrEqualTo(tolerance, what);
    }

    /// <summary>The first numbers of a row of a batch: those of its real tokens, which stand first.</summary>
    private static ReadOnlySpan<double> RowOf(double[] batch, int row, int rows, int count) =>
        batch.AsSpan(row * (batch.Length / rows), count);
}
