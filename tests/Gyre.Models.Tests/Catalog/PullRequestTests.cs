using System.Text;
using Gyre.Models.Catalog;
using Gyre.Models.Tests.Weights;
using Gyre.Models.Weights;
using Gyre.TestSupport;

namespace Gyre.Models.Tests.Catalog;

/// <summary>The ways to say which model is meant.</summary>
public sealed class PullRequestTests : IDisposable
{
    private readonly ScratchFolder _folder = new();
    private readonly FakeHub _hub = new();

    private string Models => Path.Combine(_folder.Path, "models");

    public void Dispose()
    {
        _hub.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("")]
    [InlineData("a/b/c")]
    [InlineData("../a")]
    [InlineData("/nowhere/at/all")]
    [InlineData("a\\b")]
    [InlineData("acme/.hidden")]
    [InlineData("acme/tiny@")]
    [InlineData("acme/tiny@../../x")]
    [InlineData("acme/tiny@a?b")]
    [InlineData("ftp://host/x.gguf")]
    [InlineData("https://host/page.html")]
    [InlineData("https://user:password@host/x.gguf")]
    public async Task A_reference_to_nothing_fetchable_is_refused(string reference)
    {
        var error = await Should.ThrowAsync<ModelException>(() => PullAsync(new PullRequest(reference)));

        error.Code.ShouldBe("RUN0040");
        error.Message.ShouldNotContain("password@");
        _hub.Requests.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_revision_is_asked_for_by_name()
    {
        _hub.Publish("acme/tiny", Safetensors(), revision: "v1.0");

        var result = await PullAsync(new PullRequest("acme/tiny@v1.0") { Name = "tiny-v1" });

        result.Revision.ShouldBe("v1.0");
        result.Name.ShouldBe("tiny-v1");
        Directory.Exists(Path.Combine(Models, "tiny-v1")).ShouldBeTrue();
    }

    [Fact]
    public async Task The_address_of_a_models_page_means_the_model()
    {
        _hub.Publish("acme/tiny", Safetensors());
        _hub.Publish("acme/tiny", Safetensors(), revision: "dev");

        (await PullAsync(new PullRequest($"{_hub.Address}acme/tiny"))).Source.ShouldBe("acme/tiny");
        (await PullAsync(new PullRequest($"{_hub.Address}acme/tiny/tree/dev") { Name = "dev" })).Revision.ShouldBe("dev");
    }

    [Fact]
    public async Task A_hub_without_listings_is_asked_for_the_usual_files()
    {
        foreach (var (name, bytes) in Safetensors())
        {
            _hub.Files["/acme/tiny/resolve/main/" + name] = bytes;
        }

        var result = await PullAsync(new PullRequest("acme/tiny"));

        result.Files.Select(file => file.Name).ShouldBe(["model.safetensors", "config.json", "tokenizer.json"]);
        result.Files.ShouldAllBe(file => file.IsVerified);
        ModelFolder.Open(result.Folder).HasTokenizer.ShouldBeTrue();
    }

    [Fact]
    public async Task A_plain_folder_on_a_web_server_is_fetched_with_its_digests()
    {
        using var server = new FakeHub { GivesNoTags = true };
        foreach (var (name, bytes) in Sharded())
        {
            server.Files["/files/story/" + name] = bytes;
        }

        server.Files["/files/story/SHA256SUMS"] = Encoding.ASCII.GetBytes(string.Concat(Sharded().Select(file => $"{FakeHub.Sha256(file.Value)}  {file.Key}\n")));

        var result = await PullAsync(new PullRequest($"{server.Address}files/story/"));

        result.Name.ShouldBe("story");
        result.Files.Count.ShouldBe(4);
        result.Files.ShouldAllBe(file => file.IsVerified);
        using var weights = ModelFolder.Open(result.Folder).OpenWeights();
        weights.Names.ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Every_shard_of_an_index_is_fetched()
    {
        _hub.Publish("acme/big", Sharded());

        var result = await PullAsync(new PullRequest("acme/big"));

        result.Files.Count.ShouldBe(4);
        using var weights = ModelFolder.Open(result.Folder).OpenWeights();
        weights.Names.ShouldBe(["a", "b"]);
    }

    [Fact]
    public async Task Several_gguf_files_leave_a_choice_that_the_user_makes()
    {
        _hub.Publish("acme/quantised", new Dictionary<string, byte[]>(StringComparer.Ordinal)
        {
            ["m-Q4_0.gguf"] = GgufBytes.Valid(),
            ["m-Q8_0.gguf"] = [.. GgufBytes.Valid(), 0],
            ["README.md"] = [1],
        });

        var error = await Should.ThrowAsync<ModelException>(() => PullAsync(new PullRequest("acme/quantised")));
        error.Code.ShouldBe("RUN0047");
        error.Message.ShouldContain("'m-Q8_0.gguf'");
        (await Should.ThrowAsync<ModelException>(() => PullAsync(new PullRequest("acme/quantised") { WeightFiles = ["*F16*"] }))).Code.ShouldBe("RUN0047");

        var result = await PullAsync(new PullRequest("acme/quantised") { WeightFiles = ["*Q8_0.gguf"] });

        result.Files.ShouldHaveSingleItem().Name.ShouldBe("m-Q8_0.gguf");
        ModelFolder.Open(result.Folder).Format.ShouldBe(ModelFormat.Gguf);
    }

    [Fact]
    public async Task One_file_is_fetched_from_any_server_and_compared_with_the_given_digest()
    {
        _hub.GivesNoTags = true;
        _hub.Files["/download/story.gguf"] = GgufBytes.Valid();
        var reference = $"{_hub.Address}download/story.gguf?signature=secret";

        var wrong = await Should.ThrowAsync<ModelException>(() => PullAsync(new PullRequest(reference) { ExpectedSha256 = new string('0', 64) }));
        wrong.Code.ShouldBe("RUN0044");
        wrong.Message.ShouldNotContain("signature");
        var result = await PullAsync(new PullRequest(reference) { ExpectedSha256 = FakeHub.Sha256(GgufBytes.Valid()).ToUpperInvariant() });

        result.Name.ShouldBe("story");
        result.Source.ShouldNotContain("secret");
        result.Files.ShouldHaveSingleItem().IsVerified.ShouldBeTrue();
    }

    [Fact]
    public async Task A_file_without_any_digest_is_fetched_and_says_so()
    {
        _hub.GivesNoTags = true;
        _hub.Files["/download/story.gguf"] = GgufBytes.Valid();

        (await PullAsync(new PullRequest($"{_hub.Address}download/story.gguf"))).Files.ShouldHaveSingleItem().IsVerified.ShouldBeFalse();
    }

    [Fact]
    public async Task A_name_that_holds_another_model_is_not_overwritten()
    {
        _hub.Publish("acme/tiny", Safetensors());
        _hub.Publish("other/tiny", Safetensors());
        await PullAsync(new PullRequest("acme/tiny"));

        var error = await Should.ThrowAsync<ModelException>(() => PullAsync(new PullRequest("other/tiny")));

        error.Code.ShouldBe("RUN0049");
        error.Message.ShouldContain("acme/tiny");
        _folder.Write("models/mine/config.json", "{}");
        (await Should.ThrowAsync<ModelException>(() => PullAsync(new PullRequest("acme/tiny") { Name = "mine" }))).Code.ShouldBe("RUN0049");
        (await Should.ThrowAsync<ModelException>(() => PullAsync(new PullRequest("acme/tiny") { Name = "../mine" }))).Code.ShouldBe("RUN0023");
    }

    [Fact]
    public async Task A_path_is_copied_into_the_catalogue()
    {
        var source = TestData.Require("models/stories260K/derived-hf");

        var result = await PullAsync(new PullRequest(source) { Name = "stories" });

        result.Files.Select(file => file.Name).ShouldBe(["model.safetensors", "config.json", "tokenizer.model"]);
        File.ReadAllBytes(Path.Combine(result.Folder, "model.safetensors")).ShouldBe(File.ReadAllBytes(Path.Combine(source, "model.safetensors")));
        using var weights = new ModelCatalog(Models).Resolve("stories").OpenWeights();
        weights.Get("model.norm.weight").Shape.ShouldBe([64]);
    }

    [Fact]
    public void The_environment_gives_endpoint_and_token()
    {
        var variables = new Dictionary<string, string?>(StringComparer.Ordinal) { ["HF_ENDPOINT"] = "http://mirror:8080/hub", ["HF_TOKEN"] = " t " };
        var options = HubOptions.FromEnvironment(name => variables.GetValueOrDefault(name));

        options.Endpoint.ShouldBe(new Uri("http://mirror:8080/hub"));
        options.Token.ShouldBe("t");
        HubOptions.FromEnvironment(_ => null).Endpoint.Host.ShouldBe("huggingface.co");
        Should.Throw<ModelException>(() => HubOptions.FromEnvironment(_ => "mirror")).Code.ShouldBe("RUN0040");
    }

    private static Dictionary<string, byte[]> Safetensors() => new(StringComparer.Ordinal)
    {
        ["config.json"] = "{}"u8.ToArray(),
        ["tokenizer.json"] = "{}"u8.ToArray(),
        ["model.safetensors"] = SafetensorsBytes.Valid(),
    };

    private static Dictionary<string, byte[]> Sharded() => new(StringComparer.Ordinal)
    {
        ["config.json"] = "{}"u8.ToArray(),
        ["model.safetensors.index.json"] = """{"weight_map":{"a":"model-00001-of-00002.safetensors","b":"model-00002-of-00002.safetensors"}}"""u8.ToArray(),
        ["model-00001-of-00002.safetensors"] = SafetensorsBytes.Build("""{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", [1]),
        ["model-00002-of-00002.safetensors"] = SafetensorsBytes.Build("""{"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", [2]),
    };

    private async Task<PullResult> PullAsync(PullRequest request)
    {
        using var downloader = new HubDownloader(new HubOptions { Endpoint = _hub.Address }, new ImpatientClock());
        return await downloader.PullAsync(request, Models, null, default);
    }
}
