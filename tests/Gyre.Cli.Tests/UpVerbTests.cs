using System.Diagnostics;
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
    public async Task A_draft_a_smaller_cache_and_fewer_streams_answer_as_generate_does()
    {
        using var folder = new TemporaryFolder();
        var model = TestData.Require("models/stories260K/derived-hf");
        using var process = GyreProcess.Start(
            "up", "--port", "0", "--json", "--data", folder.Path, "--model", model, "--draft", TestData.Require("models/stories260K/derived-gguf/stories260K-F16.gguf"),
            "--streams", "2", "--cache-memory", "64", "--model-memory", "256");
        try
        {
            using var announced = JsonDocument.Parse(await ReadJsonAsync(process.StandardOutput));
            var address = announced.RootElement.GetProperty("address").GetString()!;
            using var http = new HttpClient();
            var request = new { model = "default", prompt = "Once upon a time", max_tokens = 40, temperature = 0, ignore_eos = true };

            using var answer = await http.PostAsJsonAsync(new Uri(address + "/v1/completions"), request);

            var text = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("choices")[0].GetProperty("text").GetString();
            var expected = await GyreProcess.RunAsync(
                "generate", "--model", model, "--prompt", request.prompt, "--max-tokens", "40", "--temperature", "0", "--ignore-end", "--json", "--data", folder.Path);
            using var generated = JsonDocument.Parse(expected.Output);
            text.ShouldBe(generated.RootElement.GetProperty("text").GetString());
        }
        finally
        {
            await GyreProcess.SignalAsync(process, "TERM");
        }
    }

    [Theory]
    [InlineData("--cache", "q3")]
    [InlineData("--cache-memory", "0")]
    [InlineData("--model-memory", "-1")]
    [InlineData("--streams", "0")]
    public async Task A_wrong_setting_is_a_usage_error(string option, string value)
    {
        using var folder = new TemporaryFolder();

        var outcome = await GyreProcess.RunAsync("up", "--port", "0", "--data", folder.Path, option, value);

        outcome.ExitCode.ShouldBe(2, outcome.Error);
        outcome.Error.ShouldContain(option);
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

    [Fact]
    public async Task The_printed_curl_line_streams_an_answer_that_traces_lists_and_Ctrl_C_ends_in_order()
    {
        if (!CanRun("curl"))
        {
            Assert.Skip("Needs bash and curl to run the line that 'gyre up' prints.");
        }

        using var folder = new TemporaryFolder();
        using var process = GyreProcess.Start("up", "--port", "0", "--data", folder.Path, "--model", TestData.Require("models/stories260K/derived-hf"));
        try
        {
            var line = await ReadLineAsync(process.StandardOutput, "curl ");

            var (exitCode, answer) = Bash(line);

            exitCode.ShouldBe(0, answer);
            var events = answer.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            events.Length.ShouldBeGreaterThan(2);
            events.ShouldAllBe(text => text.StartsWith("data: ", StringComparison.Ordinal));
            events[^1].TrimEnd('\r').ShouldBe("data: [DONE]");
            using var first = JsonDocument.Parse(events[0]["data: ".Length..]);
            var trace = await TraceAsync(folder.Path);
            trace.GetProperty("model").GetString().ShouldBe("default");
            trace.GetProperty("is_streamed").GetBoolean().ShouldBeTrue();
            trace.GetProperty("http_status").GetInt32().ShouldBe(200);
            trace.GetProperty("status").GetString().ShouldBe("ok");
            trace.GetProperty("output_tokens").GetInt32().ShouldBeGreaterThan(0);
            first.RootElement.GetProperty("object").GetString().ShouldBe("chat.completion.chunk");

            await GyreProcess.SignalAsync(process, "INT");
            var outcome = await GyreProcess.FinishAsync(process);
            outcome.ExitCode.ShouldBe(0, outcome.Error);
        }
        finally
        {
            GyreProcess.Kill(process);
        }
    }

    /// <summary>The only request that 'gyre traces' lists; the server writes it a moment after its answer.</summary>
    private static async Task<JsonElement> TraceAsync(string dataFolder)
    {
        for (var attempt = 1; ; attempt++)
        {
            var outcome = await GyreProcess.RunAsync("traces", "--data", dataFolder, "--json");
            outcome.ExitCode.ShouldBe(0, outcome.Error);
            using var listed = JsonDocument.Parse(outcome.Output);
            var traces = listed.RootElement.GetProperty("traces");
            if (traces.GetArrayLength() > 0 || attempt == 10)
            {
                traces.GetArrayLength().ShouldBe(1);
                return traces[0].Clone();
            }
        }
    }

    private static async Task<string> ReadLineAsync(StreamReader reader, string beginning)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var text = "";
        while (await reader.ReadLineAsync(limit.Token) is { } line)
        {
            if (line.TrimStart().StartsWith(beginning, StringComparison.Ordinal))
            {
                return line.Trim();
            }

            text += line + "\n";
        }

        throw new InvalidOperationException($"The server ended before it printed a line with '{beginning}': {text}");
    }

    private static bool CanRun(string program)
    {
        try
        {
            return Bash("command -v " + program).ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static (int ExitCode, string Output) Bash(string line)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-c", line]) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false })
            ?? throw new InvalidOperationException("bash did not start.");
        bash.ErrorDataReceived += (_, _) => { }; // curl's progress, which nobody watches here
        bash.BeginErrorReadLine();
        var output = bash.StandardOutput.ReadToEnd();
        bash.WaitForExit();
        return (bash.ExitCode, output);
    }

    /// <summary>Reads the announcement, which ends with a line that is a closing brace alone.</summary>
    internal static async Task<string> ReadJsonAsync(StreamReader reader)
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
