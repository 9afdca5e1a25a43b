using System.Diagnostics;
using System.Text.Json;
using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

/// <summary>Runs <c>samples/serving-session.sh</c> as a person would, and looks at every answer that its server gave.</summary>
public sealed class ServingSessionTests : IDisposable
{
    private static readonly string[] Names = ["default", "calm", "loud"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_model_is_fetched_quantised_and_served_with_two_adapters_that_stream_bound_answers_and_calls()
    {
        var (code, output, errors) = await RunAsync();

        if (GyreProcess.IgnoresInterrupts(Environment.ProcessId) && code != 0)
        {
            Assert.Skip("These tests were started with SIGINT ignored (as '&' in a script does), and what they start inherits that.");
        }

        code.ShouldBe(0, output + errors);
        output.ShouldContain("12 of 12 streams equal their solo runs");
        output.ShouldContain("The server ended in order.");
        Read("up.log").ShouldContain("finishing running requests");
        using var models = JsonDocument.Parse(Read("models.json"));
        models.RootElement.GetProperty("data").EnumerateArray().Select(model => model.GetProperty("id").GetString()).ShouldBe(Names, ignoreOrder: true);
        new FileInfo(Path.Combine(_folder.Path, "session-q4_k.gguf")).Length.ShouldBeLessThan(new FileInfo(Path.Combine(TestData.RepositoryRoot, "models", "default", "model-q8_0.gguf")).Length);
        foreach (var name in Names)
        {
            CheckChat(name);
            CheckCall(name);
            CheckResponse($"response-{name}.sse", name);
            CheckResponse($"response-call-{name}.sse", name).ShouldBe("call");
        }

        Names.Select(name => string.Concat(Chunks($"chat-{name}.sse").Select(Content))).Distinct(StringComparer.Ordinal).Count().ShouldBe(3, "an adapter changes what is answered");
        CheckOverlap();
    }

    private static string Content(JsonElement chunk) =>
        chunk.GetProperty("choices") is var choices && choices.GetArrayLength() > 0 && choices[0].GetProperty("delta").TryGetProperty("content", out var text) ? text.GetString() ?? "" : "";

    private static void CheckShirt(string text)
    {
        using var shirt = JsonDocument.Parse(text);
        shirt.RootElement.EnumerateObject().Select(field => field.Name).ShouldBe(["colour", "price", "note"]);
        shirt.RootElement.GetProperty("colour").GetString().ShouldBeOneOf("white", "black", "blue");
        shirt.RootElement.GetProperty("price").GetInt32().ShouldBeInRange(1, 999);
        shirt.RootElement.GetProperty("note").GetString()!.EnumerateRunes().Count().ShouldBeLessThanOrEqualTo(40);
    }

    private static void CheckArguments(string text)
    {
        using var arguments = JsonDocument.Parse(text);
        arguments.RootElement.EnumerateObject().Select(field => field.Name).ShouldBe(["size", "amount"]);
        arguments.RootElement.GetProperty("size").GetString().ShouldBeOneOf("S", "M", "L");
        arguments.RootElement.GetProperty("amount").GetInt32().ShouldBeInRange(1, 9);
    }

    /// <summary>An answer of the schema or a valid call, streamed in pieces, with its usage at the end.</summary>
    private void CheckChat(string name)
    {
        var chunks = Chunks($"chat-{name}.sse");
        chunks.ShouldAllBe(chunk => chunk.GetProperty("model").GetString() == name && chunk.GetProperty("id").GetString() == chunks[0].GetProperty("id").GetString());
        chunks[^1].GetProperty("usage").GetProperty("completion_tokens").GetInt32().ShouldBeInRange(chunks.Count(chunk => Content(chunk).Length > 0), 120);
        var reason = Reason(chunks);
        if (reason == "tool_calls")
        {
            CheckArguments(CallArguments(chunks));
        }
        else
        {
            reason.ShouldBe("stop");
            chunks.Count(chunk => Content(chunk).Length > 0).ShouldBeGreaterThan(5, "it is streamed");
            CheckShirt(string.Concat(chunks.Select(Content)));
        }
    }

    private void CheckCall(string name)
    {
        var chunks = Chunks($"call-{name}.sse");
        Reason(chunks).ShouldBe("tool_calls");
        string.Concat(chunks.Select(Content)).ShouldBe("");
        CheckArguments(CallArguments(chunks));
    }

    private static string? Reason(List<JsonElement> chunks) => chunks[^2].GetProperty("choices")[0].GetProperty("finish_reason").GetString();

    private static string CallArguments(List<JsonElement> chunks)
    {
        var calls = chunks.Where(chunk => chunk.GetProperty("choices").GetArrayLength() > 0 && chunk.GetProperty("choices")[0].GetProperty("delta").TryGetProperty("tool_calls", out _))
            .Select(chunk => chunk.GetProperty("choices")[0].GetProperty("delta").GetProperty("tool_calls")[0].GetProperty("function")).ToList();
        calls[0].GetProperty("name").GetString().ShouldBe("reserve");
        calls.Count.ShouldBeGreaterThan(3, "they are streamed");
        return string.Concat(calls.Select(call => call.GetProperty("arguments").GetString()));
    }

    /// <summary>What it answered with: the pieces that were streamed are the item that ends it.</summary>
    private string CheckResponse(string file, string model)
    {
        var events = Chunks(file, endsWithMark: false);
        events.Select(told => told.GetProperty("sequence_number").GetInt32()).ShouldBe(Enumerable.Range(0, events.Count));
        var response = events[^1].GetProperty("response");
        response.GetProperty("status").GetString().ShouldBe("completed");
        response.GetProperty("model").GetString().ShouldBe(model);
        var item = response.GetProperty("output").EnumerateArray().ShouldHaveSingleItem();
        if (item.GetProperty("type").GetString() == "function_call")
        {
            var arguments = item.GetProperty("arguments").GetString()!;
            Deltas("response.function_call_arguments.delta").ShouldBe(arguments);
            CheckArguments(arguments);
            return "call";
        }

        var text = item.GetProperty("content")[0].GetProperty("text").GetString()!;
        Deltas("response.output_text.delta").ShouldBe(text);
        CheckShirt(text);
        return "text";

        string Deltas(string type) => string.Concat(events.Where(told => told.GetProperty("type").GetString() == type).Select(told => told.GetProperty("delta").GetString()));
    }

    /// <summary>The streams that shall be one batch did run at the same time: some of different adapters overlap.</summary>
    private void CheckOverlap()
    {
        using var traces = JsonDocument.Parse(Read("traces.json"));
        var runs = traces.RootElement.GetProperty("traces").EnumerateArray()
            .Select(trace => (Model: trace.GetProperty("model").GetString(), Start: trace.GetProperty("started_at").GetDateTimeOffset(), Length: TimeSpan.FromMilliseconds(trace.GetProperty("duration_ms").GetDouble())))
            .ToList();
        runs.Count.ShouldBe(24, "3 chats, 3 calls, 6 responses, and 12 at once");
        runs.Any(one => runs.Any(other => one.Model == "calm" && other.Model == "loud" && one.Start < other.Start + other.Length && other.Start < one.Start + one.Length)).ShouldBeTrue(Read("traces.json"));
    }

    private List<JsonElement> Chunks(string file, bool endsWithMark = true)
    {
        const string Mark = "data: ";
        var told = Read(file).Split('\n').Where(line => line.StartsWith(Mark, StringComparison.Ordinal)).Select(line => line[Mark.Length..].TrimEnd('\r')).ToList();
        if (endsWithMark)
        {
            told[^1].ShouldBe("[DONE]");
            told.RemoveAt(told.Count - 1);
        }

        return [.. told.Select(text =>
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        })];
    }

    private string Read(string file) => File.ReadAllText(Path.Combine(_folder.Path, file));

    private async Task<(int Code, string Output, string Errors)> RunAsync()
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(TestData.RepositoryRoot, "samples", "serving-session.sh")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = TestData.RepositoryRoot,
        };
        start.Environment["GYRE"] = "dotnet " + Path.Combine(AppContext.BaseDirectory, "gyre.dll");
        start.Environment["WORK"] = _folder.Path;
        using var process = Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
        var outcome = await GyreProcess.FinishAsync(process);
        if (outcome.ExitCode == 127)
        {
            Assert.Skip(outcome.Error);
        }

        return (outcome.ExitCode, outcome.Output, outcome.Error);
    }
}
