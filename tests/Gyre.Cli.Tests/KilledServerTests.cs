using System.Diagnostics;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

/// <summary>Kills the real server without warning in the middle of a fine-tuning job, and starts it again.</summary>
public class KilledServerTests
{
    private const int Limit = 240;
    private static readonly string Model = Path.Combine(TestData.RepositoryRoot, "models", "compact");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_job_of_a_killed_server_goes_on_at_its_next_start_and_ends_with_the_same_bits()
    {
        using var folder = new TemporaryFolder();
        string file, whole, cut, waiting;
        byte[] expected;
        List<string> before;
        using (var server = await Server.StartAsync(folder.Path))
        {
            file = await server.UploadAsync(Examples());
            whole = await server.CreateAsync(file);
            expected = AdapterOf(folder.Path, await server.DoneAsync(whole));
            cut = await server.CreateAsync(file);
            waiting = await server.CreateAsync(file);
            await server.UntilAsync(async () => (await server.GetAsync($"v1/fine_tuning/jobs/{cut}/checkpoints")).GetProperty("data").GetArrayLength() > 0);
            before = await server.EventsAsync(cut);
            server.Kill();
        }

        using var again = await Server.StartAsync(folder.Path);
        var done = await again.DoneAsync(cut);

        // Nothing is lost: the file, the finished job and its model, what was told, and the job behind this one.
        var events = await again.EventsAsync(cut);
        events.ShouldContain("Fine-tuning job goes on from its last checkpoint");
        before.Where(message => !message.StartsWith("Step ", StringComparison.Ordinal)).ShouldBeSubsetOf(events);
        AdapterOf(folder.Path, done).ShouldBe(expected);
        (await again.GetAsync($"v1/files/{file}")).GetProperty("id").GetString().ShouldBe(file);
        (await again.DoneAsync(whole)).GetProperty("status").GetString().ShouldBe("succeeded");
        AdapterOf(folder.Path, await again.DoneAsync(waiting)).ShouldBe(expected);
        again.Kill();
    }

    private static byte[] Examples()
    {
        var text = new StringBuilder();
        for (var i = 0; i < 40; i++)
        {
            text.Append(JsonSerializer.Serialize(new { prompt = $"Is the scarf number {i} in stock?", completion = "Ahoy, the parrot says yes." })).Append('\n');
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static byte[] AdapterOf(string data, JsonElement job) =>
        File.ReadAllBytes(Path.Combine(data, "adapters", job.GetProperty("fine_tuned_model").GetString()!.Replace(":", "%3A", StringComparison.Ordinal), "adapter_model.safetensors"));

    /// <summary>One process of 'gyre up'.</summary>
    private sealed class Server(Process process, HttpClient http, string model) : IDisposable
    {
        public static async Task<Server> StartAsync(string data)
        {
            var process = GyreProcess.Start("up", "--port", "0", "--json", "--data", data, "--model", Model);
            try
            {
                using var announced = JsonDocument.Parse(await UpVerbTests.ReadJsonAsync(process.StandardOutput));
                _ = process.StandardOutput.ReadToEndAsync(Token); // Or a full pipe would hold the server up.
                _ = process.StandardError.ReadToEndAsync(Token);
                var address = announced.RootElement.GetProperty("address").GetString()!;
                return new Server(process, new HttpClient { BaseAddress = new Uri(address), Timeout = TimeSpan.FromSeconds(60) }, announced.RootElement.GetProperty("default_model").GetString()!);
            }
            catch
            {
                GyreProcess.Kill(process);
                throw;
            }
        }

        /// <summary>SIGKILL, where there are signals: the process has no say in it.</summary>
        public void Kill()
        {
            process.HasExited.ShouldBeFalse("the server should be killed while it runs");
            process.Kill();
            process.WaitForExit();
        }

        public async Task<string> UploadAsync(byte[] content)
        {
            using var form = new MultipartFormDataContent { { new StringContent("fine-tune"), "purpose" }, { new ByteArrayContent(content), "file", "examples.jsonl" } };
            return (await AnswerAsync(await http.PostAsync("v1/files", form, Token))).GetProperty("id").GetString()!;
        }

        public async Task<string> CreateAsync(string file) =>
            (await AnswerAsync(await http.PostAsJsonAsync("v1/fine_tuning/jobs", new { model, training_file = file, seed = 3, hyperparameters = new { n_epochs = 10, batch_size = 10 } }, Token))).GetProperty("id").GetString()!;

        public async Task<JsonElement> GetAsync(string path) => await AnswerAsync(await http.GetAsync(path, Token));

        public async Task<List<string>> EventsAsync(string job) =>
            [.. (await GetAsync($"v1/fine_tuning/jobs/{job}/events?limit=100")).GetProperty("data").EnumerateArray().Select(happened => happened.GetProperty("message").GetString()!)];

        public async Task<JsonElement> DoneAsync(string job)
        {
            var found = default(JsonElement);
            await UntilAsync(async () => (found = await GetAsync($"v1/fine_tuning/jobs/{job}")).GetProperty("status").GetString() is "succeeded" or "failed" or "cancelled");
            found.GetProperty("status").GetString().ShouldBe("succeeded", found.ToString());
            return found;
        }

        public async Task UntilAsync(Func<Task<bool>> isSo)
        {
            var waited = Stopwatch.StartNew();
            while (!await isSo())
            {
                waited.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(Limit));
                await Task.Delay(20, Token);
            }
        }

        public void Dispose()
        {
            http.Dispose();
            GyreProcess.Kill(process);
            process.Dispose();
        }

        private static async Task<JsonElement> AnswerAsync(HttpResponseMessage answer)
        {
            using (answer)
            {
                var text = await answer.Content.ReadAsStringAsync(Token);
                answer.IsSuccessStatusCode.ShouldBeTrue(text);
                using var document = JsonDocument.Parse(text);
                return document.RootElement.Clone();
            }
        }
    }
}
