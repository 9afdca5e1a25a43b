using System.Net;
using System.Text.Json;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.FineTuning;

/// <summary>Jobs outlive a stop and a pause, with the same result.</summary>
public sealed class FineTuningResumptionTests
{
    private const string Job = """{"model":"compact","training_file":"FILE","suffix":"again","seed":3,"hyperparameters":{"n_epochs":8,"batch_size":10,"learning_rate_multiplier":2}}""";

    [Fact]
    public async Task A_job_that_was_running_when_the_server_stopped_goes_on_at_its_next_start_and_ends_with_the_same_bits()
    {
        await using var server = await TuningServer.NewAsync();
        var whole = await AdapterOfAsync(server, await DoneAsync(server, await CreateAsync(server)));
        var id = await CreateAsync(server);
        var waiting = await CreateAsync(server);
        await Eventually.TrueAsync(async () => (await EventsAsync(server, id)).Any(message => message.StartsWith("Step 3/", StringComparison.Ordinal)), 60);

        await server.StopAsync();
        await server.StartAsync();

        var cut = await AdapterOfAsync(server, await DoneAsync(server, id));
        (await EventsAsync(server, id)).ShouldContain("Fine-tuning job goes on from its last checkpoint");
        cut.ShouldBe(whole);
        (await AdapterOfAsync(server, await DoneAsync(server, waiting))).ShouldBe(whole);
    }

    [Fact]
    public async Task A_paused_job_lets_the_next_one_pass_and_goes_on_when_it_is_resumed()
    {
        await using var server = await TuningServer.NewAsync();
        var id = await CreateAsync(server);
        await Eventually.TrueAsync(async () => (await EventsAsync(server, id)).Any(message => message.StartsWith("Step 2/", StringComparison.Ordinal)), 60);

        (await StatusAsync(await server.Http.PostAsync($"v1/fine_tuning/jobs/{id}/pause", null))).ShouldBe("paused");
        var other = await DoneAsync(server, await CreateAsync(server));
        (await StatusAsync(await server.Http.GetAsync($"v1/fine_tuning/jobs/{id}"))).ShouldBe("paused");
        (await StatusAsync(await server.Http.PostAsync($"v1/fine_tuning/jobs/{id}/resume", null))).ShouldBe("queued");

        (await AdapterOfAsync(server, await DoneAsync(server, id))).ShouldBe(await AdapterOfAsync(server, other));
        var again = await server.Http.PostAsync($"v1/fine_tuning/jobs/{id}/resume", null);
        (again.StatusCode, (await again.ErrorAsync()).Code).ShouldBe((HttpStatusCode.BadRequest, "SRV0195"));
    }

    private static async Task<string> CreateAsync(TuningServer server)
    {
        var file = await (await server.Http.PostAsync("v1/files", TuningServer.Form(TuningServer.Conversations(40)))).JsonAsync();
        var job = await server.Http.SendJsonAsync("v1/fine_tuning/jobs", Job.Replace("FILE", file.GetProperty("id").GetString(), StringComparison.Ordinal));
        job.StatusCode.ShouldBe(HttpStatusCode.OK, await job.Content.ReadAsStringAsync());
        return (await job.JsonAsync()).GetProperty("id").GetString()!;
    }

    private static async Task<JsonElement> DoneAsync(TuningServer server, string id)
    {
        var job = default(JsonElement);
        await Eventually.TrueAsync(async () =>
        {
            job = await (await server.Http.GetAsync($"v1/fine_tuning/jobs/{id}")).JsonAsync();
            return job.GetProperty("status").GetString() is "succeeded" or "failed" or "cancelled";
        }, 120);
        job.GetProperty("status").GetString().ShouldBe("succeeded", job.ToString());
        return job;
    }

    private static async Task<string> StatusAsync(HttpResponseMessage answer) => (await answer.JsonAsync()).GetProperty("status").GetString()!;

    private static async Task<List<string>> EventsAsync(TuningServer server, string id)
    {
        var list = await (await server.Http.GetAsync($"v1/fine_tuning/jobs/{id}/events?limit=100")).JsonAsync();
        return [.. list.GetProperty("data").EnumerateArray().Select(happened => happened.GetProperty("message").GetString()!)];
    }

    private static async Task<byte[]> AdapterOfAsync(TuningServer server, JsonElement job)
    {
        var folder = job.GetProperty("fine_tuned_model").GetString()!.Replace(":", "%3A", StringComparison.Ordinal);
        return await File.ReadAllBytesAsync(Path.Combine(server.Folder, "adapters", folder, "adapter_model.safetensors"));
    }
}
