using Gyre.Evaluation.Benchmarks;
using Gyre.Evaluation.Benchmarks.Items;
using Gyre.Evaluation.Benchmarks.Tasks;

namespace Gyre.Evaluation.Tests.Benchmarks.Tasks;

/// <summary>How a program is made of what base models and chat models write.</summary>
public sealed class ProgramTextTests
{
    private const string Record = """{"task_id":"t","prompt":"def one():\n    \"\"\"One.\"\"\"\n","entry_point":"one","test":"def check(f):\n    assert f() == 1\n"}""";
    private const string Begin = "def one():\n    \"\"\"One.\"\"\"\n";

    [Theory]
    [InlineData("    return 1\n", Begin + "    return 1\n")]
    [InlineData("    return 1\n\ndef two():\n    return 2\n\ndef one():\n    return 3\n", Begin + "    return 1\n")]
    [InlineData("    return 1\n# and so on", Begin + "    return 1")]
    [InlineData("```python\ndef one():\n    return 1\n\ndef two():\n    pass\n```\nThat is it.", "def one():\n    return 1\n\ndef two():\n    pass\n")]
    [InlineData("Here it is:\n```python\n    return 1\n```", Begin + "    return 1\n")]
    [InlineData("def one():\n    return 1\n\nif True:\n    pass\n", "def one():\n    return 1\n\nif True:\n    pass\n")]
    public void Bodies_blocks_and_whole_functions_become_programs(string answer, string expected)
    {
        using var folder = new TemporaryFolder();
        folder.Write("HumanEval.jsonl", Record);
        var definition = BenchmarkCatalogue.Open("humaneval");
        var item = new ItemReader(definition, 0).Read(folder.Path, "test").ShouldHaveSingleItem();

        var program = ProgramText.Of(definition, item, answer);

        program.ShouldContain(expected);
        program.ShouldEndWith("check(one)\n");
        program.ShouldNotContain("return 3");
        program.ShouldNotContain("```");
    }
}
