using System.Net;
using System.Net.Sockets;
using Gyre.Models;
using Gyre.Server.Catalog;
using Gyre.Server.Hosting;
using Gyre.Server.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;

namespace Gyre.Server.Tests.Hosting;

public sealed class GyreHostTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("gyre-host-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var port = ((IPEndPoint)taken.LocalEndpoint).Port;
        await using var host = GyreHost.Create(Options() with { Port = port });

        var error = await Should.ThrowAsync<ServerException>(() => host.StartAsync());

        error.Code.ShouldBe("SRV0001");
        error.Message.ShouldContain(port.ToString());
    }

    [Fact]
    public async Task A_second_server_on_one_data_folder_is_told_about_the_first()
    {
        await using var first = GyreHost.Create(Options());
        await first.StartAsync();

        var error = Should.Throw<ServerException>(() => GyreHost.Create(Options()));

        error.Code.ShouldBe("SRV0004");
        error.Message.ShouldContain($"process {Environment.ProcessId} at {first.Address}");
    }

    [Fact]
    public async Task The_data_folder_is_free_again_after_the_server_ended()
    {
        await GyreHost.Create(Options()).DisposeAsync();

        await GyreHost.Create(Options()).DisposeAsync();

        File.Exists(Path.Combine(_folder, "aliases.yaml")).ShouldBeTrue();
        File.Exists(Path.Combine(_folder, "server.json")).ShouldBeFalse();
    }

    [Fact]
    public void A_file_in_place_of_the_data_folder_is_told()
    {
        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "");

        var error = Should.Throw<ServerException>(() => GyreHost.Create(Options() with { DataFolder = file }));

        error.Code.ShouldBe("SRV0003");
        error.Message.ShouldContain(file);
    }

    [Fact]
    public void A_read_only_place_is_told()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Skip("Needs Linux: /proc is read-only for everybody, the superuser too.");
        }

        Should.Throw<ServerException>(() => GyreHost.Create(Options() with { DataFolder = "/proc/gyre" })).Code.ShouldBeOneOf("SRV0002", "SRV0003");
    }

    [Fact]
    public async Task A_full_disk_is_told()
    {
        if (!Directory.Exists("/dev/shm") || !File.Exists("/dev/full"))
        {
            Assert.Skip("Needs Linux's /dev/full, a file on a disk without space.");
        }

        // The write check goes to a file of this name; a link makes it meet a full disk.
        File.CreateSymbolicLink(Path.Combine(_folder, ".write-check"), "/dev/full");

        Should.Throw<ServerException>(() => GyreHost.Create(Options())).Code.ShouldBe("SRV0003");
        await Task.CompletedTask;
    }

    [Fact]
    public void Options_are_checked_all_at_once()
    {
        var error = Should.Throw<ServerException>(() => GyreHost.Create(Options() with { Port = 70_000, Address = "here", MaxRequestBytes = 1 }));

        error.Code.ShouldBe("SRV0000");
        error.Message.ShouldContain("70000");
        error.Message.ShouldContain("'here'");
        error.Message.ShouldContain("1,024");
    }

    [Fact]
    public void A_faulty_alias_file_stops_the_start_and_frees_the_folder()
    {
        File.WriteAllText(Path.Combine(_folder, "aliases.yaml"), "nonsense");

        Should.Throw<ServerException>(() => GyreHost.Create(Options())).Code.ShouldBe("SRV0012");
        Should.Throw<ServerException>(() => GyreHost.Create(Options())).Code.ShouldBe("SRV0012");
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_is_told_and_tried_again()
    {
        var attempts = 0;
        await using var server = await TestServer.StartAsync(options => options with
        {
            OpenModel = (_, _) =>
            {
                Interlocked.Increment(ref attempts);
                return Task.FromException<LanguageModel>(new ModelException("RUN0099", "The weights are damaged."));
            },
        });
        (await server.Host.WaitForDefaultModelAsync()).ShouldNotBeNull().ShouldContain("damaged");

        var response = await server.Http.SendJsonAsync("generate", """{"prompt":"x"}""");
        var ready = await server.Http.GetAsync("health/ready");

        response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await response.ErrorAsync()).Code.ShouldBe("RUN0099");
        ready.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
        (await ready.JsonAsync()).GetProperty("status").GetString().ShouldBe("failing");
        attempts.ShouldBe(2);
        (await server.Http.GetAsync("health")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Changed_aliases_apply_at_once_and_faulty_ones_change_nothing()
    {
        await using var server = await TestServer.StartAsync(aliases: "default: a\naliases:\n  a: { model: default }\n");
        var catalog = server.Host.Services.GetRequiredService<AliasCatalog>();
        var file = Path.Combine(server.Folder, "aliases.yaml");

        await File.WriteAllTextAsync(file, "default: b\naliases:\n  b: { model: default, system: Be brief., parameters: { temperature: 0, max_tokens: 3 } }\n");
        await Eventually.TrueAsync(() => catalog.Current.DefaultName == "b");
        var answer = await (await server.Http.SendJsonAsync("v1/chat/completions", """{"model":"b","messages":[{"role":"user","content":"hello"}]}""")).JsonAsync();
        answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString().ShouldBe("HEL");
        server.Generator.Seen[^1].Temperature.ShouldBe(0f);
        answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32().ShouldBe("Be brief.\nhello".Length);

        await File.WriteAllTextAsync(file, "default: c\naliases: [");
        await Eventually.TrueAsync(() => catalog.Fault is not null);
        catalog.Current.DefaultName.ShouldBe("b");
        (await server.Http.GetStringAsync("api/models")).ShouldContain("SRV0011");
        (await (await server.Http.GetAsync("health/ready")).JsonAsync()).GetProperty("reason").GetString().ShouldNotBeNull().ShouldContain("SRV0011");

        await File.WriteAllTextAsync(file, "default: d\naliases:\n  d: { model: default }\n");
        await Eventually.TrueAsync(() => catalog.Current.DefaultName == "d");
        catalog.Fault.ShouldBeNull();
    }

    [Fact]
    public async Task Stopping_finishes_running_answers_and_takes_no_new_ones()
    {
        await using var server = await TestServer.StartAsync();
        server.Generator.Delay = TimeSpan.FromMilliseconds(10);
        server.Generator.Answer = new string('x', 60);
        var running = server.Http.SendJsonAsync("v1/chat/completions", """{"model":"gyre","messages":[{"role":"user","content":"hi"}]}""");
        await Eventually.TrueAsync(() => server.Generator.Running == 1);

        var stopping = server.Host.StopAsync();
        await Should.ThrowAsync<HttpRequestException>(async () =>
        {
            await Task.Delay(100);
            using var other = new HttpClient();
            await other.GetAsync(server.Host.Address);
        });

        var answer = await running;
        answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        (await answer.JsonAsync()).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!.Length.ShouldBe(60);
        await stopping;
    }

    [Fact]
    public async Task Stopping_ends_what_does_not_finish_in_time()
    {
        await using var server = await TestServer.StartAsync(options => options with { DrainTimeout = TimeSpan.FromMilliseconds(300) });
        server.Generator.PromptDelay = TimeSpan.FromMinutes(1);
        var running = server.Http.SendJsonAsync("v1/chat/completions", """{"model":"gyre","messages":[{"role":"user","content":"hi"}]}""");
        await Eventually.TrueAsync(() => server.Generator.Running == 1);

        await server.Host.StopAsync().WaitAsync(TimeSpan.FromSeconds(10));

        await Should.ThrowAsync<HttpRequestException>(() => running);
        await Eventually.TrueAsync(() => server.Generator.Running == 0);
    }

    private GyreHostOptions Options() => new()
    {
        DataFolder = _folder,
        Port = 0,
        DefaultModel = "/fake",
        LogsToConsole = false,
        OpenModel = (_, _) => Task.FromResult(new LanguageModel("fake", new string('a', 64), new FakeByteTokenizer(), null, new FakeDecoder(), new FakeGenerator())),
    };
}
