using System.Text.Json;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Tests.Autodiff;
using Gyre.Tensors.Threading;
using Gyre.TestSupport;

namespace Gyre.Tensors.Tests.Onnx;

/// <summary>Every published case of every operator that the tape has.</summary>
/// <remarks>
/// Outputs compared: all that the tape gives. It has no name for the mean and the inverse deviation of LayerNormalization,
/// nor for the score matrix of Attention, which fused attention never makes.
/// <para>Source: the ONNX project's node test data, at the operator set each case names.</para>
/// </remarks>
public class OnnxOperatorTests
{
    private const string Folder = "data/onnx-op-tests";

    /// <summary>Cases that do not apply, each with its reason. A case that is neither here nor passing fails.</summary>
    private static readonly Dictionary<string, string> DoesNotApply = new(StringComparer.Ordinal)
    {
        ["test_adam"] = "its step count is 0, its first update has no bias correction, and ε is added to the uncorrected root: another formula than AdamW's",
        ["test_adam_multiple"] = "as test_adam",
        ["test_div_int8"] = "integer division; tensors are float32",
        ["test_div_uint16"] = "integer division; tensors are float32",
        ["test_div_uint8"] = "integer division; tensors are float32",
        ["test_reduce_max_bool_inputs"] = "logical values; tensors are float32",
        ["test_gather_negative_indices"] = "row numbers are token ids here, and a negative one is an error",
        ["test_identity_sequence"] = "a sequence of tensors; an operation here takes and gives single tensors",
        ["test_training_dropout_default_mask"] = "the expected mask comes from another random generator; its rate and scale are tested in TapeArithmeticTests",
        ["test_training_dropout_mask"] = "as test_training_dropout_default_mask",
    };

    public static IEnumerable<TheoryDataRow<string, string>> Cases()
    {
        if (TestData.Root is null)
        {
            yield return ("", "");
            yield break;
        }

        foreach (var operatorName in OnnxOperators.Supported)
        {
            foreach (var line in File.ReadLines(Path.Combine(TestData.Root, Folder, operatorName + ".jsonl")))
            {
                using var document = JsonDocument.Parse(line);
                yield return (operatorName, document.RootElement.GetProperty("test").GetString().ShouldNotBeNull());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Published_case_passes(string operatorName, string test)
    {
        var file = Path.Combine(TestData.Require(Folder), operatorName + ".jsonl");
        Assert.SkipWhen(DoesNotApply.TryGetValue(test, out var reason), "Does not apply: " + reason);
        using var team = new ThreadTeam(2);
        using var pool = new TensorPool();
        using var tape = new Tape(team, pool, isRecording: true);
        using var document = JsonDocument.Parse(File.ReadLines(file).Single(line => line.Contains($"\"test\":\"{test}\"", StringComparison.Ordinal)));
        var published = new OnnxCase(document.RootElement);
        var outputs = OnnxOperators.Run(tape, published);

        // Half-precision cases were computed and rounded in half precision: 11 bits.
        var tolerance = published.DataTypes.Contains("float16", StringComparer.Ordinal) ? 2e-3 : 2e-6;
        for (var i = 0; i < Math.Min(outputs.Count, published.Outputs.Length); i++)
        {
            if (outputs[i] is { } output && published.Outputs[i] is { } expected)
            {
                output.Shape.ToArray().ShouldBe(expected.Shape);
                GradientCheck.ShouldAgree($"{test}, output {i}", output.ToArray(), expected.Values, tolerance);
            }
        }
    }

    [Fact]
    public void The_table_of_exceptions_names_only_cases_that_exist()
    {
        TestData.Require(Folder);
        var names = Cases().Select(row => row.Data.Item2).ToHashSet(StringComparer.Ordinal);
        DoesNotApply.Keys.Where(name => !names.Contains(name)).ShouldBeEmpty();
        names.Count.ShouldBeGreaterThan(150);
    }
}
