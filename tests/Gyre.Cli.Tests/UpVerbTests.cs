using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

public class UpVerbTests
{
    [Fact]
    public async Task Up_prints_an_address_that_answers_and_ends_in_order()
    {
        using var folder = new TemporaryFolder();
        using var process = GyreProcess.Start("up", "--port", "0", "--json", "--data", folder.Path, "--model", TestData.Require("models/stories260K/derived-hf"));
        try
        {
            using var announced = JsonDocument.Parse(await ReadJsonAsync(process.StandardOutput));
            var address = announced.RootElement.GetProperty("address").GetString()!;
            var model = announced.RootElement.GetProperty("default_model").GetString();
            using var http = new HttpClient();

            using var answer = await http.PostAsJsonAsync(
                new Uri(address + "/v1/chat/completions"),
                new { model, max_tokens = 4, temperature = 0, messages = new[] { new { role = "user", content = "Once upon a time" } } });

            var body = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement;
            body.GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBe(4);
        }
        finally
        {
            await GyreProcess.SignalAsync(process, "TERM");
        }

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(40));
        await process.WaitForExitAsync(limit.Token);
        process.ExitCode.ShouldBe(0);
    }

    [Fact]
    public async Task A_port_in_use_is_named()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        var port = ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
        using var folder = new TemporaryFolder();

        var outcome = await GyreProcess.RunAsync("up", "--port", port.ToString(), "--data", folder.Path);

        outcome.ExitCode.ShouldBe(3);
        outcome.Error.ShouldContain("SRV0001");
        outcome.Error.ShouldContain(port.ToString());
        (outcome.Output + outcome.Error).ShouldNotContain("   at ");
    }

    /// <summary>Reads the announcement, which ends with a line that is a closing brace alone.</summary>
    private static async Task<string> ReadJsonAsync(StreamReader reader)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var text = "";
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            text += line + "\n";
            if (line == "}")
            {
                return text;
            }
        }

        throw new InvalidOperationException("The server ended before it announced itself: " + text);
    }
}
