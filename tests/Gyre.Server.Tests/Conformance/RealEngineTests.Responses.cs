#pragma warning disable OPENAI001 // The client marks its responses as experimental.
using System.Text.Json;
using Gyre.Server.Tests.Fakes;
using OpenAI.Responses;

namespace Gyre.Server.Tests.Conformance;

public sealed partial class RealEngineTests
{
    private static CreateResponseOptions Ask(string text, Action<CreateResponseOptions>? change = null)
    {
        var options = new CreateResponseOptions { Model = "gyre", Temperature = 0, MaxOutputTokenCount = 150, InputItems = { ResponseItem.CreateUserMessageItem(text) } };
        change?.Invoke(options);
        return options;
    }

    private ResponsesClient Responses() => Client().GetResponsesClient();

    private async Task<ResponseResult> RespondAsync(CreateResponseOptions options) => (await Responses().CreateResponseAsync(options)).Value;

    private async Task ResponsesAsync()
    {
        var chat = await ChatAsync(Question, Greedy(150));
        var response = await RespondAsync(Ask(Question));

        response.GetOutputText().ShouldBe(chat.Content[0].Text);
        response.Id.ShouldStartWith("resp_");
        response.Status.ShouldBe(ResponseStatus.Completed);
        (response.Usage.InputTokenCount, response.Usage.OutputTokenCount).ShouldBe((chat.Usage.InputTokenCount, chat.Usage.OutputTokenCount));
        response.Usage.TotalTokenCount.ShouldBe(response.Usage.InputTokenCount + response.Usage.OutputTokenCount);
        (await RespondAsync(Ask(Question, options => options.MaxOutputTokenCount = 2))).Status.ShouldBe(ResponseStatus.Incomplete);
    }

    private async Task ResponsesStreamAsync()
    {
        var text = "";
        var numbers = new List<int>();
        ResponseResult? last = null;
        await foreach (var update in await Responses().CreateResponseStreamingAsync(Ask(Question, options => options.StreamingEnabled = true)))
        {
            numbers.Add(update.SequenceNumber);
            text += update is StreamingResponseOutputTextDeltaUpdate delta ? delta.Delta : "";
            last = update is StreamingResponseCompletedUpdate completed ? completed.Response : last;
        }

        numbers.ShouldBe(Enumerable.Range(0, numbers.Count));
        text.ShouldBe((await RespondAsync(Ask(Question))).GetOutputText());
        last.ShouldNotBeNull().GetOutputText().ShouldBe(text);
    }

    private async Task ResponsesToolsAsync()
    {
        var first = await RespondAsync(Tooled("Weather?", "get_weather"));
        var call = first.OutputItems.OfType<FunctionCallResponseItem>().ShouldHaveSingleItem();
        CheckCall(call.FunctionName, call.FunctionArguments.ToString(), "get_weather");
        var forced = (await RespondAsync(Tooled("Time?", "get_time"))).OutputItems.OfType<FunctionCallResponseItem>().ShouldHaveSingleItem();
        CheckCall(forced.FunctionName, forced.FunctionArguments.ToString(), "get_time");

        var second = await RespondAsync(Ask("Thanks.", options =>
        {
            options.PreviousResponseId = first.Id;
            options.InputItems.Insert(0, ResponseItem.CreateFunctionCallOutputItem(call.CallId, "rain"));
        }));
        second.GetOutputText().ShouldNotBeEmpty();

        static CreateResponseOptions Tooled(string text, string name) => Ask(text, options =>
        {
            options.Tools.Add(ResponseTool.CreateFunctionTool("get_weather", BinaryData.FromString(Parameters), strictModeEnabled: true));
            options.Tools.Add(ResponseTool.CreateFunctionTool("get_time", BinaryData.FromString(NoParameters), strictModeEnabled: true));
            options.ToolChoice = ResponseToolChoice.CreateFunctionChoice(name);
        });
    }

    private async Task ResponsesFormatAsync() => CheckShop((await RespondAsync(Ask(Question, options => options.TextOptions = new ResponseTextOptions
    {
        TextFormat = ResponseTextFormat.CreateJsonSchemaFormat("shop", BinaryData.FromString(Shop), jsonSchemaIsStrict: true),
    }))).GetOutputText());

    private async Task ResponsesGetAsync()
    {
        var made = await RespondAsync(Ask(Question));

        (await Responses().GetResponseAsync(made.Id)).Value.GetOutputText().ShouldBe(made.GetOutputText());
        var unkept = await RespondAsync(Ask("Hello!", options => options.StoredOutputEnabled = false));
        await RefusedAsync(async () => (await Responses().GetResponseAsync(unkept.Id)).Value, 404);
    }

    private async Task ResponsesPreviousAsync()
    {
        var first = await RespondAsync(Ask("Hello!"));
        var second = await RespondAsync(Ask(Question, options => options.PreviousResponseId = first.Id));

        second.Usage.InputTokenCount.ShouldBeGreaterThan(first.Usage.InputTokenCount + first.Usage.OutputTokenCount);
        second.PreviousResponseId.ShouldBe(first.Id);
    }

    private async Task ResponsesItemsAsync()
    {
        var made = await RespondAsync(Ask("a", options => options.InputItems.Add(ResponseItem.CreateUserMessageItem("b"))));

        var texts = new List<string>();
        await foreach (var item in Responses().GetResponseInputItemsAsync(made.Id))
        {
            texts.Add(((MessageResponseItem)item).Content[0].Text);
        }

        texts.ShouldBe(["b", "a"]);
    }

    private async Task ResponsesBackgroundAsync()
    {
        var alone = (await RespondAsync(Ask(Question))).GetOutputText();
        var begun = await RespondAsync(Ask(Question, options => options.BackgroundModeEnabled = true));

        await Eventually.TrueAsync(async () => (await Responses().GetResponseAsync(begun.Id)).Value.Status == ResponseStatus.Completed);
        (await Responses().GetResponseAsync(begun.Id)).Value.GetOutputText().ShouldBe(alone);
    }

    private async Task ResponsesCancelAsync()
    {
        // Long enough for its cancellation to arrive before its end: it may not end by itself, and has company.
        var company = Enumerable.Range(0, 16).Select(_ => _server!.Http.SendJsonAsync("v1/completions", """{"model":"gyre","prompt":"Go","ignore_eos":true,"max_tokens":400}""")).ToList(); // Set before any test.
        var begun = await PostAsync("v1/responses", """{"model":"gyre","input":"Go.","background":true,"ignore_eos":true}""");
        var id = begun.GetProperty("id").GetString().ShouldNotBeNull();

        (await Responses().CancelResponseAsync(id)).Value.Status.ShouldBe(ResponseStatus.Cancelled);
        (await Responses().GetResponseAsync(id)).Value.Status.ShouldBe(ResponseStatus.Cancelled);
        (await Task.WhenAll(company)).ShouldAllBe(answer => answer.IsSuccessStatusCode);
        await Eventually.TrueAsync(() => _model!.IsIdle); // Loaded by the first answer.
    }

    private async Task ResponsesDeleteAsync()
    {
        var made = await RespondAsync(Ask("Hello!"));

        (await Responses().DeleteResponseAsync(made.Id)).Value.Deleted.ShouldBeTrue();
        await RefusedAsync(async () => (await Responses().GetResponseAsync(made.Id)).Value, 404);
    }
}
