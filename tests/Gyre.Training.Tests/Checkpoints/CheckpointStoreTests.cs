using Gyre.Training.Checkpoints;
using Gyre.Training.Packing;

namespace Gyre.Training.Tests.Checkpoints;

public sealed class CheckpointStoreTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly List<string> _warnings = [];

    [Fact]
    public void What_was_saved_comes_back_bit_for_bit()
    {
        var store = new CheckpointStore(_folder.Path, 2);
        var state = State(7) with { BestLoss = 1.25, BestStep = 5, WithoutImprovement = 1, LossSum = 0.1 + 0.2 };
        store.Save(state, Tensors("w", 0.1f), Tensors("m", 0.2f));
        var weights = Tensors("w", 0);
        var moments = Tensors("m", 0);

        var loaded = store.LoadNewest(weights, moments, Warn).ShouldNotBeNull();

        (loaded with { Digests = state.Digests, SampleRandom = state.SampleRandom }).ShouldBe(state);
        loaded.SampleRandom.ShouldBe(state.SampleRandom);
        weights[1].Values().ToArray().ShouldBe(Tensors("w", 0.1f)[1].Values().ToArray());
        moments[0].Values().ToArray().ShouldBe(Tensors("m", 0.2f)[0].Values().ToArray());
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public void An_empty_folder_has_nothing_to_load() =>
        new CheckpointStore(_folder.In("none"), 2).LoadNewest(Tensors("w", 0), Tensors("m", 0), Warn).ShouldBeNull();

    [Fact]
    public void The_newest_ones_and_the_best_are_kept()
    {
        var store = new CheckpointStore(_folder.Path, 2);
        for (var step = 1; step <= 5; step++)
        {
            store.SaveBest(State(step) with { BestStep = step }, Tensors("w", step));
            store.Save(State(step) with { BestStep = Math.Min(step, 3) }, Tensors("w", step), Tensors("m", step));
        }

        Directory.GetDirectories(_folder.Path).Select(Path.GetFileName).ShouldBe(["best-00000003", "step-00000004", "step-00000005"], ignoreOrder: true);
        var weights = Tensors("w", 0);
        store.TryLoadBest(3, weights, out _).ShouldBeTrue();
        weights[0].Values()[0].ShouldBe(3f);
        store.TryLoadBest(4, weights, out var reason).ShouldBeFalse();
        reason.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("weights.safetensors")]
    [InlineData("moments.safetensors")]
    [InlineData("state.json")]
    public void A_damaged_checkpoint_falls_back_to_the_one_before_and_says_so(string file)
    {
        var store = new CheckpointStore(_folder.Path, 2);
        store.Save(State(1), Tensors("w", 1), Tensors("m", 1));
        var newest = store.Save(State(2), Tensors("w", 2), Tensors("m", 2));
        var bytes = File.ReadAllBytes(Path.Combine(newest, file));
        File.WriteAllBytes(Path.Combine(newest, file), bytes[..^3]);
        var weights = Tensors("w", 0);

        store.LoadNewest(weights, Tensors("m", 0), Warn).ShouldNotBeNull().Step.ShouldBe(1);

        weights[0].Values()[0].ShouldBe(1f);
        _warnings.ShouldHaveSingleItem().ShouldContain("step-00000002");
    }

    [Fact]
    public void When_no_checkpoint_is_whole_the_run_is_not_started_again_in_silence()
    {
        var store = new CheckpointStore(_folder.Path, 2);
        File.Delete(Path.Combine(store.Save(State(1), Tensors("w", 1), Tensors("m", 1)), "weights.safetensors"));

        Should.Throw<TrainingException>(() => store.LoadNewest(Tensors("w", 0), Tensors("m", 0), Warn)).Code.ShouldBe("TRN0022");
    }

    [Fact]
    public void A_checkpoint_of_another_shape_is_not_loaded()
    {
        var store = new CheckpointStore(_folder.Path, 2);
        store.Save(State(1), Tensors("w", 1), Tensors("m", 1));

        Should.Throw<TrainingException>(() => store.LoadNewest(Tensors("other", 0), Tensors("m", 0), Warn)).Code.ShouldBe("TRN0022");
        _warnings.ShouldHaveSingleItem().ShouldContain("other names or shapes");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(200)]
    [InlineData(500)]
    public void A_full_disk_leaves_the_previous_checkpoint_valid(int freeBytes)
    {
        new CheckpointStore(_folder.Path, 2).Save(State(1), Tensors("w", 1), Tensors("m", 1));
        var free = freeBytes;
        var full = new CheckpointStore(_folder.Path, 2, path => new FullDisk(path, () => free, count => free -= count));

        var error = Should.Throw<TrainingException>(() => full.Save(State(2), Tensors("w", 2), Tensors("m", 2)));

        error.Code.ShouldBe("TRN0020");
        error.Message.ShouldContain("step-00000001' is untouched");
        Directory.GetDirectories(_folder.Path).ShouldHaveSingleItem();
        full.LoadNewest(Tensors("w", 0), Tensors("m", 0), Warn).ShouldNotBeNull().Step.ShouldBe(1);
        _warnings.ShouldBeEmpty();
    }

    [Fact]
    public void Remains_of_a_killed_process_are_not_checkpoints()
    {
        var store = new CheckpointStore(_folder.Path, 2);
        store.Save(State(1), Tensors("w", 1), Tensors("m", 1));
        Directory.CreateDirectory(_folder.In("step-00000002.part"));

        store.LoadNewest(Tensors("w", 0), Tensors("m", 0), Warn).ShouldNotBeNull().Step.ShouldBe(1);
        store.Save(State(2), Tensors("w", 2), Tensors("m", 2));
        store.LoadNewest(Tensors("w", 0), Tensors("m", 0), Warn).ShouldNotBeNull().Step.ShouldBe(2);
    }

    public void Dispose() => _folder.Dispose();

    private void Warn(string code, string message) => _warnings.Add($"{code} {message}");

    private static CheckpointState State(int step) => new()
    {
        Step = step,
        Position = new BatchPosition(2, 31),
        SampleRandom = [1, ulong.MaxValue, 3, 4],
        Tokens = 1234567890123,
        ElapsedSeconds = 12.5,
        LossSum = 1.5,
        LossWeight = 0.75,
        BestLoss = null,
        BestStep = 0,
        ValidationLoss = 2.5,
        PatienceLoss = null,
        WithoutImprovement = 0,
        IsFinished = false,
    };

    private static StoredTensor[] Tensors(string prefix, float value)
    {
        float[] first = [value, value / 3, float.Epsilon];
        float[] second = [-value, MathF.Sqrt(MathF.Abs(value))];
        return [new($"{prefix}.a", [3], () => first), new($"{prefix}.b", [2, 1], () => second)];
    }

    /// <summary>A file on a disk with few bytes left.</summary>
    private sealed class FullDisk(string path, Func<int> free, Action<int> take) : FileStream(path, FileMode.Create, FileAccess.Write)
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (buffer.Length > free())
            {
                throw new IOException("No space left on device");
            }

            take(buffer.Length);
            base.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Write(buffer.AsSpan(offset, count));
            return Task.CompletedTask;
        }
    }
}
