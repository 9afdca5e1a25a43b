using Gyre.Contracts;
using Gyre.Evaluation.Metrics.Trajectories;
using Gyre.Evaluation.Scorers;

namespace Gyre.Evaluation.Tests.Scorers;

public class TrajectoryScorerTests
{
    private const string Wanted = """[{"name": "search", "arguments": {"q": "coat"}}, {"name": "buy", "arguments": {"id": 7}}]""";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("call-f1", """[{"name": "search", "arguments": {"q": "coat"}}, {"name": "buy", "arguments": {"id": 7}}]""", 1)]
    [InlineData("call-f1", """[{"name": "search", "arguments": {"q": "coat"}}]""", 2 / 3.0)]
    [InlineData("call-f1", """{"calls": [{"function": {"name": "search", "arguments": "{\"q\": \"coat\"}"}}, {"function": {"name": "buy", "arguments": "{\"id\": 7.0}"}}]}""", 1)]
    [InlineData("required", """[{"name": "buy", "arguments": {"id": 7}}, {"name": "look"}]""", 0.5)]
    [InlineData("exact", """[{"name": "buy", "arguments": {"id": 7}}, {"name": "search", "arguments": {"q": "coat"}}]""", 0)]
    [InlineData("any-order", """[{"name": "buy", "arguments": {"id": 7}}, {"name": "search", "arguments": {"q": "coat"}}]""", 1)]
    [InlineData("forbidden-absent", """[{"name": "pay"}]""", 0)]
    [InlineData("goal-reached", """{"calls": [], "reached_goal": true}""", 1)]
    [InlineData("steps-to-goal", """{"calls": [], "steps": 4, "reached_goal": true}""", 4)]
    [InlineData("cost-to-goal", """{"calls": [], "cost": 0.25, "reached_goal": true}""", 0.25)]
    public async Task What_an_agent_did_is_held_against_what_was_wanted(string measure, string output, double value) =>
        (await new TrajectoryScorer(measure, ArgumentComparison.Exact, ["pay"]).ScoreAsync(Row(), output, Token)).Value.ShouldNotBeNull().ShouldBe(value, 1e-12);

    [Theory]
    [InlineData("no json")]
    [InlineData("{}")]
    [InlineData("""[{"arguments": {}}]""")]
    [InlineData("""[1]""")]
    [InlineData("""{"calls": [], "steps": -1}""")]
    [InlineData("""{"calls": [], "steps": 1.5}""")]
    [InlineData("""{"calls": [], "cost": 1e999}""")]
    [InlineData("""{"calls": [], "reached_goal": "yes"}""")]
    [InlineData("""{"calls": [], "calls": []}""")]
    public async Task What_cannot_be_read_has_no_score_and_says_why(string output)
    {
        var score = await new TrajectoryScorer("call-f1", ArgumentComparison.Exact, []).ScoreAsync(Row(), output, Token);
        score.Value.ShouldBeNull();
        score.Reason.ShouldStartWith("the output cannot be read: it is no trajectory");
    }

    [Fact]
    public async Task Damaged_outputs_never_throw()
    {
        var random = new SeededRandom(11);
        var scorer = new TrajectoryScorer("call-f1", ArgumentComparison.Exact, []);
        for (var i = 0; i < 1000; i++)
        {
            var text = Wanted.ToCharArray();
            for (var changes = random.NextInt32(1, 6); changes > 0; changes--)
            {
                text[random.NextInt32(text.Length)] = (char)random.NextInt32(random.NextInt32(2) == 0 ? 128 : 0x10000);
            }

            var score = await scorer.ScoreAsync(Row(), new string(text), Token);
            (score.Value is null || score.Value is >= 0 and <= 1).ShouldBeTrue();
        }
    }

    private static DatasetRow Row() => new("1", "t", "Buy a coat.", Wanted, new Dictionary<string, string>(), "", "");
}
