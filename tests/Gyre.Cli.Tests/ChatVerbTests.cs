using Gyre.TestSupport;

namespace Gyre.Cli.Tests;

public class ChatVerbTests
{
    [Fact]
    public async Task A_conversation_is_read_from_a_pipe_line_by_line()
    {
        var model = TestData.Require("models/stories260K/derived-hf");
        using var folder = new TemporaryFolder();
        string[] command = ["chat", "--model", model, "--max-tokens", "6", "--temperature", "0", "--data", folder.Path];

        var one = await TalkAsync(command, "Once upon a time");
        var two = await TalkAsync(command, "Once upon a time", "", "What then?");
        var alone = await TalkAsync(command, "What then?");
        var reset = await TalkAsync(command, "Once upon a time", "/reset", "What then?");
        var ended = await TalkAsync(command, "Once upon a time", "/exit", "What then?");

        one.Length.ShouldBe(1);
        two.Length.ShouldBe(2, "a blank line asks nothing");
        two[0].ShouldBe(one[0]);
        alone.Length.ShouldBe(1);
        two[1].ShouldNotBe(alone[0], "the second answer should follow from the first turn too");
        reset.ShouldBe([one[0], alone[0]]);
        ended.ShouldBe(one);
    }

    /// <summary>What the model answers to each line; the end of the input ends the conversation.</summary>
    private static async Task<string[]> TalkAsync(string[] command, params string[] lines)
    {
        using var process = GyreProcess.Start(command);
        foreach (var line in lines)
        {
            await process.StandardInput.WriteLineAsync(line);
        }

        process.StandardInput.Close();
        var outcome = await GyreProcess.FinishAsync(process);
        outcome.ExitCode.ShouldBe(0, outcome.Error);
        outcome.Error.ShouldContain("Talking with");
        return outcome.Output.TrimEnd('\n').Split('\n');
    }
}
