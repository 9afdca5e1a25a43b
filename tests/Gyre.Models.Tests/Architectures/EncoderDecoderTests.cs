using System.Text.Json.Nodes;
using Gyre.Models.Architectures;
using Gyre.Models.Architectures.Engine;
using Gyre.Models.Generation;
using Gyre.Models.Weights;
using Gyre.Tensors.Threading;

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

    [Fact]
    public void Beam_answers_and_scores_equal_the_reference()
    {
        foreach (var name in Folders)
        {
            using var loaded = LoadedPairModel.Open(name);
            var golden = loaded.Golden["beam4"]!;
            var ends = (int)golden["eos_token_id"]!;
            var options = new BeamSearchOptions
            {
                Beams = (int)golden["num_beams"]!,
                Answers = (int)golden["num_return_sequences"]!,
                MaxTokens = (int)golden["max_new_tokens"]!,
                LengthPenalty = (float)golden["length_penalty"]!,
                StopsEarly = (bool)golden["early_stopping"]!,
                Rules = new AnswerRules
                {
                    BadWords = [.. (golden["bad_words_ids"]?.AsArray() ?? []).Select(word => Ids(word!))],
                    ForcedEndIds = golden["forced_eos_token_id"] is { } end ? [(int)end] : [],
                },
            };
            for (var row = 0; row < loaded.Sources.Length; row++)
            {
                using var read = loaded.Model.Read([loaded.Sources[row]])[0];
                using var decoder = new SourceDecoder(loaded.Model, read);
                var answers = new BeamSearch(decoder, loaded.Model.VocabularySize, [ends]).Run([loaded.Configuration.StartTokenId], options);
                answers.Count.ShouldBe(options.Answers);
                for (var rank = 0; rank < answers.Count; rank++)
                {
                    // The reference fills rows up with the padding token behind an end, and begins them with the start token.
                    var expected = Ids(golden["sequences"]![row]![rank]!)[1..];
                    expected[..answers[rank].Ids.Count].ShouldBe(answers[rank].Ids, $"{name}, source {row}, answer {rank}");
                    expected[answers[rank].Ids.Count..].ShouldAllBe(id => id == (int)golden["pad_token_id"]!);
                    answers[rank].Score.ShouldBe((double)golden["scores"]![row]![rank]!, 1e-4, $"{name}, source {row}, answer {rank}");
                }
            }
        }
    }

    /// <summary>Every answer is run token by token, in one piece, and in chunks; in every order the cache holds the same.</summary>
    [Fact]
    public void Answers_read_token_by_token_have_the_bits_of_answers_read_at_once()
    {
        foreach (var name in Folders)
        {
            using var loaded = LoadedPairModel.Open(name);
            using var chunked = LoadedPairModel.Open(name, chunk: 4);
            var (source, answer) = (loaded.Sources[0], loaded.Answers[0]);
            var expected = loaded.LogitsOf(source, answer);
            chunked.LogitsOf(source, answer).ShouldBe(expected, name);
            using var read = loaded.Model.Read([source])[0];
            using var session = loaded.Model.CreateSession(read, answer.Length);
            for (var i = 0; i < answer.Length; i++)
            {
                session.Forward([answer[i]]).ToArray().ShouldBe(expected[(i * loaded.Model.VocabularySize)..((i + 1) * loaded.Model.VocabularySize)], name);
            }
        }
    }

    [Fact]
    public void Sources_read_together_and_answers_run_together_have_the_bits_that_they_have_alone()
    {
        foreach (var name in Folders)
        {
            using var loaded = LoadedPairModel.Open(name);
            using var threads = LoadedPairModel.Open(name, threads: 3);
            int[][] expected = [.. loaded.Sources.Select((_, i) => loaded.Answers[i][..(3 + i)])];
            var alone = loaded.Sources.Zip(expected).Select(pair => threads.LogitsOf(pair.First, pair.Second)[^loaded.Model.VocabularySize..]).ToList();
            var sources = loaded.Model.Read([.. loaded.Sources, .. loaded.Sources]);
            var sessions = sources.Select(source => loaded.Model.CreateSession(source, 20)).ToList();
            var batch = new DecoderBatch();
            for (var i = 0; i < sessions.Count; i++)
            {
                sources[i].Dispose(); // The session holds what it needs of it.
                batch.Add(sessions[i], expected[i % expected.Length], LogitRows.Last);
            }

            loaded.Model.Forward(batch);
            for (var i = 0; i < sessions.Count; i++)
            {
                batch.Logits(i, 0).ToArray().ShouldBe(alone[i % alone.Count], $"{name}, session {i}");
            }

            sessions.ForEach(session => session.Dispose());
            loaded.Model.FreeCachedTokens.ShouldBe(loaded.Model.MaxCachedTokens, name);
        }
    }

    [Fact]
    public void A_token_of_an_answer_allocates_nothing()
    {
        foreach (var name in Folders)
        {
            using var loaded = LoadedPairModel.Open(name);
            using var read = loaded.Model.Read([loaded.Sources[0]])[0];
            using var session = loaded.Model.CreateSession(read, 60);
            var tokens = new int[1];
            for (var i = 0; i < 30; i++)
            {
                session.Forward(tokens);
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 20; i++)
            {
                session.Forward(tokens);
            }

            (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0, name);
        }
    }

    /// <summary>Weights widened and written are those of the file, and so are the configuration's values.</summary>
    [Fact]
    public void A_saved_model_answers_as_the_one_it_came_from()
    {
        foreach (var name in Folders)
        {
            var target = Directory.CreateTempSubdirectory("gyre-pairs-").FullName;
            try
            {
                using var loaded = LoadedPairModel.Open(name);
                using (var trained = new TrainedPairModel(loaded.Folder))
                {
                    trained.Model.Save(target);
                }

                var path = Path.Combine(target, "config.json");
                var again = EncoderDecoderConfiguration.FromHuggingFace(File.ReadAllText(path), path);
                again.ToHuggingFace().ShouldBe(loaded.Configuration.ToHuggingFace(), name);
                using var before = SafetensorsFolder.Open(loaded.Folder);
                using var after = SafetensorsFolder.Open(target);
                after.Names.Order().ShouldBe(before.Names.Order(), name);
                using var team = new ThreadTeam(2);
                using var model = EncoderDecoderLoader.Load(after, again, new DecoderOptions { Team = team });
                using var read = model.Read([loaded.Sources[1]])[0];
                using var session = model.CreateSession(read, 8);
                var logits = session.Forward(loaded.Answers[1][..4]).ToArray();
                var expected = loaded.LogitsOf(loaded.Sources[1], loaded.Answers[1][..4])[^logits.Length..];
                Close(logits, [.. expected.Select(value => (double)value)], loaded.Tolerance, name);
            }
            finally
            {
                Directory.Delete(target, recursive: true);
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
