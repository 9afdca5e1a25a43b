#pragma warning disable OPENAI001 // The client marks its responses as experimental.
using Gyre.Server.Tests.Fakes;
using OpenAI.Responses;

namespace Gyre.Server.Tests.Conformance;

public sealed partial class DotNetClientTests
{
    private static CreateResponseOptions Ask(string text, Action<CreateResponseOptions>? change = null)
    {
        var options = new CreateResponseOptions { Model = "gyre", InputItems = { ResponseItem.CreateUserMessageItem(text) } };
        change?.Invoke(options);
        return options;
    }

    private static CreateResponseOptions AskWithTools(string text, Action<CreateResponseOptions>? change = null) => Ask(text, options =>
    {
        options.Tools.Add(ResponseTool.CreateFunctionTool("get_weather", BinaryData.FromString(Parameters), strictModeEnabled: true));
        options.Tools.Add(ResponseTool.CreateFunctionTool("get_time", BinaryData.FromString(NoParameters), strictModeEnabled: true));
        change?.Invoke(options);
    });

    private ResponsesClient Responses() => Client().GetResponsesClient();

    private async Task<ResponseResult> RespondAsync(CreateResponseOptions options) => (await Responses().CreateResponseAsync(options)).Value;

    private async Task ResponsesAsync()
    {
        var response = await RespondAsync(Ask("hello", options => options.Instructions = "be loud"));

        response.GetOutputText().ShouldBe("HELLO");
        response.Status.ShouldBe(ResponseStatus.Completed);
        response.Usage.TotalTokenCount.ShouldBe(response.Usage.InputTokenCount + response.Usage.OutputTokenCount);
    }

    private async Task ResponsesStreamAsync()
    {
        var text = "";
        var numbers = new List<int>();
        ResponseResult? last = null;
        await foreach (var update in await Responses().CreateResponseStreamingAsync(Ask("hello", options => options.StreamingEnabled = true)))
        {
            numbers.Add(update.SequenceNumber);
            text += update is StreamingResponseOutputTextDeltaUpdate delta ? delta.Delta : "";
            last = update is StreamingResponseCompletedUpdate completed ? completed.Response : last;
        }

        numbers.ShouldBe(Enumerable.Range(0, numbers.Count));
        text.ShouldBe("HELLO");
        last.ShouldNotBeNull().GetOutputText().ShouldBe("HELLO");
    }

    private async Task ResponsesToolsAsync()
    {
        var first = await RespondAsync(AskWithTools("weather?"));
        var call = first.OutputItems.OfType<FunctionCallResponseItem>().ShouldHaveSingleItem();
        CheckCall(call.FunctionName, call.FunctionArguments.ToString(), "get_weather");
        var forced = await RespondAsync(AskWithTools("free", options => options.ToolChoice = ResponseToolChoice.CreateFunctionChoice("get_time")));
        CheckCall(forced.OutputItems.OfType<FunctionCallResponseItem>().ShouldHaveSingleItem().FunctionName, "{}", "get_time");

        var second = await RespondAsync(AskWithTools("thanks", options =>
        {
            options.PreviousResponseId = first.Id;
            options.InputItems.Insert(0, ResponseItem.CreateFunctionCallOutputItem(call.CallId, "rain"));
        }));
        second.GetOutputText().ShouldBe("THANKS");
    }

    private async Task ResponsesFormatAsync() => CheckShop((await RespondAsync(Ask("free", options => options.TextOptions = new ResponseTextOptions
    {
        TextFormat = ResponseTextFormat.CreateJsonSchemaFormat("shop", BinaryData.FromString(Shop), jsonSchemaIsStrict: true),
    }))).GetOutputText());

    private async Task ResponsesGetAsync()
    {
        var made = await RespondAsync(Ask("hello"));

        (await Responses().GetResponseAsync(made.Id)).Value.GetOutputText().ShouldBe("HELLO");
        var unkept = await RespondAsync(Ask("hello", options => options.StoredOutputEnabled = false));
        await RefusedAsync(async () => (await Responses().GetResponseAsync(unkept.Id)).Value, 404);
    }

    private async Task ResponsesPreviousAsync()
    {
        var first = await RespondAsync(Ask("one"));
        var second = await RespondAsync(Ask("two", options => options.PreviousResponseId = first.Id));

        second.Usage.InputTokenCount.ShouldBeGreaterThan(first.Usage.InputTokenCount);
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
        var begun = await RespondAsync(Ask("hello", options => options.BackgroundModeEnabled = true));

        await Eventually.TrueAsync(async () => (await Responses().GetResponseAsync(begun.Id)).Value.Status == ResponseStatus.Completed);
    }

    private async Task ResponsesCancelAsync()
    {
        var begun = await RespondAsync(Ask("slow " + new string('x', 900), options => options.BackgroundModeEnabled = true));

        (await Responses().CancelResponseAsync(begun.Id)).Value.Status.ShouldBe(ResponseStatus.Cancelled);
    }

    private async Task ResponsesDeleteAsync()
    {
        var made = await RespondAsync(Ask("hello"));

        (await Responses().DeleteResponseAsync(made.Id)).Value.Deleted.ShouldBeTrue();
        await RefusedAsync(async () => (await Responses().GetResponseAsync(made.Id)).Value, 404);
    }
}
