using Gyre.Models.Catalog;
using Gyre.Models.Tests.Weights;

namespace Gyre.Models.Tests.Catalog;

/// <summary>What a hub may answer instead of a model.</summary>
public sealed class HubAnswerTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly FakeHub _hub = new();
    private readonly ImpatientClock _clock = new();

    private string Models => Path.Combine(_folder.Path, "models");

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_model_that_does_not_exist_leaves_nothing_behind()
    {
        var error = await FailAsync("acme/none");

        error.Code.ShouldBe("RUN0043");
        error.Message.ShouldContain("'acme/none'");
        error.Message.ShouldContain("HF_ENDPOINT");
        Directory.GetFileSystemEntries(Models).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_private_model_asks_for_a_token()
    {
        PublishTiny();
        _hub.RequiredToken = "secret-1";

        var without = await FailAsync("acme/tiny");
        without.Code.ShouldBe("RUN0042");
        without.Message.ShouldContain("HF_TOKEN");
        var wrong = await FailAsync("acme/tiny", new HubOptions { Endpoint = _hub.Address, Token = "secret-2" });
        wrong.Message.ShouldContain("not accepted");
        wrong.Message.ShouldNotContain("secret");
    }

    [Fact]
    public async Task A_token_goes_to_the_endpoint_and_nowhere_else()
    {
        using var content = new FakeHub();
        _hub.ContentServer = content;
        _hub.RequiredToken = "secret-1";
        PublishTiny();
        using var downloader = new HubDownloader(new HubOptions { Endpoint = _hub.Address, Token = "secret-1" }, _clock);

        await downloader.PullAsync(new PullRequest("acme/tiny"), Models, null, default);

        _hub.Requests.ShouldAllBe(request => request.Authorization == "Bearer secret-1");
        content.Requests.ShouldNotBeEmpty();
        content.Requests.ShouldAllBe(request => request.Authorization == null);
        new HubOptions { Token = "secret-1" }.ToString().ShouldNotContain("secret");
    }

    [Theory]
    [InlineData("../evil.safetensors")]
    [InlineData("a/../../evil.json")]
    [InlineData("/etc/evil.json")]
    [InlineData("..\\evil.json")]
    [InlineData("C:evil.json")]
    [InlineData("a//evil.json")]
    [InlineData("evil\u0000.json")]
    public async Task A_listing_that_leads_outside_the_folder_is_refused_whole(string name)
    {
        _hub.Publish("acme/tiny", Tiny(), furtherNames: name);

        var error = await FailAsync("acme/tiny");

        error.Code.ShouldBe("RUN0045");
        Directory.Exists(Models).ShouldBeFalse();
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"siblings":[{}]}""")]
    [InlineData("""{"siblings":[{"rfilename":7}]}""")]
    [InlineData("""{"siblings":[7]}""")]
    public async Task A_listing_that_is_not_a_hubs_is_refused(string body)
    {
        _hub.Files["/api/models/acme/tiny/revision/main"] = System.Text.Encoding.UTF8.GetBytes(body);

        (await FailAsync("acme/tiny")).Code.ShouldBe("RUN0048");
    }

    [Fact]
    public async Task A_server_that_recovers_is_waited_for_longer_each_time()
    {
        PublishTiny();
        const string Listing = "/api/models/acme/tiny/revision/main";
        _hub.FailNext(Listing, status: 500);
        _hub.FailNext(Listing, status: 503);
        _hub.FailNext(Listing, status: 429, header: "Retry-After: 20");
        _hub.FailNext(Listing, status: 429, header: "Retry-After: 9999");
        using var downloader = NewDownloader();

        await downloader.PullAsync(new PullRequest("acme/tiny"), Models, null, default);

        _clock.Waits.Select(wait => wait.TotalSeconds).ShouldBe([1, 2, 20, 30]);
    }

    [Fact]
    public async Task A_server_that_stays_down_is_given_up()
    {
        PublishTiny();
        for (var i = 0; i < 6; i++)
        {
            _hub.FailNext("/acme/tiny/resolve/main/model.safetensors", status: 502);
        }

        var error = await FailAsync("acme/tiny");

        error.Code.ShouldBe("RUN0041");
        error.Message.ShouldContain("502");
        error.Message.ShouldContain("6 attempts");
        _clock.Waits.Count.ShouldBe(5);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_a_clear_error()
    {
        var gone = new FakeHub();
        var address = gone.Address;
        gone.Dispose();

        (await FailAsync("acme/tiny", new HubOptions { Endpoint = address })).Code.ShouldBe("RUN0041");
    }

    [Fact]
    public async Task A_server_that_falls_silent_is_given_up()
    {
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        var options = new HubOptions
        {
            Endpoint = new Uri($"http://{silent.LocalEndpoint}"),
            StallTimeout = TimeSpan.FromMilliseconds(150),
            FirstDelay = TimeSpan.FromMilliseconds(1),
            MaxAttempts = 2,
        };
        using var downloader = new HubDownloader(options, TimeProvider.System);

        var error = await Should.ThrowAsync<ModelException>(() => downloader.PullAsync(new PullRequest("acme/tiny"), Models, null, default));

        error.Code.ShouldBe("RUN0041");
        error.Message.ShouldContain("silent");
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        PublishTiny();
        for (var i = 0; i < 20; i++)
        {
            _hub.FailNext("/acme/tiny/resolve/main/config.json", status: 302, header: "Location: /acme/tiny/resolve/main/config.json");
        }

        (await FailAsync("acme/tiny")).Code.ShouldBe("RUN0048");
    }

    [Fact]
    public async Task A_file_that_the_listing_promised_and_the_server_lacks_is_named()
    {
        PublishTiny();
        _hub.Files.TryRemove("/acme/tiny/resolve/main/config.json", out _);

        var error = await FailAsync("acme/tiny");

        error.Code.ShouldBe("RUN0043");
        error.Message.ShouldContain("config.json");
    }

    private static Dictionary<string, byte[]> Tiny() => new(StringComparer.Ordinal)
    {
        ["config.json"] = "{}"u8.ToArray(),
        ["model.safetensors"] = SafetensorsBytes.Valid(),
    };

    private void PublishTiny() => _hub.Publish("acme/tiny", Tiny());

    private HubDownloader NewDownloader(HubOptions? options = null) => new(options ?? new HubOptions { Endpoint = _hub.Address }, _clock);

    private async Task<ModelException> FailAsync(string reference, HubOptions? options = null)
    {
        using var downloader = NewDownloader(options);
        return await Should.ThrowAsync<ModelException>(() => downloader.PullAsync(new PullRequest(reference), Models, null, default));
    }
}
