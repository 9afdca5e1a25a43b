using System.Net;
using System.Text.Json;
using Gyre.Server.Tests.Fakes;

namespace Gyre.Server.Tests.FineTuning;

/// <summary>What is refused before a job begins.</summary>
public sealed class FineTuningEndpointTests
{
    [Theory]
    [InlineData("""{"model":"gyre"}""", 400, "SRV0112", "training_file")]
    [InlineData("""{"model":"gyre","training_file":"file-none"}""", 404, "SRV0190", "training_file")]
    [InlineData("""{"model":"nobody","training_file":"file-none"}""", 404, "model_not_found", "model")]
    [InlineData("""{"model":"gyre","training_file":"FILE","validation_file":"file-none"}""", 404, "SRV0190", "validation_file")]
    [InlineData("""{"model":"gyre","training_file":"BATCH"}""", 400, "SRV0198", "training_file")]
    [InlineData("""{"model":"gyre","training_file":"FILE","suffix":"a b"}""", 400, "SRV0114", "suffix")]
    [InlineData("""{"model":"gyre","training_file":"FILE","seed":-1}""", 400, "SRV0114", "seed")]
    [InlineData("""{"model":"gyre","training_file":"FILE","hyperparameters":{"n_epochs":0}}""", 400, "SRV0114", "hyperparameters.n_epochs")]
    [InlineData("""{"model":"gyre","training_file":"FILE","hyperparameters":{"n_epochs":"many"}}""", 400, "SRV0114", "hyperparameters.n_epochs")]
    [InlineData("""{"model":"gyre","training_file":"FILE","hyperparameters":{"epochs":1}}""", 400, "SRV0110", "hyperparameters.epochs")]
    [InlineData("""{"model":"gyre","training_file":"FILE","hyperparameters":{},"method":{"type":"supervised"}}""", 400, "SRV0115", "hyperparameters")]
    [InlineData("""{"model":"gyre","training_file":"FILE","method":{"type":"dpo"}}""", 400, "SRV0111", "method.type")]
    [InlineData("""{"model":"gyre","training_file":"FILE","method":{"type":"supervised","supervised":{"hyperparameters":{"learning_rate_multiplier":0}}}}""", 400, "SRV0114", "method.supervised.hyperparameters.learning_rate_multiplier")]
    [InlineData("""{"model":"gyre","training_file":"FILE","integrations":[{"type":"wandb"}]}""", 400, "SRV0111", "integrations")]
    public async Task A_request_that_cannot_be_done_is_refused_by_the_name_of_its_fault(string body, int status, string code, string parameter)
    {
        await using var server = await TestServer.StartAsync();
        await server.Host.WaitForDefaultModelAsync();
        body = body.Replace("FILE", await FileAsync(server, "fine-tune"), StringComparison.Ordinal).Replace("BATCH", await FileAsync(server, "batch"), StringComparison.Ordinal);

        var answer = await server.Http.SendJsonAsync("v1/fine_tuning/jobs", body);

        var error = await answer.ErrorAsync();
        ((int)answer.StatusCode, error.Code, error.Param).ShouldBe((status, code, parameter), error.Message);
        (await (await server.Http.GetAsync("v1/fine_tuning/jobs")).JsonAsync()).GetProperty("data").GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("GET", "")]
    [InlineData("GET", "/events")]
    [InlineData("GET", "/checkpoints")]
    [InlineData("POST", "/cancel")]
    [InlineData("POST", "/pause")]
    [InlineData("POST", "/resume")]
    public async Task A_job_that_is_not_there_is_not_found(string method, string action)
    {
        await using var server = await TestServer.StartAsync();

        var answer = await server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), "v1/fine_tuning/jobs/ftjob-none" + action));

        (answer.StatusCode, (await answer.ErrorAsync()).Code).ShouldBe((HttpStatusCode.NotFound, "SRV0194"));
    }

    [Fact]
    public async Task A_base_that_cannot_be_opened_fails_the_job()
    {
        await using var server = await TestServer.StartAsync(); // Its model is a fake without files.
        await server.Host.WaitForDefaultModelAsync();
        var file = await FileAsync(server, "fine-tune");
        var created = await (await server.Http.SendJsonAsync("v1/fine_tuning/jobs", $$"""{"model":"gyre","training_file":"{{file}}"}""")).JsonAsync();
        (created.GetProperty("status").GetString(), created.GetProperty("hyperparameters").GetProperty("n_epochs").GetString()).ShouldBe(("validating_files", "auto"));

        var job = default(JsonElement);
        await Eventually.TrueAsync(async () =>
        {
            job = await (await server.Http.GetAsync($"v1/fine_tuning/jobs/{created.GetProperty("id").GetString()}")).JsonAsync();
            return job.GetProperty("status").GetString() == "failed";
        });

        job.GetProperty("error").GetProperty("code").GetString().ShouldBe("TRN0301");
        (await server.Http.DeleteAsync($"v1/files/{file}")).StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task More_jobs_than_may_wait_are_refused()
    {
        await using var server = await TuningServer.NewAsync(options => options with { MaxFineTuningJobs = 1 });
        var file = await (await server.Http.PostAsync("v1/files", TuningServer.Form(TuningServer.Conversations(20)))).JsonAsync();
        var body = """{"model":"compact","training_file":"FILE","hyperparameters":{"n_epochs":1000}}""".Replace("FILE", file.GetProperty("id").GetString(), StringComparison.Ordinal);
        (await server.Http.SendJsonAsync("v1/fine_tuning/jobs", body)).StatusCode.ShouldBe(HttpStatusCode.OK);

        var second = await server.Http.SendJsonAsync("v1/fine_tuning/jobs", body);

        (second.StatusCode, (await second.ErrorAsync()).Code).ShouldBe((HttpStatusCode.TooManyRequests, "SRV0197"));
    }

    private static async Task<string> FileAsync(TestServer server, string purpose) =>
        (await (await server.Http.PostAsync("v1/files", TuningServer.Form(TuningServer.Conversations(2), purpose: purpose))).JsonAsync()).GetProperty("id").GetString()!;
}
