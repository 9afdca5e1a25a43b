using System.Text;
using Gyre.Models.Catalog;
using Gyre.Models.Tests.Weights;

namespace Gyre.Models.Tests.Catalog;

public sealed class HubDownloaderTests : IDisposable
{
    private const string WeightsPath = "/acme/tiny/resolve/main/model.safetensors";

    private readonly ScratchFolder _folder = new();
    private readonly FakeHub _hub = new();
    private readonly ImpatientClock _clock = new();
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal)
    {
        ["config.json"] = "{}"u8.ToArray(),
        ["tokenizer.json"] = "{\"model\":{}}"u8.ToArray(),
        ["model.safetensors"] = SafetensorsBytes.Build("""{"w":{"dtype":"U8","shape":[300000],"data_offsets":[0,300000]}}""", Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7)).ToArray()),
        ["pytorch_model.bin"] = [1, 2, 3],
        ["onnx/model.onnx"] = [4],
        ["README.md"] = [5],
    };

    private string Models => Path.Combine(_folder.Path, "models");

    private string Target => Path.Combine(Models, "tiny");

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_model_is_fetched_checked_and_ready_to_open()
    {
        _hub.Publish("acme/tiny", _files);
        var steps = new List<PullProgress>();

        var result = await PullAsync("acme/tiny", progress: steps);

        result.Name.ShouldBe("tiny");
        result.Commit.ShouldBe("c0ffee");
        result.Files.Select(file => file.Name).ShouldBe(["config.json", "tokenizer.json", "model.safetensors"]);
        result.Files.ShouldAllBe(file => file.IsVerified && !file.WasPresent);
        File.ReadAllBytes(Path.Combine(Target, "model.safetensors")).ShouldBe(_files["model.safetensors"]);
        Directory.GetFiles(Target).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["config.json", "gyre-source.json", "model.safetensors", "tokenizer.json"]);
        steps[^1].FileBytes.ShouldBe(_files["model.safetensors"].Length);
        steps[^1].FileTotalBytes.ShouldBe(steps[^1].FileBytes);
        steps[^1].FileNumber.ShouldBe(3);
        var listed = new ModelCatalog(Models).List().ShouldHaveSingleItem();
        listed.Source.ShouldBe("acme/tiny");
        listed.Fault.ShouldBeNull();
        using var weights = new ModelCatalog(Models).Resolve("tiny").OpenWeights();
        weights.Names.ShouldBe(["w"]);
    }

    [Fact]
    public async Task What_is_there_already_is_not_fetched_again()
    {
        _hub.Publish("acme/tiny", _files);
        await PullAsync("acme/tiny");
        var before = _hub.Requests.Count(request => request.Path == WeightsPath);

        var again = await PullAsync("acme/tiny");

        again.Files.ShouldAllBe(file => file.WasPresent && file.IsVerified);
        _hub.Requests.Count(request => request.Path == WeightsPath).ShouldBe(before);
        File.WriteAllText(Path.Combine(Target, "model.safetensors"), "damaged");
        (await PullAsync("acme/tiny")).Files.Single(file => !file.WasPresent).Name.ShouldBe("model.safetensors");
        File.ReadAllBytes(Path.Combine(Target, "model.safetensors")).ShouldBe(_files["model.safetensors"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_dropped_in_the_middle_is_resumed_where_it_broke(bool throughContentServer)
    {
        using var content = new FakeHub { GivesNoTags = true };
        _hub.ContentServer = throughContentServer ? content : null;
        _hub.Publish("acme/tiny", _files);
        var server = throughContentServer ? content : _hub;
        var path = throughContentServer ? "/content" + WeightsPath : WeightsPath;
        server.FailNext(path, dropAfterBytes: 200_000);
        server.FailNext(path, dropAfterBytes: 50_000);
        var steps = new List<PullProgress>();

        var result = await PullAsync("acme/tiny", progress: steps);

        result.Files.ShouldAllBe(file => file.IsVerified);
        File.ReadAllBytes(Path.Combine(Target, "model.safetensors")).ShouldBe(_files["model.safetensors"]);
        server.Requests.Where(request => request.Path == path).Select(request => request.Range)
            .ShouldBe([null, "bytes=200000-", "bytes=250000-"]);
        _clock.Waits.ShouldBe([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)]);
        steps.Count(step => step.Notice is not null).ShouldBe(2);
    }

    [Fact]
    public async Task An_interrupted_download_is_resumed_by_the_next_run()
    {
        _hub.Publish("acme/tiny", _files);
        _hub.FailNext(WeightsPath, dropAfterBytes: 200_000);
        using var stop = new CancellationTokenSource();
        var progress = new Steps(step =>
        {
            if (step is { FileName: "model.safetensors", FileBytes: > 100_000 })
            {
                stop.Cancel();
            }
        });

        await Should.ThrowAsync<OperationCanceledException>(() => NewDownloader().PullAsync(new PullRequest("acme/tiny"), Models, progress, stop.Token));
        var part = new FileInfo(Path.Combine(Target, "model.safetensors.part")).Length;
        part.ShouldBeGreaterThan(100_000);
        File.Exists(Path.Combine(Target, "model.safetensors")).ShouldBeFalse();

        var result = await PullAsync("acme/tiny");

        result.Files.ShouldAllBe(file => file.IsVerified);
        _hub.Requests.Last(request => request.Path == WeightsPath).Range.ShouldBe($"bytes={part}-");
        Directory.GetFiles(Target, "*.part*").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_part_that_was_complete_is_checked_and_kept()
    {
        _hub.Publish("acme/tiny", _files);
        await PullAsync("acme/tiny");
        File.Move(Path.Combine(Target, "model.safetensors"), Path.Combine(Target, "model.safetensors.part"));
        File.WriteAllText(Path.Combine(Target, "model.safetensors.part.tag"), FakeHub.Sha256(_files["model.safetensors"]));

        (await PullAsync("acme/tiny")).Files.ShouldAllBe(file => file.IsVerified);

        File.ReadAllBytes(Path.Combine(Target, "model.safetensors")).ShouldBe(_files["model.safetensors"]);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_part_of_another_version_is_thrown_away(bool changed, bool ignoresRanges)
    {
        _hub.Publish("acme/tiny", _files);
        _hub.IgnoresRanges = ignoresRanges;
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, "gyre-source.json"), """{"source":"acme/tiny","revision":"main","commit":null,"files":{}}""");
        File.WriteAllBytes(Path.Combine(Target, "model.safetensors.part"), new byte[1000]);
        File.WriteAllText(Path.Combine(Target, "model.safetensors.part.tag"), changed ? "older" : FakeHub.Sha256(_files["model.safetensors"]));

        (await PullAsync("acme/tiny")).Files.ShouldAllBe(file => file.IsVerified);

        File.ReadAllBytes(Path.Combine(Target, "model.safetensors")).ShouldBe(_files["model.safetensors"]);
    }

    [Fact]
    public async Task Content_that_is_not_what_the_hub_promised_is_deleted()
    {
        _hub.Publish("acme/tiny", _files, withDigests: false);
        _hub.FalseTags[WeightsPath] = new string('a', 64);

        var error = await Should.ThrowAsync<ModelException>(() => PullAsync("acme/tiny"));

        error.Code.ShouldBe("RUN0044");
        error.Message.ShouldContain(FakeHub.Sha256(_files["model.safetensors"]));
        error.Message.ShouldContain(new string('a', 64));
        Directory.GetFiles(Target, "model.*").ShouldBeEmpty();
    }

    [Fact]
    public async Task A_small_file_is_compared_with_its_git_blob_id()
    {
        _hub.Publish("acme/tiny", _files);
        _hub.FalseTags["/acme/tiny/resolve/main/config.json"] = new string('b', 40);

        (await Should.ThrowAsync<ModelException>(() => PullAsync("acme/tiny"))).Message.ShouldContain("git blob id " + new string('b', 40));
    }

    [Theory]
    [InlineData(true, null)]
    [InlineData(false, "RUN0044")]
    public async Task A_list_of_digests_in_the_model_is_believed(bool isRight, string? code)
    {
        var digest = isRight ? FakeHub.Sha256(_files["config.json"]) : new string('0', 64);
        _files["SHA256SUMS"] = Encoding.ASCII.GetBytes($"{digest}  config.json\n{FakeHub.Sha256(_files["tokenizer.json"])} *./tokenizer.json\n");
        _hub.Publish("acme/tiny", _files);

        if (code is null)
        {
            (await PullAsync("acme/tiny")).Files.ShouldAllBe(file => file.IsVerified);
        }
        else
        {
            (await Should.ThrowAsync<ModelException>(() => PullAsync("acme/tiny"))).Code.ShouldBe(code);
        }
    }

    [Fact]
    public async Task A_full_disk_is_a_clear_error()
    {
        if (!File.Exists("/dev/full"))
        {
            Assert.Skip("Needs /dev/full, the device that is always full, which only Linux has.");
        }

        _hub.Publish("acme/tiny", _files);
        Directory.CreateDirectory(Target);
        File.WriteAllText(Path.Combine(Target, "gyre-source.json"), """{"source":"acme/tiny","revision":"main","commit":null,"files":{}}""");
        File.CreateSymbolicLink(Path.Combine(Target, "model.safetensors.part"), "/dev/full");

        var error = await Should.ThrowAsync<ModelException>(() => PullAsync("acme/tiny"));

        error.Code.ShouldBe("RUN0046");
        error.Message.ShouldContain("No space left on device");
    }

    private HubDownloader NewDownloader(HubOptions? options = null) => new(options ?? new HubOptions { Endpoint = _hub.Address }, _clock);

    private async Task<PullResult> PullAsync(string reference, List<PullProgress>? progress = null)
    {
        using var downloader = NewDownloader();
        return await downloader.PullAsync(new PullRequest(reference), Models, new Steps(step => progress?.Add(step)), default);
    }

    private sealed class Steps(Action<PullProgress> take) : IProgress<PullProgress>
    {
        public void Report(PullProgress value) => take(value);
    }
}
